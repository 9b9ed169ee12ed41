// SPDX-License-Identifier: Apache-2.0
#include "search/exact_leaf.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/observer.hpp"
#include "search/lazy_search.hpp"
#include "search/smooth_relaxation.hpp"
#include "search/witness.hpp"

namespace sinew::search {

namespace {
/// Literals for bounds of inputs after which the solver is made anew: each of them is looked at with its input.
constexpr std::size_t most_bound_literals = 256;

/// Smooth neurons between the lines of the leaf, its inputs inside the box, the phases of the others as they are.
model::Query relaxed(const Problem& problem, const Node& node, const bounds::State& state,
                     std::span<const Decision> bounds) {
    SmoothRelaxation relaxation(*problem.query);
    relaxation.narrow(state);
    relaxation.cut_at_zero();
    model::Query leaf = relaxation.build();
    std::erase_if(leaf.domains, [&](const auto& entry) { return problem.query->network.is_input(entry.first); });
    for (std::size_t i = 0; i < problem.inputs.size(); ++i) {
        model::Domain domain = problem.boxes[node.box_index].domains[i];
        const Interval side = state.at(problem.inputs[i]);
        const Rational lower = to_rational(side.lower);
        const Rational upper = to_rational(side.upper);
        if (!domain.lower || *domain.lower < lower) domain.lower = lower;
        if (!domain.upper || *domain.upper > upper) domain.upper = upper;
        leaf.domains.emplace_back(problem.inputs[i], std::move(domain));
    }
    std::vector<model::FormulaId> conditions = {leaf.input_condition};
    for (const Decision& bound : bounds) {
        if (problem.query->network.is_input(Variable(bound.variable))) continue;
        LinearForm excess(Variable(bound.variable), bound.upper ? 1 : -1);
        excess.add_constant(bound.upper ? -to_rational(bound.point) : to_rational(bound.point));
        conditions.push_back(leaf.formulas.atom(std::move(excess), model::Relation::less_equal));
    }
    leaf.input_condition = leaf.formulas.conjunction(std::move(conditions));
    return leaf;
}
}  // namespace

std::vector<Decision> leaf_bounds(const Problem& problem, const Node& node, const bounds::State& state,
                                  const bounds::NetworkBounds& bounds) {
    std::vector<Decision> result;
    for (std::size_t i = 0; i < problem.inputs.size(); ++i) {
        const auto variable = static_cast<std::uint32_t>(problem.inputs[i].index());
        const Interval root = problem.boxes[node.box_index].inputs[i];
        const Interval side = state.at(variable);
        if (side.lower > root.lower) result.push_back({variable, false, side.lower});
        if (side.upper < root.upper) result.push_back({variable, true, side.upper});
    }
    result.insert(result.end(), node.phase_decisions.begin(), node.phase_decisions.end());
    for (const std::uint32_t variable : bounds.phase_variables()) {
        if (std::isfinite(state.lower[variable])) result.push_back({variable, false, state.lower[variable]});
        if (std::isfinite(state.upper[variable])) result.push_back({variable, true, state.upper[variable]});
    }
    return result;
}

void ExactLeaves::build() {
    inputs_ = query_.network.input_variables();
    own_domains_ = input_domains(query_);
    encoding_ = std::make_unique<Encoding>(encode(query_));
    solver_ = std::make_unique<LazySolver>(*encoding_, settings_);
    phases_.clear();
    bound_literals_.clear();
    assumed_in_.assign(encoding_->variable_count(), 0);
    std::vector<bool> joined(encoding_->variable_count(), false);
    for (const Breakpoint& breakpoint : encoding_->breakpoints) joined[breakpoint.phase.variable().index()] = true;
    for (std::size_t v = 0; v < encoding_->variable_count(); ++v) {
        const Meaning& meaning = encoding_->meanings[v];
        if (meaning.kind != MeaningKind::phase) continue;
        const double threshold = to_nearest(meaning.threshold);
        if (to_rational(threshold) != meaning.threshold) continue;
        phases_[static_cast<std::uint32_t>(meaning.neuron.index())].push_back(
            {threshold, meaning.threshold_inside, joined[v], sat::Literal(sat::BoolVar(v))});
    }
}

sat::Literal ExactLeaves::bound_literal(Variable variable, bool upper, const Rational& value) {
    const auto [place, is_new] = bound_literals_.try_emplace({variable, upper, value});
    if (is_new) {
        LinearForm excess(variable, upper ? 1 : -1);
        excess.add_constant(upper ? Rational(-value) : value);
        place->second = solver_->new_condition(excess, model::Relation::less_equal);
    }
    return place->second;
}

/// The strongest phase that a bound of a pre-activation fixes. At a jump a closed bound leaves both pieces possible.
void ExactLeaves::assume_phase(const Decision& bound) {
    const auto found = phases_.find(bound.variable);
    if (found == phases_.end()) return;
    const Phase* fixed = nullptr;
    bool at_threshold = false;  // the literal says no more than the bound at the threshold does
    for (const Phase& phase : found->second) {
        const bool at = phase.joined || phase.closed_right != bound.upper;
        const bool beyond = bound.upper ? bound.point < phase.threshold : bound.point > phase.threshold;
        if (!beyond && !(at && bound.point == phase.threshold)) continue;
        if (fixed != nullptr && bound.upper) continue;  // thresholds ascend
        fixed = &phase;
        at_threshold = at;
    }
    if (fixed == nullptr) return;
    // At the breakpoint itself either phase will do: the first bound chooses, both together would exclude the point.
    std::uint64_t& assumed = assumed_in_[fixed->right.variable().index()];
    if (assumed == count_) return;
    assumed = count_;
    assumptions_.push_back(bound.upper ? ~fixed->right : fixed->right);
    meaning_.push_back(Decision{bound.variable, bound.upper, at_threshold ? fixed->threshold : bound.point});
}

void ExactLeaves::assume(const Decision& bound) {
    const Variable variable(bound.variable);
    if (!query_.network.is_input(variable)) return assume_phase(bound);
    assumptions_.push_back(bound_literal(variable, bound.upper, to_rational(bound.point)));
    meaning_.emplace_back(bound);
}

void ExactLeaves::assume_domain(std::size_t input, const model::Domain& domain) {
    const model::Domain& own = own_domains_[input];
    if (domain.lower && (!own.lower || *own.lower < *domain.lower)) {
        assumptions_.push_back(bound_literal(inputs_[input], false, *domain.lower));
        meaning_.emplace_back();
    }
    if (domain.upper && (!own.upper || *own.upper > *domain.upper)) {
        assumptions_.push_back(bound_literal(inputs_[input], true, *domain.upper));
        meaning_.emplace_back();
    }
}

Answer ExactLeaves::decide(std::span<const Decision> bounds, std::span<const model::Domain> domains,
                           const Limits& limits, LeafCore* core) {
    ++count_;
    if (!solver_ || bound_literals_.size() > most_bound_literals) build();
    assumptions_.clear();
    meaning_.clear();
    for (std::size_t i = 0; i < domains.size(); ++i) assume_domain(i, domains[i]);
    for (const Decision& bound : bounds) assume(bound);
    // Bounds of other leaves hold their tongue.
    in_force_.assign(assumptions_.begin(), assumptions_.end());
    std::sort(in_force_.begin(), in_force_.end());
    for (const auto& [bound, literal] : bound_literals_) {
        if (std::binary_search(in_force_.begin(), in_force_.end(), literal)) continue;
        assumptions_.push_back(~literal);
        meaning_.emplace_back();
    }
    const Answer answer = solver_->solve(assumptions_, limits);
    if (answer == Answer::unsat && core != nullptr) {
        core->stated = bounds.size();
        core->bounds.clear();
        for (const sat::Literal failed : solver_->failed_assumptions())
            for (std::size_t a = 0; a < assumptions_.size(); ++a)
                if (assumptions_[a] == failed && meaning_[a]) core->bounds.push_back(*meaning_[a]);
    }
    if (answer != Answer::sat) return answer;
    std::vector<Rational> inputs;
    for (const Variable input : inputs_) inputs.push_back(solver_->value(input));
    auto confirmation = confirm_exact(query_, inputs, {});
    if (!confirmation) return Answer::unknown;
    witness_ = std::move(confirmation->witness);
    return Answer::sat;
}

/// Smooth neurons have other lines in each leaf, so that there is nothing to keep.
Answer ExactLeaves::decide_relaxed(const Problem& problem, const Node& node, const bounds::State& state,
                                   std::span<const Decision> bounds, const Limits& limits) {
    ++count_;
    Observer silent;
    const model::Verdict verdict = solve_lazily(relaxed(problem, node, state, bounds), settings_, limits, silent);
    if (verdict.status == model::Status::unsat) return Answer::unsat;
    if (verdict.status != model::Status::sat) return Answer::unknown;
    std::vector<Rational> inputs;
    for (const Variable input : problem.inputs) inputs.push_back(verdict.witness->values[input.index()]);
    auto confirmation = confirm_exact(*problem.query, inputs, {});
    if (!confirmation) return Answer::unknown;  // of the relaxed leaf alone
    witness_ = std::move(confirmation->witness);
    return Answer::sat;
}

Answer ExactLeaves::decide(const Problem& problem, const Node& node, const bounds::State& state,
                           const bounds::NetworkBounds& bounds, const Limits& limits, LeafCore* core) {
    const std::vector<Decision> parts = leaf_bounds(problem, node, state, bounds);
    if (!problem.smooth) return decide(parts, problem.boxes[node.box_index].domains, limits, core);
    if (core != nullptr) *core = {parts.size(), parts};
    if (problem.curved) return Answer::unknown;
    return decide_relaxed(problem, node, state, parts, limits);
}

}  // namespace sinew::search
