// SPDX-License-Identifier: Apache-2.0
// Sums of distances over real inputs: ends that are reached, and ends that are not.
#include <gtest/gtest.h>

#include "bnn/certify.hpp"
#include "threshold/fold.hpp"

using namespace sinew;
using namespace sinew::bnn;

namespace {
/// Class 1 iff both inputs of 0 … 1 are beyond 1/2: at 1/2 already, or not yet.
model::BinarizedNetwork both_beyond_half(bool closed) {
    model::BinarizedNetwork network;
    network.input = model::InputKind::unit;
    network.input_shape = {2};
    model::ChannelLine line;
    line.factor.push_back(closed ? 1 : -1);
    line.shift.push_back(closed ? Rational(-1, 2) : Rational(1, 2));
    network.operations.emplace_back(line);
    network.operations.emplace_back(model::BinaryActivation::sign);  // closed: 1 beyond; else -1 beyond
    model::BinarizedLinear last;
    last.geometry = model::DenseShape{1, 2};
    last.weights.assign(2, static_cast<std::int8_t>(closed ? 1 : -1));
    last.bias.push_back(Rational(-1));
    network.operations.emplace_back(last);
    return network;
}

Status certified_within(const model::BinarizedNetwork& network, threshold::Norm norm, const Rational& radius) {
    const threshold::ThresholdNetwork folded = threshold::fold(network);
    threshold::Perturbation perturbation;
    perturbation.norm = norm;
    perturbation.radius = radius;
    const std::vector<Rational> input{Rational(1, 4), Rational(1, 4)};
    return certify({network, folded}, input, 0, perturbation, {}, {}).status;
}
}  // namespace

TEST(RealBall, an_end_that_is_reached_counts_at_its_distance) {
    const model::BinarizedNetwork network = both_beyond_half(true);
    EXPECT_EQ(certified_within(network, threshold::Norm::one, Rational(1, 2)), Status::falsified);
    EXPECT_EQ(certified_within(network, threshold::Norm::one, Rational(499, 1000)), Status::certified);
    EXPECT_EQ(certified_within(network, threshold::Norm::two, Rational(353, 1000)),
              Status::certified);  // sqrt(1/8) = 0.3535…
    EXPECT_EQ(certified_within(network, threshold::Norm::two, Rational(354, 1000)), Status::falsified);
    EXPECT_EQ(certified_within(network, threshold::Norm::infinity, Rational(1, 4)), Status::falsified);
}

TEST(RealBall, an_end_that_is_not_reached_needs_more) {
    const model::BinarizedNetwork network = both_beyond_half(false);
    EXPECT_EQ(certified_within(network, threshold::Norm::one, Rational(1, 2)), Status::certified);
    EXPECT_EQ(certified_within(network, threshold::Norm::one, Rational(501, 1000)), Status::falsified);
    EXPECT_EQ(certified_within(network, threshold::Norm::two, Rational(353, 1000)), Status::certified);
    EXPECT_EQ(certified_within(network, threshold::Norm::two, Rational(354, 1000)), Status::falsified);
    EXPECT_EQ(certified_within(network, threshold::Norm::infinity, Rational(1, 4)), Status::certified);
}

TEST(RealBall, the_least_distance_is_where_the_violations_end) {
    const std::vector<Rational> input{Rational(1, 4), Rational(1, 4)};
    for (const bool closed : {true, false}) {
        const model::BinarizedNetwork network = both_beyond_half(closed);
        const threshold::ThresholdNetwork folded = threshold::fold(network);
        for (const auto& [norm, least] : {std::pair(threshold::Norm::one, Rational(1, 2)),
                                          {threshold::Norm::two, Rational(1, 8)},
                                          {threshold::Norm::infinity, Rational(1, 4)}}) {
            threshold::Perturbation perturbation;
            perturbation.norm = norm;
            const MinimalPerturbation found = minimal_perturbation({network, folded}, input, 0, perturbation, {}, {});
            EXPECT_EQ(found.status, Status::falsified);
            EXPECT_EQ(found.unit * found.bound, least);
            EXPECT_EQ(threshold::distance(norm, input, found.adversarial) == least, closed);
        }
    }
}
