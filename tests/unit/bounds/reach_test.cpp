// SPDX-License-Identifier: Apache-2.0
#include "bounds/reach.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "bounds/network_bounds.hpp"
#include "bounds/relaxed_lanes.hpp"
#include "bounds/tighten_network.hpp"
#include "unit/bounds/convolution_networks.hpp"

namespace sinew::bounds {
namespace {

/// All components that `variable` depends on, by variable, entry by entry.
std::vector<bool> dependencies(const model::Network& network, std::size_t variable) {
    std::vector<bool> needed(network.variable_count(), false);
    needed[variable] = true;
    for (std::size_t l = network.layer_count(); l-- > 0;) {
        const model::Layer& layer = network.layers()[l];
        for (std::size_t i = 0; i < layer.size; ++i) {
            if (!needed[layer.first.index() + i]) continue;
            if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
                for (const model::AffineTerm& term : affine->terms)
                    model::for_each_entry(term.map, i, [&](std::size_t column, std::size_t) {
                        needed[network.variable(term.source, column).index()] = true;
                    });
            } else if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
                needed[network.variable(operation->source, i).index()] = true;
            }
        }
    }
    return needed;
}

TEST(Reach, BoxesHoldAllThatAComponentDependsOnAndLittleElse) {
    Random random(1);
    std::size_t needed_components = 0;
    std::size_t boxed_components = 0;
    for (int trial = 0; trial < 200; ++trial) {
        const test::ImageNetwork made = test::random_image_network(random);
        const ReachMap map(made.network);
        const model::LayerId layer = made.hidden[random.below(made.hidden.size())];
        const std::size_t component = random.below(made.network.layer(layer).size);
        Boxes boxes = map.none();
        map.add(boxes, layer.index(), component);
        map.close(boxes, layer.index() + 1);
        const std::vector<bool> needed = dependencies(made.network, made.network.variable(layer, component).index());
        for (std::size_t l = 0; l < made.network.layer_count(); ++l) {
            const model::Layer& each = made.network.layers()[l];
            std::vector<std::uint32_t> all, inside;
            for (std::uint32_t i = 0; i < each.size; ++i) all.push_back(i);
            choose_inside(map.shape(l), boxes[l], all, inside);
            ASSERT_EQ(inside.size(), boxes[l].size());
            boxed_components += inside.size();
            for (const std::uint32_t i : all) {
                if (!needed[each.first.index() + i]) continue;
                ++needed_components;
                ASSERT_TRUE(std::binary_search(inside.begin(), inside.end(), i)) << trial << ": " << l << " " << i;
            }
        }
    }
    // Strides leave holes in a box, and what takes every second row of a kernel's row.
    EXPECT_LT(boxed_components, needed_components * 5 / 4);
}

TEST(Reach, BoxesThroughTransposedConvolutionsHoldAllThatAComponentDependsOn) {
    Random random(11);
    for (int trial = 0; trial < 200; ++trial) {
        model::ConvolutionMap of;
        of.groups = 1 + random.below(2);
        of.in_channels = of.groups * (1 + random.below(2));
        of.out_channels = of.groups * (1 + random.below(2));
        of.out_height = 2 + random.below(5);
        of.out_width = 2 + random.below(5);
        of.kernel_height = 1 + random.below(3);
        of.kernel_width = 1 + random.below(3);
        of.stride_height = 1 + random.below(3);
        of.stride_width = 1 + random.below(3);
        of.dilation_height = 1 + random.below(2);
        of.dilation_width = 1 + random.below(2);
        of.pad_top = random.below(3);
        of.pad_left = random.below(3);
        of.in_height = 2 + random.below(8);
        of.in_width = 2 + random.below(8);
        of.kernel = model::NumberArray(
            std::vector<double>(of.out_channels * of.in_channels / of.groups * of.kernel_height * of.kernel_width, 1));
        model::Network network;
        const model::LayerId x = network.add_input("x", {of.out_channels, of.out_height, of.out_width});
        model::AffineLayer affine;
        affine.bias = model::NumberArray(of.columns());
        affine.terms.emplace_back(x, model::TransposedConvolutionMap{of});
        const model::LayerId y =
            network.add_affine("y", {of.in_channels, of.in_height, of.in_width}, std::move(affine));
        const ReachMap map(network);
        const std::size_t component = random.below(network.layer(y).size);
        Boxes boxes = map.none();
        map.add(boxes, y.index(), component);
        map.close(boxes, y.index() + 1);
        const std::vector<bool> needed = dependencies(network, network.variable(y, component).index());
        std::vector<std::uint32_t> all, inside;
        for (std::uint32_t i = 0; i < network.layer(x).size; ++i) all.push_back(i);
        choose_inside(map.shape(x.index()), boxes[x.index()], all, inside);
        for (const std::uint32_t i : all)
            ASSERT_TRUE(!needed[i] || std::binary_search(inside.begin(), inside.end(), i)) << trial << ": " << i;
        const std::size_t widest = of.kernel_height * of.dilation_height * of.kernel_width * of.dilation_width;
        ASSERT_LE(inside.size(), of.out_channels / of.groups * widest) << "no wider than the kernel";
    }
}

TEST(Reach, NeighboursAlongTheCurveAreNeighboursInTheImage) {
    const ImageShape shape{3, 8, 8};
    std::vector<std::uint32_t> all;
    for (std::uint32_t k = 0; k < 192; ++k) all.push_back(k);
    const std::vector<std::uint32_t> curve = along_curve(shape, all);
    std::vector<std::uint32_t> sorted = curve;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, all);
    for (std::size_t i = 0; i < curve.size(); i += 3) {
        const auto x = [&](std::size_t n) { return static_cast<int>(curve[n] % 8); };
        const auto y = [&](std::size_t n) { return static_cast<int>(curve[n] / 8 % 8); };
        EXPECT_TRUE(x(i) == x(i + 2) && y(i) == y(i + 2));
        if (i + 3 == curve.size()) break;
        EXPECT_EQ(std::abs(x(i) - x(i + 3)) + std::abs(y(i) - y(i + 3)), 1);
    }
}

/// What is asked in other lanes, and what was asked before, changes nothing of a lane, to the last bit.
TEST(Reach, ALaneDoesNotDependOnTheOthers) {
    Random random(2);
    for (int trial = 0; trial < 60; ++trial) {
        const test::ImageNetwork made = test::random_image_network(random);
        const RelaxedNetwork network(made.network, made.lower, made.upper);
        if (network.unstable().empty()) continue;
        RelaxedLanes together(network);
        const std::vector<double> never(lanes, 1e300);
        for (int round = 0; round < 3; ++round) {
            struct Asked {
                Objective objective;
                std::vector<NeuronSplit> splits;
            };
            std::vector<Asked> asked;
            together.clear();
            for (std::size_t j = 0; j < lanes; ++j) {
                const std::uint32_t neuron = network.unstable()[random.below(network.unstable().size())];
                Asked each{Objective::of_variable(network.pre_variable(neuron), random.chance(0.5) ? 1 : -1), {}};
                for (const std::uint32_t split : network.unstable())
                    if (random.chance(0.2)) each.splits.push_back({split, random.chance(0.5), 0});
                together.set(j, each.objective, each.splits);
                asked.push_back(each);
            }
            together.optimise(5, 0.2, 0.95, never);
            const std::size_t j = random.below(lanes);
            RelaxedLanes alone(network);
            alone.set(j, asked[j].objective, asked[j].splits);
            alone.optimise(5, 0.2, 0.95, never);
            ASSERT_EQ(alone.best()[j], together.best()[j]) << trial;
            ASSERT_EQ(alone.slopes(j, {}).slope, together.slopes(j, {}).slope) << trial;
            for (const std::uint32_t neuron : network.unstable()) {
                const NeuronLayer& layer = network.layer_of(neuron);
                const std::size_t v = layer.post + neuron - layer.first;
                ASSERT_EQ(alone.coefficients().row(v)[j], together.coefficients().row(v)[j]);
            }
        }
    }
}

void expect_close(double a, double b) {
    EXPECT_NEAR(a, b, 1e-9 * (1 + std::fabs(a)));
}

/// A dense matrix reaches everything: the same bounds, but for rounding, and the same coefficients.
TEST(Reach, ConvolutionsAreBoundedAsDenseMatricesAre) {
    Random random(4);
    for (int trial = 0; trial < 150; ++trial) {
        const test::ImageNetwork made = test::random_image_network(random, true);
        const model::Network dense_network = test::densified(made.network);
        std::vector<Interval> box;
        for (std::size_t i = 0; i < made.lower.size(); ++i) box.push_back({made.lower[i], made.upper[i]});
        NetworkBounds sparse(made.network), dense(dense_network);
        State state = sparse.start(box);
        State expected = dense.start(box);
        ASSERT_TRUE(sparse.tighten(state) && dense.tighten(expected));
        for (std::size_t v = 0; v < state.lower.size(); ++v) {
            expect_close(state.lower[v], expected.lower[v]);
            expect_close(state.upper[v], expected.upper[v]);
        }
        std::vector<Row> rows(3 + random.below(20));
        for (Row& row : rows)  // of outputs, inputs and anything between
            for (std::size_t t = 0; t < 1 + random.below(3); ++t)
                row.terms.emplace_back(static_cast<std::uint32_t>(random.below(state.lower.size())),
                                       random.uniform(-1, 1));
        std::vector<const Row*> pointers;
        for (const Row& row : rows) pointers.push_back(&row);
        RowBounds bounds, expected_bounds;
        sparse.lower_bounds(state, pointers, bounds);
        dense.lower_bounds(expected, pointers, expected_bounds);
        for (std::size_t r = 0; r < rows.size(); ++r) expect_close(bounds.value[r], expected_bounds.value[r]);
        for (std::size_t k = 0; k < bounds.coefficients.size(); ++k)
            expect_close(bounds.coefficients[k], expected_bounds.coefficients[k]);
        if (testing::Test::HasFailure()) FAIL() << trial;
    }
}

/// A flat layer, read as an image behind two activations, the first of which carries coefficients back in place: all
/// three have to be one image, or coefficients outside the box of the neurons at work are what was left there before.
TEST(Reach, ChainsOfActivationsAreOneImage) {
    Random random(5);
    for (int trial = 0; trial < 40; ++trial) {
        constexpr std::size_t side = 8;
        model::Network network;
        const model::LayerId input = network.add_input("x", {2});
        model::AffineLayer flat;
        flat.terms.push_back(
            {input,
             model::DenseMap{side * side, 2, test::random_numbers(random, test::Weights::decimals, 2 * side * side)}});
        flat.bias = test::random_numbers(random, test::Weights::decimals, side * side);
        model::LayerId last = network.add_affine("", {side * side}, std::move(flat));
        last = network.add_activation("", last, {model::ActivationKind::leaky_relu, Rational(1, 2), {}, {}});
        last = network.add_activation("", last, {model::ActivationKind::relu, 0, {}, {}});
        model::ConvolutionMap map;
        map.in_channels = map.out_channels = 1;
        map.in_height = map.in_width = map.out_height = map.out_width = side;
        map.kernel_height = map.kernel_width = 3;
        map.pad_top = map.pad_left = 1;
        map.kernel = test::random_numbers(random, test::Weights::decimals, 9);
        model::AffineLayer convolution;
        convolution.terms.push_back({last, std::move(map)});
        convolution.bias = test::random_numbers(random, test::Weights::decimals, side * side);
        last = network.add_affine("", {1, side, side}, std::move(convolution));
        network.add_activation("", last, {model::ActivationKind::relu, 0, {}, {}});
        const model::Network dense_network = test::densified(network);
        const std::vector<Interval> box(2, {-1, 1});
        NetworkBounds bounds(network), dense(dense_network);
        State state = bounds.start(box);
        State expected = dense.start(box);
        ASSERT_TRUE(bounds.tighten(state) && dense.tighten(expected)) << trial;
        for (std::size_t v = 0; v < state.lower.size(); ++v) {
            expect_close(state.lower[v], expected.lower[v]);
            expect_close(state.upper[v], expected.upper[v]);
        }
        if (testing::Test::HasFailure()) FAIL() << trial;
    }
}

/// Bounds of what is asked are the same if nothing else is bounded, and that is not.
TEST(Reach, WhatNothingAskedDependsOnIsLeftAlone) {
    Random random(6);
    std::size_t left_alone = 0;
    for (int trial = 0; trial < 100; ++trial) {
        const test::ImageNetwork made = test::random_image_network(random);
        const model::LayerId layer = random.chance(0.5) ? made.output : made.hidden[random.below(made.hidden.size())];
        const Variable asked = made.network.variable(layer, random.below(made.network.layer(layer).size));
        std::vector<Interval> box;
        for (std::size_t i = 0; i < made.lower.size(); ++i) box.push_back({made.lower[i], made.upper[i]});
        const std::vector<bool> needed = ReachMap(made.network).needed(made.network, {&asked, 1});
        NetworkBounds all(made.network), some(made.network, {&asked, 1});
        State expected = all.start(box);
        State state = some.start(box);
        ASSERT_TRUE(all.tighten(expected) && some.tighten(state));
        EXPECT_LE(some.open_phases(), all.open_phases());
        for (const std::uint32_t v : some.phase_variables()) EXPECT_TRUE(needed[v]);
        for (const std::uint32_t v : all.phase_variables()) {
            if (!needed[v]) continue;
            expect_close(state.lower[v], expected.lower[v]);
            expect_close(state.upper[v], expected.upper[v]);
        }
        RelaxedNetwork whole(made.network, made.lower, made.upper);
        RelaxedNetwork part(made.network, made.lower, made.upper, {&asked, 1});
        left_alone += whole.unstable().size() - part.unstable().size();
        TightenOptions options;
        options.steps = 3;
        for (RelaxedNetwork* network : {&whole, &part}) tighten_layers(*network, options, Limits());
        for (const std::uint32_t neuron : part.unstable()) EXPECT_TRUE(needed[part.pre_variable(neuron)]);
        RelaxedLanes of_whole(whole), of_part(part);
        const Variable other(random.below(made.network.variable_count()));
        for (RelaxedLanes* problem : {&of_whole, &of_part}) {
            problem->set(0, Objective::of_variable(asked.index(), 1));
            problem->set(1, Objective::of_variable(asked.index(), -1));
            problem->set(2, Objective::of_variable(other.index(), 1));
            problem->optimise(3, 0.2, 0.95, std::vector<double>(lanes, 1e300));
        }
        expect_close(of_part.best()[0], of_whole.best()[0]);
        expect_close(of_part.best()[1], of_whole.best()[1]);
        // Of anything else as well no more is said than holds.
        const auto point = test::random_point(random, box);
        EXPECT_LE(of_part.best()[2], to_double_above(model::evaluate(made.network, point)[other.index()]));
        if (testing::Test::HasFailure()) FAIL() << trial;
    }
    EXPECT_GT(left_alone, 100U);
}

TEST(Reach, LanesBoundConvolutionsAsDenseMatrices) {
    Random random(5);
    for (int trial = 0; trial < 60; ++trial) {
        const test::ImageNetwork made = test::random_image_network(random);
        const model::Network dense_network = test::densified(made.network);
        const RelaxedNetwork sparse(made.network, made.lower, made.upper);
        const RelaxedNetwork dense(dense_network, made.lower, made.upper);
        if (sparse.unstable() != dense.unstable() || sparse.unstable().empty()) continue;
        RelaxedLanes lanes_of_sparse(sparse), lanes_of_dense(dense);
        for (int round = 0; round < 2; ++round) {
            lanes_of_sparse.clear();
            lanes_of_dense.clear();
            for (std::size_t j = 0; j < lanes; ++j) {
                const std::uint32_t neuron = sparse.unstable()[random.below(sparse.unstable().size())];
                const Objective objective =
                    Objective::of_variable(sparse.pre_variable(neuron), random.chance(0.5) ? 1 : -1);
                lanes_of_sparse.set(j, objective);
                lanes_of_dense.set(j, objective);
            }
            lanes_of_sparse.bound();
            lanes_of_dense.bound();
            for (std::size_t j = 0; j < lanes; ++j)
                expect_close(lanes_of_sparse.bounds()[j], lanes_of_dense.bounds()[j]);
            if (testing::Test::HasFailure()) FAIL() << trial;
        }
    }
}

TEST(Reach, BoundsOfConvolutionsHoldExactly) {
    Random random(3);
    std::size_t tightened = 0;
    for (int trial = 0; trial < 150; ++trial) {
        const test::ImageNetwork made = test::random_image_network(random);
        RelaxedNetwork network(made.network, made.lower, made.upper);
        const std::vector<std::uint32_t> before = network.unstable();
        TightenOptions options;
        options.steps = 5;
        tighten_layers(network, options, Limits());
        tightened += before.size() - network.unstable().size();
        RelaxedLanes problem(network);
        std::vector<LinearForm> forms;
        for (std::size_t j = 0; j < lanes; ++j) {
            LinearForm form(made.network.variable(made.output, 0), Rational(random.integer(-9, 9), 7));
            form.add(LinearForm(made.network.variable(made.output, 1)), Rational(random.integer(-9, 9), 7));
            forms.push_back(form);
            problem.set(j, Objective(form));
        }
        const std::vector<double> never(lanes, 1e300);
        problem.optimise(8, 0.2, 0.95, never);
        std::vector<Interval> box;
        for (std::size_t i = 0; i < made.lower.size(); ++i) box.push_back({made.lower[i], made.upper[i]});
        for (int p = 0; p < 15; ++p) {
            const std::vector<Rational> values = model::evaluate(made.network, test::random_point(random, box));
            for (std::size_t v = 0; v < values.size(); ++v) {
                ASSERT_GE(values[v], to_rational(network.lower(v)));
                ASSERT_LE(values[v], to_rational(network.upper(v)));
            }
            for (std::size_t j = 0; j < lanes; ++j) ASSERT_GE(forms[j].value(values), to_rational(problem.best()[j]));
        }
    }
    EXPECT_GT(tightened, 100U);
}

}  // namespace
}  // namespace sinew::bounds
