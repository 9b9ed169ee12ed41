// SPDX-License-Identifier: Apache-2.0
#include "search/problem.hpp"

#include <algorithm>
#include <cmath>

#include "base/infinity.hpp"
#include "model/evaluate_enclosed.hpp"

namespace sinew::search {

namespace {
/// Real sides are not split below this share of their root width: float bounds learn nothing more there.
constexpr double least_share = 0x1p-36;

/// Bounds of the atoms over inputs alone, by interval arithmetic; nothing for the others.
void bound_input_atoms(const Condition& condition, const std::vector<Interval>& inputs,
                       const std::vector<Variable>& variables, std::vector<double>& lower, std::vector<double>& upper) {
    lower.assign(condition.atoms().size(), -infinity);
    upper.assign(condition.atoms().size(), infinity);
    for (std::size_t a = 0; a < condition.atoms().size(); ++a) {
        const ConditionAtom& atom = condition.atoms()[a];
        if (!atom.inputs_only) continue;
        Interval sum = Interval::enclosing(atom.form.constant());
        for (const LinearTerm& term : atom.form.terms()) {
            const auto at = std::lower_bound(variables.begin(), variables.end(), term.variable) - variables.begin();
            sum = sum + Interval::enclosing(term.coefficient) * inputs[static_cast<std::size_t>(at)];
        }
        lower[a] = sum.lower;
        upper[a] = sum.upper;
    }
}
}  // namespace

std::vector<Variable> Problem::asked() const {
    std::vector<Variable> result;
    for (const ProblemBox& box : boxes)
        for (const ConditionAtom& atom : box.condition.atoms())
            for (const LinearTerm& term : atom.form.terms()) result.push_back(term.variable);
    for (const Decision& phase : assumed) result.emplace_back(phase.variable);
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

Problem Problem::prepare(const model::Query& query, std::string& obstacle) {
    Problem problem;
    problem.query = &query;
    problem.inputs = query.network.input_variables();
    problem.hull.assign(problem.inputs.size(), {infinity, -infinity});
    if (!query.boolean_names.empty()) obstacle = "the query has free Booleans";
    problem.smooth = model::is_smooth(query.network);
    problem.curved = model::is_curved(query.network);
    if (!obstacle.empty()) return problem;
    const Condition condition = Condition::compile(query);
    for (std::vector<model::Domain>& root : root_boxes(query, condition)) {
        ProblemBox box;
        box.domains = std::move(root);
        for (std::size_t i = 0; i < box.domains.size(); ++i) {
            const Interval side = problem.snap(box, i, enclosing(box.domains[i]));
            if (!side.empty() && (std::isinf(side.lower) || std::isinf(side.upper)))
                obstacle = "an input is not bounded";
            box.inputs.push_back(side);
        }
        if (std::any_of(box.inputs.begin(), box.inputs.end(), [](Interval side) { return side.empty(); })) continue;
        std::vector<double> lower;
        std::vector<double> upper;
        bound_input_atoms(condition, box.inputs, problem.inputs, lower, upper);
        box.condition = condition.simplified(lower, upper);
        if (box.condition.is_constant(false)) continue;
        for (std::size_t i = 0; i < box.inputs.size(); ++i)
            problem.hull[i] = sinew::hull(problem.hull[i], box.inputs[i]);
        problem.boxes.push_back(std::move(box));
    }
    return problem;
}

void Problem::assume(const engine::Literal& phase) {
    assumed.push_back(decision_of(phase));
}

Interval Problem::snap(const ProblemBox& box, std::size_t input, Interval side) const {
    const model::Domain& domain = box.domains[input];
    if (!domain.values.empty()) {
        Interval result{infinity, -infinity};
        for (const Rational& value : domain.values) {
            const Interval at = Interval::enclosing(value);
            if (at.upper < side.lower || at.lower > side.upper) continue;
            result = sinew::hull(result, at);
        }
        return intersect(result, enclosing(domain));
    }
    side = intersect(side, enclosing(domain));
    if (domain.kind == model::DomainKind::integer && !side.empty()) {
        side.lower = std::ceil(side.lower);
        side.upper = std::floor(side.upper);
    }
    return side;
}

bool Problem::fails_on(std::uint32_t box, const bounds::State& state) const {
    std::vector<Rational> lower;
    std::vector<Rational> upper;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Interval side = state.at(inputs[i]);
        const model::Domain& domain = boxes[box].domains[i];
        const std::vector<Rational>& values = domain.values;
        Rational low = to_rational(side.lower);
        Rational high = to_rational(side.upper);
        if (domain.lower && low < *domain.lower) low = *domain.lower;
        if (domain.upper && high > *domain.upper) high = *domain.upper;
        if (!values.empty()) {
            const auto first = std::lower_bound(values.begin(), values.end(), low);
            const auto end = std::upper_bound(values.begin(), values.end(), high);
            if (first >= end) return true;
            low = *first;
            high = *std::prev(end);
        }
        if (low > high) return true;
        lower.push_back(std::move(low));
        upper.push_back(std::move(high));
    }
    return model::certainly_fails(*query, lower, upper);
}

std::optional<Problem::Cut> Problem::cut(const ProblemBox& box, std::size_t input, Interval side) const {
    if (!(side.lower < side.upper)) return std::nullopt;
    const model::Domain& domain = box.domains[input];
    const double middle = side.lower + (side.upper - side.lower) / 2;
    if (!domain.values.empty()) {
        // Between two neighbouring values; the one nearest to the middle.
        std::optional<Cut> best;
        for (std::size_t v = 0; v + 1 < domain.values.size(); ++v) {
            const double left = to_double_above(domain.values[v]);
            const double right = to_double_below(domain.values[v + 1]);
            if (left < side.lower || right > side.upper || !(left < right)) continue;
            if (!best || std::fabs(left - middle) < std::fabs(best->left - middle)) best = Cut{left, right};
        }
        return best;
    }
    if (domain.kind == model::DomainKind::integer) return Cut{std::floor(middle), std::floor(middle) + 1};
    const double root_width = box.inputs[input].upper - box.inputs[input].lower;
    if (!(side.upper - side.lower > root_width * least_share)) return std::nullopt;
    if (!(side.lower < middle && middle < side.upper)) return std::nullopt;
    return Cut{middle, middle};
}

}  // namespace sinew::search
