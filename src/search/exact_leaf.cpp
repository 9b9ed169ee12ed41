#include "search/exact_leaf.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/observer.hpp"
#include "search/lazy_search.hpp"
#include "search/smooth_relaxation.hpp"
#include "search/witness.hpp"

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
/// Smooth neurons between the lines of the leaf.
model::Query relaxed(const Problem& problem, const bounds::State& state) {
    SmoothRelaxation relaxation(*problem.query);
    relaxation.narrow(state);
    relaxation.cut_at_zero();
    return relaxation.build();
}

/// After sat: is the solution of the leaf one of the query? Of a relaxed leaf it may be none.
void check_witness(const Problem& problem, model::Verdict& verdict) {
    verdict.witness->booleans.clear();
    std::vector<Rational> inputs;
    for (const Variable input : problem.inputs) inputs.push_back(verdict.witness->values[input.index()]);
    auto confirmation = confirm_exact(*problem.query, inputs, {});
    if (confirmation) {
        verdict.witness = std::move(confirmation->witness);
    } else {
        verdict.status = model::Status::unknown;
        verdict.witness.reset();
    }
}
}  // namespace

model::Verdict decide_exactly(const Problem& problem, const Node& node, const bounds::State& state,
                              const bounds::NetworkBounds& bounds, const Settings& settings, const Limits& limits,
                              LeafCore* core) {
    model::Query leaf = problem.smooth ? relaxed(problem, state) : *problem.query;
    std::erase_if(leaf.domains, [&](const auto& entry) { return problem.query->network.is_input(entry.first); });
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
    model::Verdict verdict = solve_assuming(leaf, settings, limits, silent, failed);
    if (core != nullptr) {
        core->stated = parts.size();
        core->bounds.clear();
        for (const std::size_t p : failed) core->bounds.push_back(parts[p]);
    }
    if (verdict.status == model::Status::sat) check_witness(problem, verdict);
    return verdict;
}

}  // namespace sinew::search
