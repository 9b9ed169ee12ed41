// SPDX-License-Identifier: Apache-2.0
// Float32 runs in many orders of summation stay within the radii, and the radii are not much wider than they are.
#include "model/float32_radius.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"

namespace sinew::model::float32_runs {
namespace {

using Generator = std::mt19937_64;

double uniform(Generator& random, double lower, double upper) {
    return std::uniform_real_distribution<double>(lower, upper)(random);
}
float small_float(Generator& random, double size) {
    return static_cast<float>(uniform(random, -size, size));
}

AffineLayer dense(Generator& random, LayerId source, std::size_t rows, std::size_t columns) {
    AffineLayer affine;
    std::vector<double> weights;
    std::vector<double> bias;
    for (std::size_t i = 0; i < rows * columns; ++i) weights.push_back(static_cast<double>(small_float(random, 1)));
    for (std::size_t i = 0; i < rows; ++i) bias.push_back(static_cast<double>(small_float(random, 1)));
    affine.terms.push_back({source, DenseMap{rows, columns, NumberArray(std::move(weights))}});
    affine.bias = NumberArray(std::move(bias));
    return affine;
}

/// Layers of `width` with these activations in turn, and two outputs.
Network deep_network(Generator& random, std::size_t width, const std::vector<Activation>& activations) {
    Network network;
    LayerId last = network.add_input("x", {4});
    for (const Activation& activation : activations) {
        const std::size_t columns = network.layer(last).size;
        last = network.add_affine("a", {width}, dense(random, last, width, columns));
        last = network.add_activation("n", last, activation);
    }
    MaxPoolLayer pool;
    pool.source = last;
    for (std::uint32_t i = 0; i < width; ++i) pool.member.push_back(i);
    for (std::size_t i = 2; i <= width; i += 2) pool.begin.push_back(static_cast<std::uint32_t>(i));
    last = network.add_max_pool("m", {width / 2}, std::move(pool));
    network.add_affine("y", {2}, dense(random, last, 2, width / 2));
    return network;
}

/// The sum in a random order, products fused into it or not, in blocks or not.
float sum_of(Generator& random, std::vector<std::pair<float, float>> factors, float bias) {
    std::shuffle(factors.begin(), factors.end(), random);
    const std::size_t block = std::size_t{1} << random() % 6;
    const bool fuses = random() % 2 == 0;
    const bool bias_first = random() % 2 == 0;
    std::vector<float> blocks;
    for (std::size_t at = 0; at < factors.size(); at += block) {
        float sum = 0;
        for (std::size_t i = at; i < std::min(factors.size(), at + block); ++i)
            sum =
                fuses ? std::fma(factors[i].first, factors[i].second, sum) : sum + factors[i].first * factors[i].second;
        blocks.push_back(sum);
    }
    float total = bias_first ? bias : 0;
    for (const float part : blocks) total += part;
    return bias_first ? total : total + bias;
}

std::vector<float> run(Generator& random, const Network& network, const std::vector<Rational>& inputs) {
    std::vector<float> values(network.variable_count());
    for (std::size_t i = 0; i < inputs.size(); ++i) values[i] = static_cast<float>(to_nearest(inputs[i]));
    for (const Layer& layer : network.layers()) {
        for (std::size_t i = 0; i < layer.size; ++i) {
            float& value = values[layer.first.index() + i];
            if (const auto* affine = std::get_if<AffineLayer>(&layer.operation)) {
                std::vector<std::pair<float, float>> factors;
                for (const AffineTerm& term : affine->terms)
                    for_each_entry(term.map, i, [&](std::size_t column, std::size_t weight) {
                        factors.emplace_back(static_cast<float>(weights(term.map).nearest()[weight]),
                                             values[network.layer(term.source).first.index() + column]);
                    });
                value = sum_of(random, std::move(factors), static_cast<float>(affine->bias.nearest()[i]));
            } else if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation)) {
                value = apply_float32(neurons->activation, values[network.layer(neurons->source).first.index() + i]);
            } else if (const auto* product = std::get_if<ProductLayer>(&layer.operation)) {
                const std::size_t first = network.layer(product->source).first.index();
                value = values[first + product->left[i]] * values[first + product->right[i]];
            } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) {
                const std::size_t first = network.layer(pool->source).first.index();
                value = values[first + pool->member[pool->begin[i]]];
                for (std::size_t k = pool->begin[i] + 1; k < pool->begin[i + 1]; ++k)
                    value = std::max(value, values[first + pool->member[k]]);
            }
        }
    }
    return values;
}

/// The share of its radius that the worst of the runs takes, of the better output.
double check(Generator& random, const Network& network) {
    std::vector<Rational> inputs;
    for (int i = 0; i < 4; ++i) inputs.push_back(to_rational(static_cast<double>(small_float(random, 1))));
    const EnclosedValues exact = evaluate_enclosed(network, inputs, 128);
    const Variable first(network.variable_count() - 2);
    const Variable second(network.variable_count() - 1);
    const std::vector<LinearForm> wanted{LinearForm(first), LinearForm(second), LinearForm(first) - LinearForm(second)};
    const Float32Radii found = float32_radii(network, exact.middle, exact.radius, wanted);
    const std::vector<double>& radii = found.variables;
    EXPECT_LE(found.forms[2], (found.forms[0] + found.forms[1]) * 1.001);
    std::vector<double> worst(radii.size(), 0);
    for (int turn = 0; turn < 40; ++turn) {
        const std::vector<float> values = run(random, network, inputs);
        for (std::size_t v = 0; v < values.size(); ++v) {
            const double error = std::abs(to_nearest(to_rational(static_cast<double>(values[v])) - exact.middle[v]));
            EXPECT_LE(error, radii[v]) << "variable " << v;
            worst[v] = std::max(worst[v], error);
        }
        for (std::size_t f = 0; f < wanted.size(); ++f) {
            const auto number = [&](Variable v) { return to_rational(static_cast<double>(values[v.index()])); };
            const Rational computed = f == 0   ? number(first)
                                      : f == 1 ? number(second)
                                               : Rational(number(first) - number(second));
            EXPECT_LE(std::abs(to_nearest(computed - wanted[f].value(exact.middle))), found.forms[f]);
        }
    }
    return std::min(worst[first.index()] / found.forms[0], worst[second.index()] / found.forms[1]);
}

Activation of_kind(ActivationKind kind) {
    Activation activation;
    activation.kind = kind;
    return activation;
}

TEST(Float32Radius, runs_in_all_orders_stay_within) {
    Generator random(7);
    const Activation relu = of_kind(ActivationKind::relu);
    Activation leaky = of_kind(ActivationKind::leaky_relu);
    leaky.slope = Rational(1, 100);
    Activation clip = of_kind(ActivationKind::clip);
    clip.lower = -1;
    clip.upper = Rational(1, 3);
    double share = 0;
    for (int turn = 0; turn < 6; ++turn) {
        share = std::max(share, check(random, deep_network(random, 16, {relu, relu, relu, relu})));
        check(random, deep_network(random, 10, {leaky, clip, relu}));
        check(random, deep_network(random, 8, {of_kind(ActivationKind::tanh), relu, of_kind(ActivationKind::sigmoid)}));
        check(random, deep_network(random, 8, {of_kind(ActivationKind::sign), relu}));
    }
    EXPECT_GT(share, 0.002);  // the worst case of ten layers of roundings is far from what happens
}

TEST(Float32Radius, products_and_curves) {
    Generator random(11);
    for (const ActivationKind kind : {ActivationKind::exp, ActivationKind::sin, ActivationKind::cos,
                                      ActivationKind::erf, ActivationKind::softplus, ActivationKind::relu}) {
        for (int turn = 0; turn < 4; ++turn) {
            Network network;
            LayerId last = network.add_input("x", {4});
            last = network.add_affine("a", {6}, dense(random, last, 6, 4));
            last = network.add_activation("n", last, of_kind(kind));
            last = network.add_affine("b", {6}, dense(random, last, 6, 6));
            ProductLayer product{last, {}, {}};
            for (std::uint32_t i = 0; i < 6; ++i) {
                product.left.push_back(i);
                product.right.push_back(i == 0 ? 0 : i - 1);
            }
            last = network.add_product("p", {6}, std::move(product));
            network.add_affine("y", {2}, dense(random, last, 2, 6));
            check(random, network);
        }
    }
}

TEST(Float32Radius, what_float32_computes_exactly_has_none) {
    Network network;
    const LayerId input = network.add_input("x", {2});
    AffineLayer copy;
    copy.terms.push_back({input, selection_map(2, {1, 0})});
    copy.bias = NumberArray(2);
    const LayerId turned = network.add_affine("a", {2}, std::move(copy));
    network.add_activation("n", turned, of_kind(ActivationKind::relu));
    const std::vector<Rational> values = evaluate(network, std::vector<Rational>{0, Rational(1, 2)});
    const std::vector<double> radii = float32_radii(network, values, {}, {}).variables;
    EXPECT_EQ(radii, std::vector<double>(6, 0.0));
}

TEST(Float32Radius, a_phase_that_hangs_on_rounding_counts_in_full) {
    // x0/3 - x0/3 in two neurons: 0 exactly, and a step behind it may go either way.
    Network network;
    const LayerId input = network.add_input("x", {1});
    AffineLayer third;
    DenseMap map{1, 1, {}};
    map.weights.push_back(Rational(1, 3));
    third.terms.push_back({input, std::move(map)});
    third.bias = NumberArray(1);
    third.bias.set(0, Rational(-1, 3));
    const LayerId sum = network.add_affine("a", {1}, std::move(third));
    network.add_activation("n", sum, of_kind(ActivationKind::sign));
    const std::vector<Rational> values = evaluate(network, std::vector<Rational>{1});
    EXPECT_EQ(values.back(), 1);
    const std::vector<double> radii = float32_radii(network, values, {}, {}).variables;
    EXPECT_GT(radii[1], 0);
    EXPECT_LT(radii[1], 1e-6);
    EXPECT_GE(radii[2], 2);
}

TEST(Float32Radius, numbers_out_of_range_are_not_proven) {
    Network network;
    const LayerId input = network.add_input("x", {1});
    AffineLayer large;
    large.terms.push_back({input, DenseMap{1, 1, NumberArray(std::vector<double>{1e38})}});
    large.bias = NumberArray(1);
    network.add_affine("a", {1}, std::move(large));
    const std::vector<Rational> values = evaluate(network, std::vector<Rational>{100});
    EXPECT_TRUE(std::isinf(float32_radii(network, values, {}, {}).variables[1]));
}
}  // namespace
}  // namespace sinew::model::float32_runs
