// SPDX-License-Identifier: Apache-2.0
// Matching neurons of two networks: found, and bounded together soundly.
#include <cmath>

#include <gtest/gtest.h>

#include "bounds/network_bounds.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::bounds {
namespace {

model::NumberArray changed(const model::NumberArray& numbers, Random& random, double change) {
    model::NumberArray result;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        Rational number = numbers.exact(i);
        if (change != 0 && random.chance(0.7)) number *= Rational(1 + change * random.uniform(-1, 1));
        if (change > 0.001 && random.chance(0.05)) number = 0;
        result.push_back(number);
    }
    return result;
}

/// Behind the layers of `network` a copy of them with other weights, over the same inputs or inputs of its own. Returns
/// the layer that each layer's copy is.
std::vector<std::size_t> add_copy(model::Network& network, Random& random, double change, bool own_inputs) {
    std::vector<model::LayerId> copy;
    std::vector<std::size_t> result;
    const std::vector<model::Layer> layers = network.layers();
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const model::Layer& layer = layers[l];
        if (std::holds_alternative<model::InputLayer>(layer.operation)) {
            copy.push_back(own_inputs ? network.add_input("x2", layer.shape) : model::LayerId(l));
        } else if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
            model::AffineLayer other = *affine;
            for (model::AffineTerm& term : other.terms) {
                term.source = copy[term.source.index()];
                model::weights(term.map) = changed(model::weights(term.map), random, change);
            }
            other.bias = changed(other.bias, random, change);
            copy.push_back(network.add_affine(layer.name + "2", layer.shape, std::move(other)));
        } else if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation)) {
            copy.push_back(
                network.add_activation(layer.name + "2", copy[neurons->source.index()], neurons->activation));
        } else {
            model::MaxPoolLayer pool = std::get<model::MaxPoolLayer>(layer.operation);
            pool.source = copy[pool.source.index()];
            copy.push_back(network.add_max_pool(layer.name + "2", layer.shape, std::move(pool)));
        }
        result.push_back(copy.back().index());
    }
    return result;
}

/// y' - y and y - y', of two components that match; and something else.
std::vector<LinearForm> difference_forms(Random& random, const model::Network& network,
                                         const std::vector<std::size_t>& copy) {
    std::vector<LinearForm> forms;
    const auto variable = [&](std::size_t layer, std::size_t i) {
        return Variable(network.layers()[layer].first.index() + i);
    };
    for (int r = 0; r < 4; ++r) {
        const std::size_t layer = r < 2 ? copy.size() - 1 : random.below(copy.size());
        const std::size_t i = random.below(network.layers()[layer].size);
        LinearForm form(variable(copy[layer], i));
        form.add(LinearForm(variable(layer, i)), r % 2 == 0 ? -1 : test::canonical(Rational(-random.integer(1, 9), 4)));
        if (r % 2 == 1) form.add(LinearForm(Variable(random.below(network.variable_count()))), Rational(1, 3));
        forms.push_back(std::move(form));
        forms.emplace_back();
        forms.back().add(forms[forms.size() - 2], -1);
    }
    return forms;
}

class CoupledContainment : public testing::TestWithParam<test::Weights> {};

TEST_P(CoupledContainment, ExactDifferencesLieInside) {
    std::size_t with_pairs = 0;
    std::size_t tighter = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random random(seed);
        test::RandomNetwork made = test::random_network(random, GetParam(), random.chance(0.5));
        const bool own_inputs = random.chance(0.2);
        const double change = random.chance(0.2) ? 0 : std::ldexp(1.0, -static_cast<int>(random.below(12)) - 1);
        const std::vector<std::size_t> copy = add_copy(made.network, random, change, own_inputs);
        if (own_inputs) {
            const std::vector<Interval> box = made.box;
            made.box.insert(made.box.end(), box.begin(), box.end());
        }
        const NeuronPairs pairs = find_pairs(made.network);
        NetworkBounds bounds(made.network);
        NetworkBounds apart(made.network, {}, false);
        ASSERT_EQ(bounds.difference_count() > 0, !pairs.layers.empty());
        ASSERT_EQ(apart.difference_count(), 0U);
        with_pairs += pairs.layers.empty() ? 0 : 1;
        State state = bounds.start(made.box);
        State alone = apart.start(made.box);
        const std::vector<LinearForm> forms = difference_forms(random, made.network, copy);
        std::vector<Row> rows;
        for (const LinearForm& form : forms) rows.push_back(to_row(form));
        std::vector<const Row*> pointers;
        for (const Row& row : rows) pointers.push_back(&row);
        RowBounds found;
        RowBounds usual;
        for (int level = 0; level < 3; ++level) {
            ASSERT_TRUE(bounds.tighten(state)) << "seed " << seed;
            ASSERT_TRUE(apart.tighten(alone)) << "seed " << seed;
            bounds.lower_bounds(state, pointers, found);
            apart.lower_bounds(alone, pointers, usual);
            tighter += found.value[0] > usual.value[0] ? 1 : 0;
            for (int p = 0; p < 5; ++p) {
                const std::vector<Rational> point = test::random_point(random, made.box);
                const std::vector<Rational> values = model::evaluate(made.network, point);
                for (std::size_t v = 0; v < values.size(); ++v) {
                    if (std::isfinite(state.lower[v])) {
                        ASSERT_LE(Rational(state.lower[v]), values[v]) << "seed " << seed << " variable " << v;
                    }
                    if (std::isfinite(state.upper[v])) {
                        ASSERT_GE(Rational(state.upper[v]), values[v]) << "seed " << seed << " variable " << v;
                    }
                }
                std::size_t d = 0;
                for (const LayerPair& pair : pairs.layers) {
                    const model::Layer& first = made.network.layers()[pair.first_source];
                    const model::Layer& second = made.network.layers()[pair.second_source];
                    for (std::size_t i = 0; i < first.size; ++i, ++d) {
                        const Rational value = values[second.first.index() + i] - values[first.first.index() + i];
                        if (std::isfinite(state.difference[d].lower)) {
                            ASSERT_LE(Rational(state.difference[d].lower), value) << "seed " << seed;
                        }
                        if (std::isfinite(state.difference[d].upper)) {
                            ASSERT_GE(Rational(state.difference[d].upper), value) << "seed " << seed;
                        }
                    }
                }
                for (std::size_t r = 0; r < forms.size(); ++r) {
                    const Rational value = forms[r].value(values);
                    if (std::isfinite(found.value[r])) {
                        ASSERT_GE(value, Rational(found.value[r])) << "seed " << seed << " row " << r;
                    }
                    if (!std::isfinite(found.constant[r])) continue;
                    Rational line = found.constant[r];
                    for (std::size_t i = 0; i < point.size(); ++i)
                        line += Rational(found.coefficients_of(r)[i]) * point[i];
                    ASSERT_GE(value, line) << "seed " << seed << " row " << r;
                }
            }
            const std::size_t side = random.below(made.box.size());  // a child: one side halved
            Interval& box = made.box[side];
            const double middle = box.lower + (box.upper - box.lower) / 2;
            (random.chance(0.5) ? box.lower : box.upper) = middle;
            const std::size_t variable = bounds.inputs()[side].index();
            state.lower[variable] = alone.lower[variable] = box.lower;
            state.upper[variable] = alone.upper[variable] = box.upper;
        }
    }
    EXPECT_GT(with_pairs, 60U);
    EXPECT_GT(tighter, 25U);
}
INSTANTIATE_TEST_SUITE_P(Weights, CoupledContainment,
                         testing::Values(test::Weights::ordinary, test::Weights::decimals, test::Weights::wild,
                                         test::Weights::integers));

/// Dense layers of ReLU over `inputs` inputs.
model::Network deep_network(Random& random, std::size_t inputs, std::size_t width, std::size_t depth) {
    model::Network network;
    model::LayerId at = network.add_input("x", {inputs});
    std::size_t columns = inputs;
    for (std::size_t l = 0; l <= depth; ++l) {
        const std::size_t rows = l == depth ? 2 : width;
        model::NumberArray weights;
        for (std::size_t i = 0; i < rows * columns; ++i) weights.push_back(Rational(random.uniform(-1, 1)));
        model::AffineLayer affine;
        affine.terms.push_back({at, model::DenseMap{rows, columns, std::move(weights)}});
        affine.bias = test::random_numbers(random, test::Weights::ordinary, rows);
        at = network.add_affine("z" + std::to_string(l), {rows}, std::move(affine));
        if (l < depth) at = network.add_activation("a" + std::to_string(l), at, {});
        columns = rows;
    }
    return network;
}

TEST(CoupledBounds, TheSameNetworkTwiceHasNoDifference) {
    Random random(1);
    model::Network network = deep_network(random, 3, 10, 4);
    const std::vector<std::size_t> copy = add_copy(network, random, 0, false);
    NetworkBounds bounds(network);
    EXPECT_EQ(bounds.difference_count(), 40U);
    State state = bounds.start(std::vector<Interval>(3, Interval{-1, 1}));
    ASSERT_TRUE(bounds.tighten(state));
    Row row;
    row.terms = {{static_cast<std::uint32_t>(network.layers()[copy.back()].first.index()), 1.0},
                 {static_cast<std::uint32_t>(network.layers()[copy.size() - 1].first.index()), -1.0}};
    const Row* pointer = &row;
    RowBounds out;
    bounds.lower_bounds(state, {&pointer, 1}, out);
    EXPECT_LE(out.value[0], 0);
    EXPECT_GE(out.value[0], -1e-6);
}

TEST(CoupledBounds, ACopyOfNearWeightsIsNear) {
    Random random(2);
    model::Network network = deep_network(random, 3, 10, 4);
    const std::vector<std::size_t> copy = add_copy(network, random, 1e-4, false);
    Row row;
    row.terms = {{static_cast<std::uint32_t>(network.layers()[copy.back()].first.index()), 1.0},
                 {static_cast<std::uint32_t>(network.layers()[copy.size() - 1].first.index()), -1.0}};
    const Row* pointer = &row;
    double value[2];
    for (const bool couples : {false, true}) {
        NetworkBounds bounds(network, {}, couples);
        State state = bounds.start(std::vector<Interval>(3, Interval{-1, 1}));
        ASSERT_TRUE(bounds.tighten(state));
        RowBounds out;
        bounds.lower_bounds(state, {&pointer, 1}, out);
        value[couples ? 1 : 0] = out.value[0];
    }
    EXPECT_LT(value[0], 4 * value[1]);
    EXPECT_LE(value[1], 0);
}

TEST(CoupledBounds, InputsAreWeighedByTheRowsBoundedApart) {
    Random random(3);
    model::Network network = deep_network(random, 3, 10, 4);
    const std::vector<std::size_t> copy = add_copy(network, random, 1e-4, false);
    std::vector<Row> rows(2);
    for (std::uint32_t i = 0; i < 2; ++i)
        rows[i].terms = {{static_cast<std::uint32_t>(network.layers()[copy.back()].first.index()) + i, 1.0},
                         {static_cast<std::uint32_t>(network.layers()[copy.size() - 1].first.index()) + i, -1.0}};
    const std::vector<const Row*> pointers{&rows[0], &rows[1]};
    NetworkBounds bounds(network);
    State state = bounds.start(std::vector<Interval>(3, Interval{-1, 1}));
    ASSERT_TRUE(bounds.tighten(state));
    RowBounds together;
    bounds.lower_bounds(state, pointers, together);
    State again = state;
    bounds.couple(false);
    ASSERT_TRUE(bounds.tighten(again));
    RowBounds apart;
    bounds.lower_bounds(state, pointers, apart);
    for (std::size_t r = 0; r < 2; ++r) {
        double differs = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            // The copy's neurons have bounds of their own now, which are a little tighter.
            EXPECT_NEAR(together.influence_of(r)[i], apart.coefficients_of(r)[i], 1e-3);
            EXPECT_EQ(apart.influence_of(r)[i], apart.coefficients_of(r)[i]);
            differs += std::fabs(together.influence_of(r)[i] - together.coefficients_of(r)[i]);
        }
        EXPECT_GT(differs, 0.1);  // the better lines are the coupled ones
    }
}

TEST(CoupledBounds, HowLikeTheNetworksAreIsTold) {
    double before = 0;
    for (const double change : {0.0, 1e-4, 1e-1}) {
        Random random(4);
        model::Network network = deep_network(random, 3, 10, 4);
        add_copy(network, random, change, false);
        NetworkBounds bounds(network);
        State state = bounds.start(std::vector<Interval>(3, Interval{-1, 1}));
        ASSERT_TRUE(bounds.tighten(state));
        const double share = bounds.difference_share(state);
        EXPECT_GE(share, before);
        EXPECT_LE(share, change < 1e-5 ? 1e-6 : change < 1e-2 ? 0.1 : 1);
        before = share;
    }
    EXPECT_GT(before, 0.01);
}

TEST(NeuronPairs, AreNotFoundWhereThereAreNone) {
    Random random(3);
    model::Network network = deep_network(random, 3, 10, 4);
    EXPECT_TRUE(find_pairs(network).layers.empty());
    // Another network of the same shape.
    model::LayerId at(0);
    std::size_t columns = 3;
    for (std::size_t l = 0; l < 4; ++l) {
        model::NumberArray weights;
        for (std::size_t i = 0; i < 10 * columns; ++i) weights.push_back(Rational(random.uniform(-1, 1)));
        model::AffineLayer affine;
        affine.terms.push_back({at, model::DenseMap{10, columns, std::move(weights)}});
        affine.bias = test::random_numbers(random, test::Weights::ordinary, 10);
        at = network.add_affine("u" + std::to_string(l), {10}, std::move(affine));
        at = network.add_activation("v" + std::to_string(l), at, {});
        columns = 10;
    }
    EXPECT_TRUE(find_pairs(network).layers.empty());
}

/// A step of a recurrent network reads the one before: not two networks.
TEST(NeuronPairs, DoNotReadEachOther) {
    Random random(4);
    model::Network network;
    const model::LayerId x = network.add_input("x", {4});
    model::LayerId at = x;
    const model::NumberArray weights = test::random_numbers(random, test::Weights::ordinary, 16);
    for (std::size_t l = 0; l < 4; ++l) {
        model::AffineLayer affine;
        affine.terms.push_back({at, model::DenseMap{4, 4, weights}});
        affine.bias = model::NumberArray(4);
        at = network.add_affine("z" + std::to_string(l), {4}, std::move(affine));
        at = network.add_activation("a" + std::to_string(l), at, {});
    }
    EXPECT_TRUE(find_pairs(network).layers.empty());
}

}  // namespace
}  // namespace sinew::bounds
