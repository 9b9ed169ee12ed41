// SPDX-License-Identifier: Apache-2.0
// A Model with reals, put to verify/; any Model as a query for other solvers.
#include <cmath>
#include <new>

#include "api/condition.hpp"
#include "api/solution_data.hpp"
#include "api/state.hpp"
#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "bounds/forward_intervals.hpp"

namespace sinew {

namespace {
/// What a component may be as far as intervals tell.
Interval range_of(const model::Query& query, Variable component) {
    std::vector<Interval> inputs;
    for (const model::Domain& domain : model::input_domains(query)) inputs.push_back(model::enclosing(domain));
    return bounds::forward_intervals(query.network, inputs).at(component);
}

Rational ceiling(const Rational& value) {
    Integer result;
    mpz_cdiv_q(result.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
    return result;
}

model::Domain& domain_of(model::Query& query, Variable variable) {
    for (auto& [known, domain] : query.domains)
        if (known == variable) return domain;
    query.domains.emplace_back(variable, model::Domain{});
    return query.domains.back().second;
}
}  // namespace

/// The neuron as a layer over reals, and what it has to do with its output: y is round(z), halves away from zero, iff
/// |y - z| <= 1/2, and not y - z = -1/2 where z >= 0, nor y - z = 1/2 where z < 0.
void Model::State::tell(const RoundedNeuron& neuron) {
    const bool is_scaled = neuron.precision.reading == model::PrecisionReading::scaled;
    const Rational steps = neuron.precision.steps;
    LinearForm argument = neuron.argument;
    if (is_scaled) {  // variables count steps, the bias is in units
        const Rational bias = argument.constant();
        argument.add_constant(-bias);
        argument.scale(1 / steps);
        argument.add_constant(bias);
    } else {
        argument.scale(steps);
    }
    const model::LayerId layer =
        query.network.add_activation("", layer_of({Expression(std::move(argument))}), neuron.activation);
    const Variable component = query.network.variable(layer, 0);
    const Expression y{LinearForm(neuron.output)};
    const Expression z = Expression(LinearForm(component)) * (is_scaled ? steps : Rational(1));
    const std::vector<model::Piece> pieces = model::pieces(neuron.activation);  // none: sigmoid, tansig
    const auto demanded = [this](const Condition& condition) { demands.push_back(formula(condition)); };
    bool is_whole = !pieces.empty();  // all values of z are
    for (const model::Piece& piece : pieces)
        is_whole = is_whole && piece.slope == 0 &&
                   Rational((is_scaled ? steps : Rational(1)) * piece.intercept).get_den() == 1;
    if (is_whole) {
        demanded(y == z);
        return;
    }
    model::Domain& domain = domain_of(query, neuron.output);
    if (!domain.lower || !domain.upper) {  // |y - z| <= 1/2
        const Interval range = range_of(query, component);
        const Rational unit = is_scaled ? steps : Rational(1);
        if (std::isfinite(range.lower)) domain.at_least(ceiling(unit * Rational(range.lower) - Rational(1, 2)));
        if (std::isfinite(range.upper)) domain.at_most(-ceiling(-unit * Rational(range.upper) - Rational(1, 2)));
    }
    const Rational half(1, 2);
    demanded(z - half <= y && y <= z + half);
    demanded(z < 0 || y > z - half);
    demanded(z >= 0 || y < z + half);
}

const model::Query& Model::State::as_query() {
    for (; told_neurons < neurons.size(); ++told_neurons) tell(neurons[told_neurons]);
    for (; told_conditions < conditions.size(); ++told_conditions) {
        check_limits();
        demands.push_back(to_formula(query.formulas, conditions[told_conditions]));
    }
    query.output_condition = query.formulas.conjunction(demands);
    query.objective.reset();
    if (objective) BuiltQuery::set_objective(maximizes ? model::Sense::maximize : model::Sense::minimize, *objective);
    return query;
}

std::string Model::export_as(const std::string& format) {
    return text_of(state_->as_query(), format);
}

Solution Model::State::solve_reals(SolveOptions options) {
    if (options.seed == 0) options.seed = seed;
    const Limits limits = limits_of(options);
    StopReason stopped = StopReason::none;
    try {
        const LimitScope scope(limits);
        as_query();
    } catch (const LimitReached& limit) {
        stopped = limit.reason();
    } catch (const std::bad_alloc&) {
        stopped = StopReason::memory;
    }
    if (stopped == StopReason::none) return solved(query, options, limits);
    Solution::Data solution;
    solution.reason = to_string(stopped);
    return Solution(std::move(solution));
}

}  // namespace sinew
