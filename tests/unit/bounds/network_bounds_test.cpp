// SPDX-License-Identifier: Apache-2.0
#include "bounds/network_bounds.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/infinity.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::bounds {
namespace {

/// Fails unless every variable's exact value lies in the state, and every row's value above its two bounds.
void check_point(const model::Network& network, const State& state, const std::vector<Rational>& point,
                 const std::vector<LinearForm>& forms, const RowBounds& bounds) {
    const std::vector<Rational> values = model::evaluate(network, point);
    for (std::size_t v = 0; v < values.size(); ++v) {
        if (std::isfinite(state.lower[v])) {
            ASSERT_LE(Rational(state.lower[v]), values[v]) << "variable " << v;
        }
        if (std::isfinite(state.upper[v])) {
            ASSERT_GE(Rational(state.upper[v]), values[v]) << "variable " << v;
        }
        ASSERT_NE(state.lower[v], infinity);
        ASSERT_NE(state.upper[v], -infinity);
    }
    for (std::size_t r = 0; r < forms.size(); ++r) {
        const Rational value = forms[r].value(values);
        if (std::isfinite(bounds.value[r])) {
            ASSERT_GE(value, Rational(bounds.value[r])) << "row " << r;
        }
        if (!std::isfinite(bounds.constant[r])) continue;
        Rational line = bounds.constant[r];
        for (std::size_t i = 0; i < point.size(); ++i) line += Rational(bounds.coefficients_of(r)[i]) * point[i];
        ASSERT_GE(value, line) << "row " << r;
    }
}

std::vector<LinearForm> random_forms(Random& random, const model::Network& network, test::Weights weights) {
    std::vector<LinearForm> forms;
    for (std::size_t r = 0; r < 5; ++r) {
        std::vector<LinearTerm> terms;
        for (std::size_t t = 0; t < 1 + random.below(3); ++t) {
            // Mostly outputs, sometimes inputs and hidden neurons.
            const std::size_t count = network.variable_count();
            const std::size_t variable = random.chance(0.7) ? count - 1 - random.below(2) : random.below(count);
            terms.push_back({Variable(variable), test::canonical(test::random_number(random, weights))});
        }
        forms.emplace_back(std::move(terms), test::canonical(test::random_number(random, weights)));
    }
    return forms;
}

class Containment : public testing::TestWithParam<test::Weights> {};

TEST_P(Containment, ExactValuesLieInsideOnTheRootAndOnSubBoxes) {
    std::size_t informative = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        Random random(seed);
        test::RandomNetwork made = test::random_network(random, GetParam());
        NetworkBounds bounds(made.network);
        State state = bounds.start(made.box);
        const std::vector<LinearForm> forms = random_forms(random, made.network, GetParam());
        std::vector<Row> rows;
        for (const LinearForm& form : forms) rows.push_back(to_row(form));
        std::vector<const Row*> pointers;
        for (const Row& row : rows) pointers.push_back(&row);
        RowBounds row_bounds;
        for (int level = 0; level < 3; ++level) {
            ASSERT_TRUE(bounds.tighten(state)) << "seed " << seed;
            bounds.lower_bounds(state, pointers, row_bounds);
            informative += std::isfinite(row_bounds.value[0]) ? 1 : 0;
            for (int p = 0; p < 4; ++p) {
                check_point(made.network, state, test::random_point(random, made.box), forms, row_bounds);
                if (HasFatalFailure()) FAIL() << "seed " << seed << " level " << level;
            }
            const std::size_t side = random.below(made.box.size());  // a child: one side halved
            Interval& box = made.box[side];
            const double middle = box.lower + (box.upper - box.lower) / 2;
            (random.chance(0.5) ? box.lower : box.upper) = middle;
            const std::size_t variable = bounds.inputs()[side].index();
            state.lower[variable] = box.lower;
            state.upper[variable] = box.upper;
        }
    }
    EXPECT_GT(informative, 1100U);
}
INSTANTIATE_TEST_SUITE_P(Weights, Containment,
                         testing::Values(test::Weights::ordinary, test::Weights::decimals, test::Weights::wild,
                                         test::Weights::integers));

TEST(NetworkBounds, PhasesAreRestrictions) {
    std::size_t points_inside = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Random random(seed);
        test::RandomNetwork made = test::random_network(random, test::Weights::decimals, true);
        NetworkBounds bounds(made.network);
        State state = bounds.start(made.box);
        const State root = state;
        if (!bounds.tighten(state)) continue;
        for (const std::uint32_t variable : bounds.phase_variables()) {
            if (random.chance(0.5) || !bounds.split_point(state, variable)) continue;
            const double at = *bounds.split_point(state, variable);
            (random.chance(0.5) ? state.lower : state.upper)[variable] = at;
        }
        const State restricted = state;
        const bool possible = bounds.tighten(state);
        for (int p = 0; p < 40; ++p) {
            const std::vector<Rational> point = test::random_point(random, made.box);
            const std::vector<Rational> values = model::evaluate(made.network, point);
            bool inside = true;
            for (const std::uint32_t v : bounds.phase_variables())
                inside = inside && values[v] >= restricted.lower[v] && values[v] <= restricted.upper[v];
            if (!inside) continue;
            ++points_inside;
            ASSERT_TRUE(possible) << "seed " << seed;
            check_point(made.network, state, point, {}, {});
        }
    }
    EXPECT_GT(points_inside, 1000U);
}

/// y = (big + x) - big over the reals is x; floats alone lose x altogether.
TEST(NetworkBounds, CancellationDoesNotLie) {
    model::Network network;
    const model::LayerId x = network.add_input("x", {1});
    const double big = 0x1p60;
    model::AffineLayer first;
    first.terms.push_back({x, model::DenseMap{2, 1, model::NumberArray(std::vector<double>{1, 0})}});
    first.bias = model::NumberArray(std::vector<double>{big, big});
    const model::LayerId hidden = network.add_affine("h", {2}, std::move(first));
    const model::LayerId relu = network.add_activation("r", hidden, {model::ActivationKind::relu, 0, {}, {}});
    model::AffineLayer last;
    last.terms.push_back({relu, model::DenseMap{1, 2, model::NumberArray(std::vector<double>{1, -1})}});
    last.bias = model::NumberArray(1);
    const model::LayerId y = network.add_affine("y", {1}, std::move(last));
    NetworkBounds bounds(network);
    const std::vector<Interval> box = {{0.25, 0.5}};
    State state = bounds.start(box);
    ASSERT_TRUE(bounds.tighten(state));
    const Row row = to_row(LinearForm(network.variable(y, 0)));
    const Row* pointer = &row;
    RowBounds out;
    bounds.lower_bounds(state, {&pointer, 1}, out);
    EXPECT_LE(out.value[0], 0.25);
    EXPECT_GE(state.upper[network.variable(y, 0).index()], 0.5);
}

TEST(NetworkBounds, HugeAndTinyWeightsGiveNoInformationRatherThanAWrongBound) {
    for (const double scale : {1e-300, 1e-160, 1e160, 1e300}) {
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            Random random(seed);
            model::Network network;
            model::LayerId at = network.add_input("x", {2});
            for (int l = 0; l < 3; ++l) {
                model::AffineLayer affine;
                model::NumberArray numbers;
                for (int i = 0; i < 4; ++i) numbers.push_back(Rational(scale * random.uniform(-2, 2)));
                affine.terms.push_back({at, model::DenseMap{2, 2, std::move(numbers)}});
                model::NumberArray bias;
                for (int i = 0; i < 2; ++i)
                    bias.push_back(Rational(random.chance(0.5) ? scale : random.uniform(-1, 1)));
                affine.bias = std::move(bias);
                at = network.add_affine("a", {2}, std::move(affine));
                if (l < 2) at = network.add_activation("r", at, {model::ActivationKind::relu, 0, {}, {}});
            }
            NetworkBounds bounds(network);
            const std::vector<Interval> box = {{-1, 1}, {-1e-5, 1}};
            State state = bounds.start(box);
            ASSERT_TRUE(bounds.tighten(state));
            const std::vector<LinearForm> forms = {LinearForm(network.variable(at, 0)),
                                                   LinearForm(network.variable(at, 1), -1)};
            const std::vector<Row> rows = {to_row(forms[0]), to_row(forms[1])};
            const std::vector<const Row*> pointers = {&rows[0], &rows[1]};
            RowBounds out;
            bounds.lower_bounds(state, pointers, out);
            for (int p = 0; p < 10; ++p) check_point(network, state, test::random_point(random, box), forms, out);
        }
    }
}

TEST(NetworkBounds, APointIsBoundedAlmostExactly) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Random random(seed);
        test::RandomNetwork made = test::random_network(random, test::Weights::ordinary, true);
        for (Interval& side : made.box) side.upper = side.lower;
        NetworkBounds bounds(made.network);
        State state = bounds.start(made.box);
        ASSERT_TRUE(bounds.tighten(state));
        for (std::size_t v = 0; v < made.network.variable_count(); ++v)
            EXPECT_LE(state.upper[v] - state.lower[v], 1e-9 * (1 + std::fabs(state.lower[v])));
    }
}

/// Blocks of neurons do not look at each other: threads share them, and every bit stays.
TEST(NetworkBounds, PeersBoundTheSame) {
    Random random(7);
    model::Network network;
    model::LayerId at = network.add_input("x", {4});
    std::size_t width = 4;
    for (int l = 0; l < 3; ++l) {
        constexpr std::size_t neurons = 300;
        model::AffineLayer affine;
        affine.terms.push_back(
            {at,
             model::DenseMap{neurons, width, test::random_numbers(random, test::Weights::ordinary, neurons * width)}});
        affine.bias = test::random_numbers(random, test::Weights::ordinary, neurons);
        at = network.add_affine("a", {neurons}, std::move(affine));
        at = network.add_activation("r", at, {model::ActivationKind::relu, 0, {}, {}});
        width = neurons;
    }
    const std::vector<Interval> box(4, {-0.25, 0.25});
    NetworkBounds alone(network);
    State expected = alone.start(box);
    ASSERT_TRUE(alone.tighten(expected));
    ASSERT_GT(alone.open_phases(), 600U);
    NetworkBounds first(network);
    State state = first.start(box);
    NetworkBounds second(network);
    NetworkBounds third(network);
    second.start(box);
    third.start(box);
    const std::vector<NetworkBounds*> peers = {&second, &third};
    ASSERT_TRUE(first.tighten(state, 0, nullptr, peers));
    EXPECT_EQ(state.lower, expected.lower);
    EXPECT_EQ(state.upper, expected.upper);
    // Who does what depends on when threads get a processor; in all they do what one does.
    EXPECT_EQ(first.multiply_adds() + second.multiply_adds() + third.multiply_adds(), alone.multiply_adds());
}

}  // namespace
}  // namespace sinew::bounds
