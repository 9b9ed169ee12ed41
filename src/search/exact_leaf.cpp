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
}  // namespace

model::Verdict decide_exactly(const Problem& problem, const Node& node, const bounds::State& state,
                              const bounds::NetworkBounds& bounds, std::uint64_t seed, const Limits& limits) {
    model::Query leaf = *problem.query;
    leaf.domains.clear();
    for (std::size_t i = 0; i < problem.inputs.size(); ++i) {
        model::Domain domain = problem.boxes[node.box_index].domains[i];
        const Interval side = state.at(problem.inputs[i]);
        const Rational lower = to_rational(side.lower);
        const Rational upper = to_rational(side.upper);
        if (!domain.lower || *domain.lower < lower) domain.lower = lower;
        if (!domain.upper || *domain.upper > upper) domain.upper = upper;
        std::erase_if(domain.values, [&](const Rational& value) { return value < lower || value > upper; });
        leaf.domains.emplace_back(problem.inputs[i], std::move(domain));
    }
    std::vector<model::FormulaId> parts = {leaf.input_condition};
    for (const Decision& decision : node.phase_decisions)
        parts.push_back(bound(leaf.formulas, decision.variable, decision.upper, decision.point));
    for (const std::uint32_t variable : bounds.phase_variables()) {
        if (state.lower[variable] >= 0) parts.push_back(bound(leaf.formulas, variable, false, 0));
        if (state.upper[variable] <= 0) parts.push_back(bound(leaf.formulas, variable, true, 0));
    }
    leaf.input_condition = leaf.formulas.conjunction(std::move(parts));
    Observer silent;
    model::Verdict verdict = solve_lazily(leaf, seed, limits, silent);
    // The leaf is part of the query; that its witness is one is checked all the same.
    if (verdict.status == model::Status::sat &&
        !model::satisfies(*problem.query, verdict.witness->values, verdict.witness->booleans)) {
        verdict.status = model::Status::unknown;
        verdict.witness.reset();
    }
    return verdict;
}

}  // namespace sinew::search
