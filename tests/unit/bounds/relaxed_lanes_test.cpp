// SPDX-License-Identifier: Apache-2.0
#include "bounds/relaxed_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"

namespace sinew::bounds {
namespace {

struct Example {
    model::Network network;
    std::vector<double> lower, upper;
    std::vector<Variable> outputs;
};

model::DenseMap dense(std::size_t rows, std::size_t columns, Random& random) {
    model::DenseMap map{rows, columns, model::NumberArray(rows * columns)};
    for (std::size_t w = 0; w < rows * columns; ++w)
        map.weights.set(w, Rational(static_cast<long>(random.integer(-30, 30)), 10));
    return map;
}

/// Dense ReLU layers with decimal weights (few of them doubles), the last hidden one residual: h3 = relu(W·h2 + h1).
Example random_example(Random& random) {
    Example example;
    const std::size_t inputs = 1 + random.below(4);
    const std::size_t width = 1 + random.below(6);
    model::LayerId last = example.network.add_input("x", {inputs});
    std::vector<model::LayerId> active;
    for (int l = 0; l < 3; ++l) {
        model::AffineLayer affine;
        const std::size_t columns = l == 0 ? inputs : width;
        affine.terms.push_back({last, dense(width, columns, random)});
        if (l == 2) affine.terms.push_back({active[0], model::identity_map(width)});
        for (std::size_t r = 0; r < width; ++r)
            affine.bias.push_back(Rational(static_cast<long>(random.integer(-20, 20)), 10));
        last = example.network.add_affine("", {width}, affine);
        last = example.network.add_activation("", last, model::Activation{});
        active.push_back(last);
    }
    model::AffineLayer affine;
    affine.terms.push_back({last, dense(2, width, random)});
    affine.bias = model::NumberArray(2);
    last = example.network.add_affine("", {2}, affine);
    for (std::size_t i = 0; i < 2; ++i) example.outputs.push_back(example.network.variable(last, i));
    for (std::size_t i = 0; i < inputs; ++i) {
        example.lower.push_back(random.uniform(-1, 0));
        example.upper.push_back(random.uniform(0, 1));
    }
    return example;
}

/// Exact values of all variables at random points and corners of the box.
std::vector<std::vector<Rational>> samples(const Example& example, Random& random, int count) {
    std::vector<std::vector<Rational>> result;
    for (int s = 0; s < count; ++s) {
        std::vector<Rational> inputs;
        for (std::size_t i = 0; i < example.lower.size(); ++i) {
            const double low = example.lower[i];
            const double high = example.upper[i];
            inputs.push_back(to_rational(random.chance(0.4)   ? low
                                         : random.chance(0.5) ? high
                                                              : random.uniform(low, high)));
        }
        result.push_back(model::evaluate(example.network, inputs));
    }
    return result;
}

/// Σ coefficient·output + 1/3, with sevenths.
LinearForm random_form(const Example& example, Random& random) {
    LinearForm form(example.outputs[0], Rational(static_cast<long>(random.integer(-9, 9)), 7));
    form.add(LinearForm(example.outputs[1]), Rational(static_cast<long>(random.integer(-9, 9)), 7));
    form.add_constant(Rational(1, 3));
    return form;
}

TEST(RelaxedNetwork, BoundsContainExactValues) {
    Random random(21);
    for (int trial = 0; trial < 60; ++trial) {
        const Example example = random_example(random);
        const RelaxedNetwork network(example.network, example.lower, example.upper);
        for (const auto& values : samples(example, random, 20)) {
            for (std::size_t v = 0; v < values.size(); ++v) {
                ASSERT_GE(values[v], to_rational(network.lower(v)));
                ASSERT_LE(values[v], to_rational(network.upper(v)));
                ASSERT_LE(abs(values[v]), to_rational(network.magnitudes()[v]));
            }
        }
    }
}

TEST(RelaxedLanes, OptimisedBoundsStayBelowExactValuesUnderTheirSplits) {
    Random random(22);
    int binding = 0;
    for (int trial = 0; trial < 150; ++trial) {
        const Example example = random_example(random);
        const RelaxedNetwork network(example.network, example.lower, example.upper);
        const auto points = samples(example, random, 60);
        RelaxedLanes problem(network);
        std::vector<std::vector<NeuronSplit>> splits(lanes);
        std::vector<LinearForm> forms;
        for (std::size_t j = 0; j < lanes; ++j) {
            for (const std::uint32_t relu : network.unstable())
                if (random.chance(0.15)) splits[j].push_back({relu, random.chance(0.5)});
            forms.push_back(random_form(example, random));
            problem.set(j, Objective(forms.back()), splits[j]);
        }
        const std::vector<double> never(lanes, 1e300);
        problem.optimise(15, 0.2, 0.95, never);
        for (std::size_t j = 0; j < lanes; ++j) {
            if (!std::isfinite(problem.best()[j])) continue;
            for (const auto& values : points) {
                const bool inside = std::all_of(splits[j].begin(), splits[j].end(), [&](const NeuronSplit& split) {
                    const int side = sgn(values[network.pre_variable(split.neuron)]);
                    return split.above ? side >= 0 : side <= 0;
                });
                if (!inside) continue;
                ++binding;
                ASSERT_GE(forms[j].value(values), to_rational(problem.best()[j]));
            }
        }
    }
    EXPECT_GT(binding, 5000);
}

/// Bounds of neurons where two rows over outputs hold: never above the value of a point that satisfies them (and the
/// splits), and better than without the rows.
TEST(RelaxedLanes, BoundsUnderAConditionHoldWhereItDoes) {
    Random random(24);
    int binding = 0;
    int better = 0;
    for (int trial = 0; trial < 200; ++trial) {
        const Example example = random_example(random);
        const RelaxedNetwork network(example.network, example.lower, example.upper);
        if (network.unstable().empty()) continue;
        const auto points = samples(example, random, 60);
        std::vector<LinearForm> rows{random_form(example, random), random_form(example, random)};
        Condition condition;
        for (LinearForm& row : rows) {
            // The condition holds at some of the points, at one of them just so.
            row.add_constant(-row.value(points[random.below(points.size())]));
            condition.rows.emplace_back(row);
            condition.widths.push_back(random.uniform(0.1, 10));
        }
        RelaxedLanes problem(network);
        RelaxedLanes plain(network);
        std::vector<std::vector<NeuronSplit>> splits(lanes);
        std::vector<std::pair<std::size_t, int>> asked(lanes);
        for (std::size_t j = 0; j < lanes; ++j) {
            for (const std::uint32_t relu : network.unstable())
                if (random.chance(0.1)) splits[j].push_back({relu, random.chance(0.5)});
            condition.split_multiplier.push_back(static_cast<float>(random.uniform(0, 1)));
            const std::uint32_t neuron = network.unstable()[random.below(network.unstable().size())];
            asked[j] = {network.pre_variable(neuron), random.chance(0.5) ? 1 : -1};
            const Objective objective = Objective::of_variable(asked[j].first, asked[j].second);
            problem.set(j, objective, splits[j], nullptr, nullptr, &condition);
            plain.set(j, objective, splits[j]);
        }
        const std::vector<double> never(lanes, 1e300);
        problem.optimise(15, 0.2, 0.95, never);
        plain.optimise(15, 0.2, 0.95, never);
        for (std::size_t j = 0; j < lanes; ++j) {
            if (problem.best()[j] > plain.best()[j] + 1e-3) ++better;
            if (!std::isfinite(problem.best()[j])) continue;
            for (const auto& values : points) {
                const bool inside = std::all_of(splits[j].begin(), splits[j].end(), [&](const NeuronSplit& split) {
                    const int side = sgn(values[network.pre_variable(split.neuron)]);
                    return split.above ? side >= 0 : side <= 0;
                });
                if (!inside || rows[0].value(values) > 0 || rows[1].value(values) > 0) continue;
                ++binding;
                ASSERT_GE(asked[j].second * values[asked[j].first], to_rational(problem.best()[j]));
            }
        }
    }
    EXPECT_GT(binding, 5000);
    EXPECT_GT(better, 300);
}

TEST(RelaxedLanes, AscentImprovesAndStableNetworksAreExact) {
    Random random(23);
    double before = 0;
    double after = 0;
    for (int trial = 0; trial < 40; ++trial) {
        const Example example = random_example(random);
        const RelaxedNetwork network(example.network, example.lower, example.upper);
        RelaxedLanes problem(network);
        problem.set(0, Objective(LinearForm(example.outputs[0])));
        problem.bound();
        const double plain = problem.bounds()[0];
        const std::vector<double> never(lanes, 1e300);
        problem.optimise(30, 0.1, 0.97, never);
        ASSERT_GE(problem.best()[0], plain);
        before += plain;
        after += problem.best()[0];
        if (!network.unstable().empty()) continue;
        // No relaxation is left: the bound is the minimum, which a corner attains.
        problem.primal();
        EXPECT_NEAR(problem.values().row(example.outputs[0].index())[0], plain, 1e-9);
    }
    EXPECT_GT(after, before + 1);
}

}  // namespace
}  // namespace sinew::bounds
