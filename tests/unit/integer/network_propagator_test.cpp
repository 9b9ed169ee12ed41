// Relaxations of whole networks: lines and cuts against what they claim, answers against enumeration.
#include "integer/network_propagator.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "integer/neuron_lines.hpp"
#include "unit/integer/random_neurons.hpp"

namespace sinew::integer {
namespace {

TEST(NeuronLines, HoldOverTheirWholeRange) {
    Random random(21);
    std::size_t tight = 0;
    std::size_t lines_made = 0;
    for (std::size_t i = 0; i < neuron::case_count(1'500); ++i) {
        const model::Precision precision = random_precision(random);
        const auto activation = neuron::random_activation(random);
        const std::vector<neuron::Weight> weights = {{0, Rational(precision.steps) / random.integer(3, 300)}};
        const auto neuron = neuron::make_neuron(activation, weights, random_bias(random, precision), precision);
        const Range sums{-random.integer(0, 300), random.integer(0, 300)};
        NeuronLines lines(neuron.step, sums);
        const auto output = [&](Value s) { return neuron.step.value(Integer(s)).get_si(); };
        const Value a = output(random.integer(sums.lower, sums.upper));
        const Value b = output(random.integer(sums.lower, sums.upper));
        const Range outputs{std::min(a, b), std::max(a, b)};
        const Range range = lines.sums(outputs);
        ASSERT_LE(range.lower, range.upper);
        ASSERT_EQ(output(range.lower), outputs.lower);
        ASSERT_EQ(output(range.upper), outputs.upper);
        ASSERT_TRUE(range.lower == sums.lower || output(range.lower - 1) < outputs.lower);
        ASSERT_TRUE(range.upper == sums.upper || output(range.upper + 1) > outputs.upper);
        for (const auto side : {NeuronLines::Side::above, NeuronLines::Side::below}) {
            const NeuronLines::Line line =
                lines.line(side, outputs, static_cast<double>(random.integer(range.lower, range.upper)));
            ASSERT_EQ(line.output > 0, side == NeuronLines::Side::above);
            std::optional<NeuronLines::Wide> least;
            for (Value s = range.lower; s <= range.upper; ++s) {
                const NeuronLines::Wide slack = line.right - static_cast<NeuronLines::Wide>(line.output) * output(s) -
                                                static_cast<NeuronLines::Wide>(line.sum) * s;
                ASSERT_GE(slack, 0) << model::to_string(activation) << " at " << s;
                least = least ? std::min(*least, slack) : slack;
            }
            ++lines_made;
            // Within a quarter of a step, or a 512th of the range, of touching it.
            const Value multiplier = std::abs(line.output);
            ASSERT_LE(*least, std::max(multiplier / 4, multiplier * (outputs.upper - outputs.lower) / 512));
            tight += *least == 0 ? 1 : 0;
        }
    }
    EXPECT_GT(tight, lines_made / 2);
}

TEST(NetworkPropagator, NetworksAgreeWithEnumeration) {
    Random random(13);
    std::size_t satisfiable = 0;
    const std::size_t cases = neuron::case_count(1'000);
    for (std::size_t i = 0; i < cases; ++i) {
        const RandomNetwork network = random_network(random);
        Model model;
        const IntVar objective = network.add_with_relaxation(model);
        model.maximize({{objective, 1}});
        const Result result = model.solve();
        const std::optional<Integer> expected = network.best();
        ASSERT_EQ(result.outcome, expected ? Outcome::optimum : Outcome::unsat) << i;
        if (!expected) continue;
        ++satisfiable;
        ASSERT_EQ(result.value, *expected) << i;
        ASSERT_TRUE(network.holds(result.values));
    }
    EXPECT_GT(satisfiable, cases / 4);
}

}  // namespace
}  // namespace sinew::integer
