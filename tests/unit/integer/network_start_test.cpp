// SPDX-License-Identifier: Apache-2.0
// Starts are consistent with their network and at least as good as what chance finds.
#include "integer/network_start.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "unit/integer/random_neurons.hpp"

namespace sinew::integer {
namespace {

TEST(NetworkStart, FindsTheGreatestOutputOfSmallNetworks) {
    Random random(31);
    std::size_t best_found = 0;
    std::size_t possible = 0;
    for (std::size_t i = 0; i < 200; ++i) {
        const RandomNetwork network = random_network(random);
        const std::optional<Integer> best = network.best();
        std::vector<Range> bounds = network.inputs;
        std::vector<RelaxedNeuron> neurons;
        for (const RandomNetwork::Unit& unit : network.units) {
            const auto neuron = neuron::make_neuron(unit.activation, unit.weights, unit.bias, network.precision);
            RelaxedNeuron relaxed{
                {}, IntVar(bounds.size()), NeuronLines(neuron.step, {-1'000'000'000, 1'000'000'000}, {0, 0}), {}};
            for (const neuron::Term& term : neuron.terms)
                relaxed.terms.push_back({View(IntVar(term.argument), term.coefficient < 0),
                                         Value(Integer(abs(term.coefficient)).get_si())});
            neurons.push_back(std::move(relaxed));
            bounds.push_back({0, 0});
        }
        StartProblem problem;
        for (const RelaxedNeuron& neuron : neurons) problem.neurons.push_back(&neuron);
        const auto to_row = [](const std::vector<Term>& terms, int sign) {
            std::vector<RowTerm> row;
            for (const Term& term : terms)
                row.push_back(
                    {View(term.variable, sign * term.coefficient < 0), Value(Integer(abs(term.coefficient)).get_si())});
            return row;
        };
        for (const auto& [terms, right] : network.at_most) problem.rows.push_back({to_row(terms, 1), right.get_si()});
        problem.goal = to_row(network.objective, -1);
        const auto start = find_start(problem, bounds);
        std::vector<Value> values(bounds.size());
        for (std::size_t v = 0; v < network.inputs.size(); ++v) values[v] = network.inputs[v].lower;
        for (const StartValue& value : start) {
            const std::size_t v = value.variable.index();
            values[v] = value.value;
            if (v >= network.inputs.size()) continue;
            ASSERT_GE(value.value, network.inputs[v].lower);
            ASSERT_LE(value.value, network.inputs[v].upper);
        }
        if (!best) continue;
        ++possible;
        network.complete(values);
        best_found += network.holds(values) && RandomNetwork::sum(network.objective, values) == *best ? 1 : 0;
    }
    EXPECT_GT(best_found, possible * 4 / 5);
}

}  // namespace
}  // namespace sinew::integer
