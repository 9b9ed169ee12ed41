// SPDX-License-Identifier: Apache-2.0
// Both readings of a neuron constraint, and networks of them evaluated exactly.
#include "neuron/neuron.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "neuron/network_neurons.hpp"
#include "reference.hpp"

namespace sinew::neuron {
namespace {
using model::Activation;
using model::ActivationKind;
using model::PrecisionReading;

const Activation tansig{ActivationKind::tanh, 0, {}, {}};
const Activation hardlim{ActivationKind::hardlim, 0, {}, {}};

TEST(Neuron, TheExampleOfTheHeader) {
    const std::vector<Weight> weights = {{0, Rational(1, 2)}};
    const std::vector<Integer> x = {800};
    const Neuron scaled = make_neuron(tansig, weights, Rational(1, 10), {1000, PrecisionReading::scaled});
    EXPECT_EQ(scaled.step.argument(scaled.sum(x)), Rational(1, 2));
    EXPECT_EQ(scaled.output(x), 462);
    const Neuron literal = make_neuron(tansig, weights, Rational(1, 10), {1000, PrecisionReading::literal});
    EXPECT_EQ(literal.step.argument(literal.sum(x)), 400'100);
    EXPECT_EQ(literal.output(x), 1);
}

TEST(Neuron, StepsGiveZeroOrTheirHeight) {
    const std::vector<Weight> weights = {{0, 1}};
    const Neuron scaled = make_neuron(hardlim, weights, 0, {10, PrecisionReading::scaled});
    EXPECT_EQ(scaled.output(std::vector<Integer>{0}), 10);
    EXPECT_EQ(scaled.output(std::vector<Integer>{-1}), 0);
    const Neuron literal = make_neuron(hardlim, weights, 0, {10, PrecisionReading::literal});
    EXPECT_EQ(literal.output(std::vector<Integer>{0}), 1);
}

TEST(Neuron, WeightsAreMergedAndCoprime) {
    const std::vector<Weight> weights = {{3, Rational(1, 3)}, {1, Rational(-2, 3)}, {3, 1}, {2, 0},
                                         {5, Rational(1, 7)}, {5, Rational(-1, 7)}};
    const Neuron neuron = make_neuron(tansig, weights, 0, {10, PrecisionReading::scaled});
    ASSERT_EQ(neuron.terms.size(), 2U);
    EXPECT_EQ(neuron.terms[0].argument, 1U);
    EXPECT_EQ(neuron.terms[0].coefficient, -1);
    EXPECT_EQ(neuron.terms[1].argument, 3U);
    EXPECT_EQ(neuron.terms[1].coefficient, 2);
    EXPECT_EQ(neuron.step.scale(), Rational(1, 15));
    const Neuron constant = make_neuron(tansig, {}, Rational(1, 2), {10, PrecisionReading::scaled});
    EXPECT_EQ(constant.output({}), 5);
}

TEST(Neuron, WrongOnesAreRefused) {
    const std::vector<Weight> weights = {{0, 1}};
    EXPECT_THROW(make_neuron({ActivationKind::leaky_relu, -1, {}, {}}, weights, 0, {10, PrecisionReading::scaled}),
                 UsageError);
    EXPECT_THROW(make_neuron(tansig, weights, 0, {0, PrecisionReading::scaled}), UsageError);
    EXPECT_THROW(make_neuron(tansig, weights, 0, {-3, PrecisionReading::literal}), UsageError);
}

model::NumberArray numbers(const std::vector<Rational>& values) {
    model::NumberArray array;
    for (const Rational& value : values) array.push_back(value);
    return array;
}

TEST(NetworkNeurons, ScalingHappensInsideTheNeuronsOnly) {
    model::Query query;
    query.precision = model::Precision{1000, PrecisionReading::scaled};
    model::Network& network = query.network;
    const auto x = network.add_input("x", {2});
    const auto a = network.add_affine(
        "a", {2}, {{{x, model::DenseMap{2, 2, numbers({Rational(1, 2), 0, 1, -1})}}}, numbers({Rational(1, 10), 0})});
    const auto n = network.add_activation("n", a, tansig);
    network.add_affine("y", {1}, {{{n, model::DenseMap{1, 2, numbers({1, Rational(-1, 2)})}}}, numbers({3})});
    const std::vector<Rational> values = IntegerEvaluation(query).values(std::vector<Rational>{800, 900});
    EXPECT_EQ(values[2], Rational(4001, 10));  // 0.5·800 + 0.1, as written
    EXPECT_EQ(values[3], -100);
    EXPECT_EQ(values[4], 462);
    EXPECT_EQ(values[5], -100);  // 1000·tanh(-0.1) = -99.66…
    EXPECT_EQ(values[6], 462 + 50 + 3);
    const auto neurons = network_neurons(query);
    ASSERT_EQ(neurons.size(), 2U);
    EXPECT_EQ(neurons[0].output, Variable(4));
    EXPECT_EQ(neurons[0].pre_activation, Variable(2));
    EXPECT_EQ(neurons[1].neuron.terms.size(), 2U);
}

TEST(NetworkNeurons, AffineLayersInBetweenArePutIn) {
    model::Query query;
    query.precision = model::Precision{1, PrecisionReading::scaled};
    model::Network& network = query.network;
    const auto x = network.add_input("x", {1});
    const auto half = network.add_affine(
        "half", {1}, {{{x, model::DenseMap{1, 1, numbers({Rational(1, 2)})}}}, numbers({Rational(1, 2)})});
    const auto sum = network.add_affine(
        "sum", {1},
        {{{half, model::DenseMap{1, 1, numbers({2})}}, {x, model::DenseMap{1, 1, numbers({3})}}}, numbers({0})});
    network.add_activation("n", sum, {ActivationKind::relu, 0, {}, {}});
    EXPECT_EQ(integer_form(network, Variable(2)), LinearForm({{Variable(0), 4}}, 1));
    const std::vector<Rational> values = IntegerEvaluation(query).values(std::vector<Rational>{2});
    EXPECT_EQ(values, (std::vector<Rational>{2, Rational(3, 2), 9, 9}));
    // A maximum of sums is no integer.
    model::MaxPoolLayer pool;
    pool.source = half;
    pool.begin = {0, 1};
    pool.member = {0};
    const auto maximum = network.add_max_pool("max", {1}, pool);
    network.add_activation("m", maximum, {ActivationKind::relu, 0, {}, {}});
    EXPECT_THROW(network_neurons(query), UsageError);
}

}  // namespace
}  // namespace sinew::neuron
