#include "search/exact_leaf.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/observer.hpp"
#include "model/evaluate.hpp"
#include "search/lazy_search.hpp"

namespace sinew::search {

namespace {
/// variable <= point, or >= point.
model::FormulaId bound(model::FormulaStore& formulas, std::uint32_t variable, bool upper, double point) {
    LinearForm form(Variable(variable), upper ? 1 : -1);
    form.add_constant(upper ? -to_rational(point) : to_rational(point));
    return formulas.atom(std::move(form), model::Relation::less_equal);
}

/// What the node's part of its root box is, as bounds: sides of the box that the search moved, phases.
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
        if (state.lower[variable] >= 0) result.push_back({variable, false, 0});
        if (state.upper[variable] <= 0) result.push_back({variable, true, 0});
    }
    return result;
}
}  // namespace

model::Verdict decide_exactly(const Problem& problem, const Node& node, const bounds::State& state,
                              const bounds::NetworkBounds& bounds, std::uint64_t seed, const Limits& limits,
                              LeafCore* core) {
    model::Query leaf = *problem.query;
    leaf.domains.clear();
    for (std::size_t i = 0; i < problem.inputs.size(); ++i)
        leaf.domains.emplace_back(problem.inputs[i], problem.boxes[node.box_index].domains[i]);
    const std::vector<Decision> parts = leaf_bounds(problem, node, state, bounds);
    std::vector<model::FormulaId> formulas = {leaf.input_condition};
    for (std::size_t p = 0; p < parts.size(); ++p) {
        // Each bound hangs on a Boolean of its own: which of them are to blame tells the core.
        leaf.boolean_names.push_back("leaf_bound_" + std::to_string(p));
        const model::FormulaId assumed = leaf.formulas.boolean(model::BooleanVariable(p));
        formulas.push_back(
            leaf.formulas.disjunction({leaf.formulas.negation(assumed),
                                       bound(leaf.formulas, parts[p].variable, parts[p].upper, parts[p].point)}));
    }
    leaf.input_condition = leaf.formulas.conjunction(std::move(formulas));
    Observer silent;
    std::vector<std::size_t> failed;
    model::Verdict verdict = solve_assuming(leaf, seed, limits, silent, failed);
    if (core != nullptr) {
        core->stated = parts.size();
        core->bounds.clear();
        for (const std::size_t p : failed) core->bounds.push_back(parts[p]);
    }
    // The leaf is part of the query; that its witness is one is checked all the same.
    if (verdict.status == model::Status::sat) {
        verdict.witness->booleans.clear();
        if (!model::satisfies(*problem.query, verdict.witness->values, verdict.witness->booleans)) {
            verdict.status = model::Status::unknown;
            verdict.witness.reset();
        }
    }
    return verdict;
}

}  // namespace sinew::search
