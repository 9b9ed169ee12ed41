// SPDX-License-Identifier: Apache-2.0
#include "neuron_problems.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/core.h>

#include "base/random.hpp"

namespace sinew::bench {

namespace {
const model::Activation tansig{model::ActivationKind::tanh, 0, {}, {}};

/// Three decimals of a normal number.
Rational normal(Random& random, double deviation) {
    const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
    const double value = deviation * radius * std::cos(2 * std::numbers::pi * random.uniform());
    Rational result(std::lround(1000 * value), 1000);
    result.canonicalize();
    return result;
}
}  // namespace

neuron::Neuron NeuronProblem::neuron(std::size_t unit) const {
    return neuron::make_neuron(tansig, units[unit].weights, units[unit].bias, precision);
}

Integer NeuronProblem::output(const std::vector<Integer>& values) const {
    std::vector<Integer> all = values;
    for (std::size_t unit = 0; unit < units.size(); ++unit) all.push_back(neuron(unit).output(all));
    return all.back();
}

NeuronProblem make_problem(std::size_t hidden, std::size_t inputs, std::uint64_t seed) {
    Random random(seed);
    NeuronProblem problem;
    problem.inputs = inputs;
    problem.hidden = hidden;
    for (std::size_t j = 0; j < hidden; ++j) {
        NeuronProblem::Unit unit;
        for (std::size_t i = 0; i < inputs; ++i)
            unit.weights.push_back({i, normal(random, 1.5 / std::sqrt(static_cast<double>(inputs)))});
        unit.bias = normal(random, 0.5);
        problem.units.push_back(unit);
    }
    NeuronProblem::Unit output;
    for (std::size_t j = 0; j < hidden; ++j)
        output.weights.push_back({inputs + j, normal(random, 1.0 / std::sqrt(static_cast<double>(hidden)))});
    output.bias = normal(random, 0.2);
    problem.units.push_back(output);
    for (int r = 0; r < 2; ++r) {
        std::vector<long> row;
        for (std::size_t i = 0; i < inputs; ++i) row.push_back(random.integer(-3, 3));
        problem.rows.emplace_back(row, random.integer(-200, 200) * static_cast<long>(inputs));
    }
    return problem;
}

std::string minizinc_text(const NeuronProblem& problem) {
    std::string text;
    for (std::size_t i = 0; i < problem.inputs; ++i) text += fmt::format("var -1000..1000: v{};\n", i);
    for (std::size_t unit = 0; unit < problem.units.size(); ++unit) {
        const neuron::Neuron neuron = problem.neuron(unit);
        const std::size_t y = problem.inputs + unit;
        Integer reach = 1;
        std::string sum;
        for (const neuron::Term& term : neuron.terms) {
            sum += fmt::format("{}{}*v{}", sum.empty() ? "" : " + ", term.coefficient.get_str(), term.argument);
            reach += 1000 * abs(term.coefficient);
        }
        text += fmt::format("var -1000..1000: v{};\nvar -{}..{}: s{};\nconstraint s{} = {};\n", y, reach.get_str(),
                            reach.get_str(), y, y, sum);
        text += fmt::format("array [-1000..1001] of int: step{} = array1d(-1000..1001, [", y);
        for (long value = -1000; value <= 1001; ++value) {
            neuron::ExtendedInteger step = neuron.step.least_sum(Integer(value));
            step =
                std::clamp(step, neuron::ExtendedInteger(Integer(-reach)), neuron::ExtendedInteger(Integer(reach + 1)));
            text += step.value().get_str() + (value < 1001 ? "," : "]);\n");
        }
        text += fmt::format("constraint step{}[v{}] <= s{} /\\ s{} < step{}[v{} + 1];\n", y, y, y, y, y, y);
    }
    for (const auto& [row, right] : problem.rows) {
        text += "constraint ";
        for (std::size_t i = 0; i < row.size(); ++i) text += fmt::format("{}{}*v{}", i > 0 ? " + " : "", row[i], i);
        text += fmt::format(" <= {};\n", right);
    }
    text += "solve :: int_search([";
    for (std::size_t i = 0; i < problem.inputs; ++i) text += fmt::format("{}v{}", i > 0 ? ", " : "", i);
    text += fmt::format("], dom_w_deg, indomain_split) maximize v{};\n", problem.inputs + problem.hidden);
    text += fmt::format("output [\"best \\(v{})\\n\"];\n", problem.inputs + problem.hidden);
    return text;
}

}  // namespace sinew::bench
