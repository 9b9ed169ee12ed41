// SPDX-License-Identifier: Apache-2.0
#include "verify/float32_semantics.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "bounds/float32_errors.hpp"
#include "bounds/network_bounds.hpp"
#include "model/normal_form.hpp"
#include "model/stopped.hpp"

namespace sinew::verify {

namespace {
using model::FormulaId;
using model::FormulaKind;
using model::Query;

/// Bisections below which what is undecided stays so.
constexpr int most_depth = 24;

bool is_over_inputs(const Query& query, const model::Atom& atom) {
    return std::ranges::all_of(atom.form.terms(),
                               [&](const LinearTerm& term) { return query.network.is_input(term.variable); });
}

/// The query's conditions, which hold wherever they hold of a program whose values are off by so much.
class Relaxation {
  public:
    Relaxation(const Query& query, const std::map<std::size_t, double>& error_of_atom)
        : query_(query), error_of_atom_(error_of_atom) {}

    Query relaxed() {
        Query result = query_;
        store_ = &result.formulas;
        result.output_condition = of(query_.output_condition, false);
        result.input_condition = of(query_.input_condition, false);
        return result;
    }

  private:
    FormulaId of(FormulaId id, bool is_negated) {
        const std::pair key(id.index(), is_negated);
        if (const auto known = done_.find(key); known != done_.end()) return known->second;
        const FormulaId made = make(id, is_negated);
        done_.emplace(key, made);
        return made;
    }
    FormulaId make(FormulaId id, bool is_negated) {
        const model::FormulaNode& node = query_.formulas.node(id);
        switch (node.kind) {
            case FormulaKind::negation:
                return of(node.children[0], !is_negated);
            case FormulaKind::atom:
                return atom(id, node.atom, is_negated);
            case FormulaKind::conjunction:
            case FormulaKind::disjunction: {
                std::vector<FormulaId> children;
                for (const FormulaId child : node.children) children.push_back(of(child, is_negated));
                const bool all = (node.kind == FormulaKind::conjunction) != is_negated;
                return all ? store_->conjunction(std::move(children)) : store_->disjunction(std::move(children));
            }
            default:
                return is_negated ? store_->negation(id) : id;
        }
    }
    FormulaId atom(FormulaId id, const model::Atom& atom, bool is_negated) {
        const auto found = error_of_atom_.find(id.index());
        if (found == error_of_atom_.end() || found->second == 0) return is_negated ? store_->negation(id) : id;
        const Rational error = to_rational(found->second);
        const auto below = [&](LinearForm form, model::Relation relation) {
            form.add_constant(-error);
            return store_->atom(std::move(form), relation);
        };
        LinearForm opposite = atom.form;
        opposite.scale(-1);
        if (atom.relation == model::Relation::equal)
            return is_negated ? store_->constant(true)
                              : store_->conjunction({below(atom.form, model::Relation::less_equal),
                                                     below(std::move(opposite), model::Relation::less_equal)});
        if (!is_negated) return below(atom.form, atom.relation);
        return below(std::move(opposite),
                     atom.relation == model::Relation::less ? model::Relation::less_equal : model::Relation::less);
    }

    const Query& query_;
    const std::map<std::size_t, double>& error_of_atom_;
    model::FormulaStore* store_ = nullptr;
    std::map<std::pair<std::size_t, bool>, FormulaId> done_;
};

class Search {
  public:
    Search(const Query& query, const Options& options, Observer& observer)
        : options_(options), observer_(observer), bounds_(query.network) {
        options_.float32_witness = false;
        const std::vector<std::uint8_t> used = model::uses(query);
        for (std::size_t f = 0; f < used.size(); ++f) {
            const model::FormulaNode& node = query.formulas.node(FormulaId(f));
            if (used[f] == 0 || node.kind != FormulaKind::atom || is_over_inputs(query, node.atom)) continue;
            atoms_.push_back(f);
            forms_.push_back(node.atom.form);
        }
    }

    model::Verdict run(const Query& query, int depth) {
        std::map<std::size_t, double> errors;
        double largest = 0;
        if (!bound_errors(query, errors, largest)) return unsat();
        if (!std::isfinite(largest))
            return unknown(
                "no bound of rounding errors is proven: values beyond float32's range, or a step near its jump");
        if (depth == 0) largest_ = largest;
        const Query relaxed = Relaxation(query, errors).relaxed();
        model::Verdict verdict = verify(relaxed, options_, observer_);
        if (verdict.status != model::Status::sat) return verdict;
        // A solution that is one for every program is looked for in the whole box, and in what is left at the end.
        if (depth == 0 || depth == most_depth) {
            Options robust = options_;
            robust.float32_witness = true;
            model::Verdict exact = verify(query, robust, observer_);
            if (exact.status != model::Status::unsat && exact.status != model::Status::unknown) return exact;
        }
        if (const StopReason reason = options_.limits.reached(); reason != StopReason::none)
            return model::stopped(reason);
        if (depth == most_depth)
            return unknown(fmt::format("rounding errors, of up to {:.3g}, may or may not make a solution", largest));
        return bisected(query, depth);
    }

    double largest() const { return largest_; }

  private:
    /// False: there are no such inputs.
    bool bound_errors(const Query& query, std::map<std::size_t, double>& errors, double& largest) {
        std::vector<Interval> box;
        for (const model::Domain& domain : model::demanded_domains(query)) box.push_back(model::enclosing(domain));
        for (const Interval& side : box) {
            if (!std::isfinite(side.lower) || !std::isfinite(side.upper))
                throw UsageError("--semantics float32 is of bounded inputs");
            if (side.empty()) return false;
        }
        bounds::State state = bounds_.start(box);
        if (!bounds_.tighten(state)) return false;
        const bounds::Float32Errors found = bounds::float32_errors(query.network, state, forms_);
        for (std::size_t a = 0; a < atoms_.size(); ++a) {
            errors[atoms_[a]] = found.forms[a];
            largest = std::max(largest, found.forms[a]);
        }
        return true;
    }

    model::Verdict bisected(const Query& query, int depth) {
        const std::vector<Variable> inputs = query.network.input_variables();
        const std::vector<model::Domain> domains = model::demanded_domains(query);
        std::size_t widest = 0;
        const auto width = [&](std::size_t i) { return Rational(*domains[i].upper - *domains[i].lower); };
        for (std::size_t i = 1; i < domains.size(); ++i)
            if (width(i) > width(widest)) widest = i;
        const Rational middle = to_rational(to_nearest(*domains[widest].lower + width(widest) / 2));
        std::optional<model::Verdict> open;
        for (const bool is_upper : {true, false}) {
            Query half = query;
            LinearForm side(inputs[widest], is_upper ? 1 : -1);
            side.add_constant(is_upper ? Rational(-middle) : middle);
            half.input_condition = half.formulas.conjunction(
                {half.input_condition, half.formulas.atom(std::move(side), model::Relation::less_equal)});
            model::Verdict verdict = run(half, depth + 1);
            if (verdict.status == model::Status::sat) return verdict;
            if (verdict.status != model::Status::unsat) return verdict;
            open = std::move(verdict);
        }
        return std::move(*open);
    }

    static model::Verdict unsat() {
        model::Verdict verdict;
        verdict.status = model::Status::unsat;
        verdict.decided_by = "bounds";
        return verdict;
    }
    static model::Verdict unknown(std::string reason) {
        model::Verdict verdict;
        verdict.reason = std::move(reason);
        return verdict;
    }

    Options options_;
    Observer& observer_;
    bounds::NetworkBounds bounds_;
    std::vector<std::size_t> atoms_;
    std::vector<LinearForm> forms_;
    double largest_ = 0;
};
}  // namespace

model::Verdict verify_float32(const Query& query, const Options& options, Observer& observer) {
    if (options.proof != nullptr) throw UsageError("no proof is written yet with --semantics float32");
    if (options.part != nullptr) throw UsageError("units of work are of real numbers");
    if (query.precision) throw UsageError("integer neuron constraints (precision) are no float32 program");
    if (const std::string layer = bounds::float32_obstacle(query.network); !layer.empty())
        throw UsageError(fmt::format("--semantics float32 is of piecewise-linear networks; {} is not", layer));
    const auto start = std::chrono::steady_clock::now();
    const LimitScope scope(options.limits);
    model::Verdict verdict;
    try {
        Search search(query, options, observer);
        verdict = search.run(query, 0);
        verdict.statistics.add("float32_error", search.largest());
    } catch (const LimitReached& limit) {
        verdict = model::stopped(limit.reason());
    }
    verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return verdict;
}

}  // namespace sinew::verify
