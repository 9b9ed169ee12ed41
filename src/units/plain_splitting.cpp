// SPDX-License-Identifier: Apache-2.0
#include "units/plain_splitting.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/effort.hpp"
#include "model/evaluate_enclosed.hpp"
#include "model/normal_form.hpp"
#include "units/path.hpp"

namespace sinew::units {

namespace {
/// What the search of a leaf gets that may be decided at once.
constexpr Effort quick_look = effort_per_second / 20;

struct PlainLeaf {
    std::uint32_t node = 0;
    Path path;
};

class PlainSplitter {
  public:
    PlainSplitter(const model::Query& query, const engine::Part& part, const verify::Options& options,
                  Observer& observer)
        : query_(query), part_(part), options_(options), observer_(observer), inputs_(query.network.input_variables()) {
        find_booleans();
        find_neurons();
    }

    Splitting run(std::size_t wanted) {
        std::deque<PlainLeaf> open;
        open.emplace_back();
        std::size_t stuck = 0;
        while (!open.empty() && open.size() + stuck < wanted && !options_.limits.exceeded()) {
            const PlainLeaf leaf = std::move(open.front());
            open.pop_front();
            const std::vector<engine::Literal> sides = choose(leaf.path);
            if (sides.empty()) {
                ++stuck;
                continue;
            }
            engine::SplitNode& parent = done_.tree.nodes[leaf.node];
            parent.kind = engine::SplitNode::Kind::bounds;
            parent.sides = sides;
            const auto first = static_cast<std::uint32_t>(done_.tree.nodes.size());
            parent.children = {first, first + 1};
            done_.tree.nodes.resize(first + 2);
            for (std::uint32_t side = 0; side < 2; ++side) {
                PlainLeaf child{first + side, leaf.path};
                Step step;
                step.bound = sides[side];
                child.path.push_back(step);
                if (look(child)) open.push_back(std::move(child));
                if (done_.verdict.status == model::Status::sat) return std::move(done_);
            }
        }
        return std::move(done_);
    }

  private:
    /// By how often the conditions name them.
    void find_booleans() {
        std::vector<std::size_t> count(query_.boolean_names.size());
        const model::NormalForm normal_form(query_);
        for (const model::NormalForm::Node& node : normal_form.nodes())
            if (node.kind == model::NormalForm::Kind::boolean)
                ++count[query_.formulas.node(node.formula).boolean.index()];
        for (std::size_t b = 0; b < count.size(); ++b)
            if (count[b] > 0) booleans_.push_back(b);
        std::stable_sort(booleans_.begin(), booleans_.end(),
                         [&](std::size_t a, std::size_t b) { return count[a] > count[b]; });
    }

    /// What rectifiers take; splits of others are not closed, or have no phases.
    void find_neurons() {
        if (query_.precision || model::is_smooth(query_.network)) return;
        std::map<std::size_t, bool> is_continuous;
        for (const model::Layer& layer : query_.network.layers()) {
            const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
            if (neurons == nullptr || neurons->activation.kind == model::ActivationKind::identity) continue;
            const bool is_rectifier = neurons->activation.kind == model::ActivationKind::relu ||
                                      neurons->activation.kind == model::ActivationKind::leaky_relu;
            const auto [place, is_new] = is_continuous.try_emplace(neurons->source.index(), is_rectifier);
            if (!is_new) place->second = place->second && is_rectifier;
        }
        for (const auto& [source, all] : is_continuous) {
            const model::Layer& layer = query_.network.layers()[source];
            if (!all || std::holds_alternative<model::InputLayer>(layer.operation)) continue;
            for (std::size_t i = 0; i < layer.size; ++i) neurons_.emplace_back(layer.first.index() + i);
        }
    }

    static bool names(const Path& path, engine::Subject subject) {
        return std::any_of(path.begin(), path.end(), [&](const Step& step) { return step.bound.subject == subject; });
    }

    bool is_assumed(engine::Subject subject) const {
        return std::any_of(part_.splits.begin(), part_.splits.end(),
                           [&](const engine::Literal& split) { return split.subject == subject; });
    }

    std::vector<engine::Literal> choose(const Path& path) const {
        for (const std::size_t boolean : booleans_) {
            const engine::Subject subject{engine::FreeBoolean(boolean)};
            if (!names(path, subject)) return {engine::at_most(subject, 0), engine::at_least(subject, 1)};
        }
        if (std::vector<engine::Literal> sides = halve_integer(path); !sides.empty()) return sides;
        for (const Variable neuron : neurons_)
            if (const engine::Subject subject(neuron); !names(path, subject) && !is_assumed(subject))
                return {engine::at_most(subject, 0), engine::at_least(subject, 0)};
        return {};
    }

    /// The integer with the most values left.
    std::vector<engine::Literal> halve_integer(const Path& path) const {
        double widest = 0;
        std::vector<engine::Literal> sides;
        if (query_.precision) return sides;
        const std::vector<model::Domain> domains = model::demanded_domains(query_);
        for (std::size_t i = 0; i < domains.size(); ++i) {
            const model::Domain& domain = domains[i];
            if (domain.kind != model::DomainKind::integer || !domain.lower || !domain.upper) continue;
            double lower = std::ceil(to_double_above(*domain.lower));
            double upper = std::floor(to_double_below(*domain.upper));
            const engine::Subject subject(inputs_[i]);
            for (const Step& step : path) {
                if (step.bound.subject != subject) continue;
                if (step.bound.side == engine::Side::at_least)
                    lower = std::max(lower, step.bound.value);
                else
                    upper = std::min(upper, step.bound.value);
            }
            // Beyond 2^52 a double does not name each whole number.
            if (!(upper - lower > widest) || std::max(std::abs(lower), std::abs(upper)) >= 0x1p52) continue;
            widest = upper - lower;
            const double middle = std::floor(lower + (upper - lower) / 2);
            sides = {engine::at_most(subject, middle), engine::at_least(subject, middle + 1)};
        }
        return sides;
    }

    /// False where a short search has decided the leaf.
    bool look(const PlainLeaf& leaf) {
        model::Query query = query_;
        engine::Part part = part_;
        for (const Step& step : leaf.path) apply(step, query, part.splits);
        verify::Options options = options_;
        options.part = &part;
        options.learned = nullptr;
        options.limits = options_.limits.within_effort(quick_look);
        const model::Verdict verdict = verify::verify(query, options, observer_);
        engine::SplitNode& node = done_.tree.nodes[leaf.node];
        if (verdict.status == model::Status::unsat) {
            node.kind = engine::SplitNode::Kind::refuted;
            node.by = verdict.decided_by;
            return false;
        }
        if (verdict.status == model::Status::sat) {
            done_.verdict = verdict;
            return false;
        }
        node.bound = -1.0 / static_cast<double>(leaf.path.size());
        return true;
    }

    const model::Query& query_;
    const engine::Part& part_;
    verify::Options options_;
    Observer& observer_;
    std::vector<Variable> inputs_;
    std::vector<std::size_t> booleans_;
    std::vector<Variable> neurons_;
    Splitting done_;
};
}  // namespace

Splitting split_plainly(const model::Query& query, const engine::Part& part, const verify::Options& options,
                        std::size_t wanted, Observer& observer) {
    return PlainSplitter(query, part, options, observer).run(wanted);
}

}  // namespace sinew::units
