// SPDX-License-Identifier: Apache-2.0
// The search over boxes of a network's integers against enumeration, with an oracle that enumerates too.
#include "integer/network_boxes.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "integer/real_network.hpp"
#include "unit/integer/random_neurons.hpp"

namespace sinew::integer {
namespace {

/// A random network as a problem, its objective (to be minimised) as one more variable, and all its solutions.
struct Enumerated {
    RandomNetwork network;
    Model model;
    std::vector<Range> bounds;
    BoxProblem problem;
    View objective;
    std::vector<std::vector<Value>> solutions;  ///< values of all variables; the objective's at its least

    explicit Enumerated(RandomNetwork random) : network(std::move(random)) {
        const std::vector<IntVar> variables = network.add_to(model);
        NetworkConstraint constraint;
        for (std::size_t i = 0; i < network.units.size(); ++i) {
            const RandomNetwork::Unit& unit = network.units[i];
            constraint.add_neuron(model,
                                  neuron::make_neuron(unit.activation, unit.weights, unit.bias, network.precision),
                                  variables, variables[network.inputs.size() + i]);
        }
        for (const auto& [terms, right] : network.at_most) constraint.add_at_most(terms, right);
        const IntVar sum = model.add_variable(-1'000'000'000, 1'000'000'000);
        std::vector<Term> row = network.objective;
        row.push_back({sum, -1});
        constraint.add_at_most(row, 0);
        objective = View(sum);
        constraint.set_objective(objective);
        problem = constraint.box_problem();
        for (std::size_t v = 0; v < model.variable_count(); ++v)
            bounds.push_back({model.lower(IntVar(v)), model.upper(IntVar(v))});
        enumerate();
    }

    void enumerate() {
        std::vector<Value> values;
        for (const Range& range : network.inputs) values.push_back(range.lower);
        const auto next = [&] {
            for (std::size_t k = 0; k < network.inputs.size(); ++k) {
                if (++values[k] <= network.inputs[k].upper) return true;
                values[k] = network.inputs[k].lower;
            }
            return false;
        };
        do {
            network.complete(values);
            if (!network.holds(values)) continue;
            solutions.push_back(values);
            solutions.back().push_back(RandomNetwork::sum(network.objective, values).get_si());
        } while ((values.resize(network.inputs.size()), next()));
    }
    /// The least objective of the solutions in a box.
    std::optional<Value> best(std::span<const Bound> box) const {
        std::optional<Value> best;
        for (const std::vector<Value>& values : solutions) {
            const auto holds = [&](Bound bound) {
                const Value value = values[bound.view.variable().index()];
                return (bound.view.negative() ? -value : value) >= bound.value;
            };
            if (std::all_of(box.begin(), box.end(), holds) && (!best || values.back() < *best)) best = values.back();
        }
        return best;
    }
};

/// Relaxed neurons of a random network hold its solutions: at every solution, the real network's values lie in what the
/// rounding errors allow.
TEST(RealNetwork, HoldsEverySolution) {
    Random random(51);
    for (std::size_t i = 0; i < neuron::case_count(40); ++i) {
        const Enumerated given(random_network(random));
        const RealNetwork real(given.problem.neurons);
        bounds::NetworkBounds bounds(real.network());
        for (const std::vector<Value>& values : given.solutions) {
            std::vector<Interval> inputs;
            for (const IntVar variable : real.integers())
                inputs.push_back(Interval::point(static_cast<double>(values[variable.index()])));
            for (const double error : real.errors()) inputs.push_back({-error, error});
            const bounds::State state = bounds.start(inputs);
            for (const RealNeuron& neuron : real.neurons()) {
                const IntVar output = given.problem.neurons[neuron.source].output;
                ASSERT_EQ(real.variable_of(output), neuron.value);
                const auto value = static_cast<double>(values[output.index()]);
                ASSERT_LE(state.lower[neuron.value], value);
                ASSERT_GE(state.upper[neuron.value], value);
            }
        }
    }
}

TEST(NetworkBoxes, FindTheOptimumThatEnumerationFinds) {
    Random random(52);
    std::size_t satisfiable = 0;
    const std::size_t cases = neuron::case_count(150);
    for (std::size_t i = 0; i < cases; ++i) {
        const Enumerated given(random_network(random));
        NetworkBoxes boxes(given.problem, given.bounds, random.chance(0.5) ? 1 : 20);
        if (!boxes.is_useful()) continue;
        const std::optional<Value> expected = given.best({});
        std::optional<Value> target;
        if (random.chance(0.7)) target = expected.value_or(0) + random.integer(-3, 10);
        std::optional<Value> found;
        const auto oracle = [&](std::span<const Bound> box, std::uint64_t) {
            // It gives up now and then, but not for good.
            if (random.chance(0.2)) return Answer::unknown;
            const std::optional<Value> best = given.best(box);
            if (!best || (target && *best > *target)) return Answer::unsat;
            found = best;
            target = *best - 1;
            boxes.set_target(*target);
            return Answer::unsat;
        };
        boxes.begin(given.bounds, target);
        const bool reachable = expected && (!target || *expected <= *target);
        // In turns.
        Answer answer = Answer::unknown;
        while (answer == Answer::unknown) answer = boxes.advance(Limits().within_effort(20'000), oracle);
        ASSERT_EQ(answer, Answer::unsat);
        ASSERT_EQ(found, reachable ? expected : std::nullopt) << i;
        satisfiable += found ? 1 : 0;
    }
    EXPECT_GT(satisfiable, cases / 4);
}

TEST(NetworkBoxes, WithoutAnObjectiveTheyFindASolutionOrShowThatThereIsNone) {
    Random random(53);
    std::size_t satisfiable = 0;
    std::size_t useful = 0;
    for (std::size_t i = 0; i < neuron::case_count(150); ++i) {
        Enumerated given(random_network(random));
        given.problem.objective.reset();
        NetworkBoxes boxes(given.problem, given.bounds, 1);
        if (!boxes.is_useful()) continue;
        ++useful;
        boxes.begin(given.bounds, std::nullopt);
        const auto oracle = [&](std::span<const Bound> box, std::uint64_t) {
            return given.best(box) ? Answer::sat : Answer::unsat;
        };
        const Answer answer = boxes.advance({}, oracle);
        ASSERT_EQ(answer, given.solutions.empty() ? Answer::unsat : Answer::sat) << i;
        satisfiable += given.solutions.empty() ? 0 : 1;
    }
    EXPECT_GT(satisfiable, useful / 4);
    EXPECT_LT(satisfiable, useful);
}

}  // namespace
}  // namespace sinew::integer
