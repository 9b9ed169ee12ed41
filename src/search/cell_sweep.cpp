// SPDX-License-Identifier: Apache-2.0
#include "search/cell_sweep.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/effort.hpp"
#include "base/share_out.hpp"
#include "model/evaluate_enclosed.hpp"
#include "model/normal_form.hpp"
#include "search/lane_network.hpp"

namespace sinew::search {

namespace {
/// Of an exact evaluation, by its products; and what all cells together may take.
constexpr Effort ticks_per_product = 4;
constexpr Effort most_effort = 1000 * effort_per_second;
constexpr std::size_t most_free = 4;
/// Cells that are begun between two looks at what has been found.
constexpr std::size_t cells_at_once = 64;

bool is_closed_above(const model::ActivationLayer& neurons) {
    return is_step(neurons.activation.kind) && neurons.activation.kind != model::ActivationKind::signum;
}

/// What a threshold is like: the cell on a side of it, or neither.
enum class Belonging : std::uint8_t { to_left, to_right, alone };

/// By layer: whether all that reads it are steps.
std::vector<bool> read_by_steps_alone(const model::Network& network) {
    std::vector<bool> result(network.layer_count(), true);
    for (const model::Layer& layer : network.layers()) {
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms) result[term.source.index()] = false;
        if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation))
            if (!is_step(neurons->activation.kind)) result[neurons->source.index()] = false;
        if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) result[pool->source.index()] = false;
        if (const auto* product = std::get_if<model::ProductLayer>(&layer.operation))
            result[product->source.index()] = false;
    }
    return result;
}

/// Where values of the free inputs change something; absent where one of them is read by more than steps.
class Thresholds {
  public:
    Thresholds(const model::Query& query, const std::vector<bool>& is_free) : query_(query), is_free_(is_free) {}

    bool find() {
        const std::vector<bool> only_steps = read_by_steps_alone(query_.network);
        closed_above_.assign(query_.network.layer_count(), true);
        for (const model::Layer& layer : query_.network.layers())
            if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation))
                if (!is_closed_above(*neurons)) closed_above_[neurons->source.index()] = false;
        for (std::size_t l = 0; l < query_.network.layer_count(); ++l) {
            const model::Layer& layer = query_.network.layers()[l];
            if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
                if (!reads_inputs(*affine)) continue;
                for (std::size_t i = 0; i < layer.size; ++i)
                    if (!add(query_.network.affine_form(model::LayerId(l), i), only_steps[l], closed_above_[l]))
                        return false;
            } else if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation)) {
                if (!add_layer(neurons->source, is_step(neurons->activation.kind), is_closed_above(*neurons)))
                    return false;
            } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
                if (!add_layer(pool->source, false, false)) return false;
            } else if (const auto* product = std::get_if<model::ProductLayer>(&layer.operation)) {
                if (!add_layer(product->source, false, false)) return false;
            }
        }
        const std::vector<std::uint8_t> used = model::uses(query_);
        for (std::size_t f = 0; f < used.size(); ++f) {
            const model::FormulaNode& node = query_.formulas.node(model::FormulaId(f));
            if (used[f] != 0 && node.kind == model::FormulaKind::atom && !add(node.atom.form, true, false))
                return false;
        }
        return true;
    }

    const std::map<Rational, Belonging>& of(Variable input) { return thresholds_[input]; }

  private:
    bool is_free(Variable variable) const { return query_.network.is_input(variable) && is_free_[variable.index()]; }
    bool reads_inputs(const model::AffineLayer& affine) const {
        return std::any_of(affine.terms.begin(), affine.terms.end(), [&](const model::AffineTerm& term) {
            return std::holds_alternative<model::InputLayer>(query_.network.layer(term.source).operation);
        });
    }
    /// What happens where the form is 0 matters, if it names a free input, and that is all.
    /// `closed_above`: at 0 it is as above 0.
    bool add(const LinearForm& form, bool is_all, bool closed_above) {
        const auto names_free = [&](const LinearTerm& term) { return is_free(term.variable); };
        if (std::none_of(form.terms().begin(), form.terms().end(), names_free)) return true;
        if (!is_all || form.terms().size() != 1) return false;
        const LinearTerm& term = form.terms()[0];
        const Belonging side = !closed_above               ? Belonging::alone
                               : sgn(term.coefficient) > 0 ? Belonging::to_right
                                                           : Belonging::to_left;
        const auto [place, is_new] =
            thresholds_[term.variable].try_emplace(Rational(-form.constant() / term.coefficient), side);
        if (!is_new && place->second != side) place->second = Belonging::alone;
        return true;
    }
    bool add_layer(model::LayerId source, bool is_all, bool closed_above) {
        const model::Layer& layer = query_.network.layer(source);
        if (!std::holds_alternative<model::InputLayer>(layer.operation)) return true;
        for (std::size_t i = 0; i < layer.size; ++i)
            if (!add(LinearForm(query_.network.variable(source, i)), is_all, closed_above)) return false;
        return true;
    }

    const model::Query& query_;
    const std::vector<bool>& is_free_;  ///< by variable
    std::map<Variable, std::map<Rational, Belonging>> thresholds_;
    std::vector<bool> closed_above_;  ///< by layer: all steps that read it are at 0 as above it
};

/// A point between, of the kind that the domain has; absent if there is none.
std::optional<Rational> between(const Rational& lower, const Rational& upper, model::DomainKind kind) {
    if (kind == model::DomainKind::real) return Rational((lower + upper) / 2);
    Integer above;
    mpz_fdiv_q(above.get_mpz_t(), lower.get_num_mpz_t(), lower.get_den_mpz_t());
    ++above;
    if (Rational(above) < upper) return Rational(above);
    return std::nullopt;
}

/// A point between each two neighbours, and the thresholds that are like none of them.
std::vector<Rational> points_of_cells(const model::Domain& domain, const std::map<Rational, Belonging>& thresholds) {
    std::vector<Rational> ends{*domain.lower};
    for (const auto& [threshold, belonging] : thresholds)
        if (threshold > *domain.lower && threshold < *domain.upper) ends.push_back(threshold);
    ends.push_back(*domain.upper);
    std::vector<Rational> points;
    const auto add = [&](const Rational& point) {
        if (domain.kind == model::DomainKind::real || point.get_den() == 1) points.push_back(point);
    };
    for (std::size_t e = 0; e < ends.size(); ++e) {
        const auto threshold = thresholds.find(ends[e]);
        const bool is_apart = threshold != thresholds.end() &&
                              (threshold->second == Belonging::alone ||
                               (threshold->second == Belonging::to_left ? e == 0 : e + 1 == ends.size()));
        if (is_apart || domain.kind == model::DomainKind::integer) add(ends[e]);
        if (e + 1 < ends.size())
            if (const auto point = between(ends[e], ends[e + 1], domain.kind)) points.push_back(*point);
    }
    return points;
}
}  // namespace

std::unique_ptr<CellSweep> CellSweep::make(const model::Query& query) {
    if (query.precision || !query.boolean_names.empty()) return nullptr;
    std::unique_ptr<CellSweep> sweep(new CellSweep(query));
    return sweep->prepare() ? std::move(sweep) : nullptr;
}

bool CellSweep::prepare() {
    const std::vector<Variable> inputs = query_.network.input_variables();
    const std::vector<model::Domain> domains = model::demanded_domains(query_);
    std::vector<bool> is_free(query_.network.variable_count(), false);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const model::Domain& domain = domains[i];
        if (!domain.lower || !domain.upper || *domain.lower > *domain.upper || !domain.values.empty()) return false;
        fixed_.push_back(*domain.lower);
        if (*domain.lower == *domain.upper) continue;
        is_free[inputs[i].index()] = true;
        free_.push_back({i, {}});
        if (free_.size() > most_free) return false;
    }
    if (free_.empty()) return false;
    Thresholds thresholds(query_, is_free);
    if (!thresholds.find()) return false;
    std::size_t products = 1000;  // and what is not one
    for (const model::Layer& layer : query_.network.layers())
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms) products += model::multiplications(term.map);
    ticks_per_cell_ = ticks_per_product * products;
    for (FreeInput& input : free_) {
        input.points = points_of_cells(domains[input.place], thresholds.of(inputs[input.place]));
        if (!input.points.empty() && cells_ > most_effort / ticks_per_cell_ / input.points.size()) return false;
        cells_ *= input.points.size();
    }
    return true;
}

std::vector<Rational> CellSweep::point(std::size_t cell) const {
    std::vector<Rational> inputs = fixed_;
    for (const FreeInput& input : free_) {
        inputs[input.place] = input.points[cell % input.points.size()];
        cell /= input.points.size();
    }
    return inputs;
}

engine::Progress CellSweep::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    std::mutex mutex;
    std::optional<Confirmation> found;
    const auto evaluate = [&](std::size_t cell, std::size_t) {
        spend(ticks_per_cell_);
        const std::vector<Rational> inputs = point(cell);
        const model::Certainty certainty = model::decide_at(query_, inputs, {});
        if (certainty == model::Certainty::no) return;
        std::optional<Confirmation> confirmation;
        if (certainty == model::Certainty::yes) confirmation = confirm_exact(query_, inputs, {});
        const std::lock_guard lock(mutex);
        if (confirmation && !found)
            found = std::move(confirmation);
        else if (!confirmation)
            ++undecided_;
    };
    while (next_ < cells_) {
        const std::size_t end = std::min(cells_, next_ + cells_at_once);
        next_ = work_off(next_, end, static_cast<std::size_t>(std::max(turn.threads, 1)), turn.limits, evaluate);
        if (found) {
            knowledge.found(std::move(found->witness), name());
            return engine::Progress::answered;
        }
        if (next_ < end) return engine::Progress::paused;
    }
    if (undecided_ > 0) {
        reason_ = "conditions are met too nearly to tell";
        return engine::Progress::exhausted;
    }
    knowledge.refuted(name());
    return engine::Progress::answered;
}

Statistics CellSweep::statistics() const {
    Statistics statistics;
    statistics.add("cells", static_cast<double>(cells_));
    statistics.add("cells_evaluated", static_cast<double>(next_));
    return statistics;
}

}  // namespace sinew::search
