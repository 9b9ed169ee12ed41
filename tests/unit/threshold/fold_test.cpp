// SPDX-License-Identifier: Apache-2.0
// The folded network, the unfolded one, and the same as layers of the general model say the same.
#include "threshold/fold.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "read/bnn/read_bnn.hpp"
#include "support/random_binarized.hpp"

using namespace sinew;
using namespace sinew::threshold;
using model::BinarizedNetwork;
using model::InputKind;

namespace {
void expect_same(const BinarizedNetwork& network, const ThresholdNetwork& folded, const std::vector<Rational>& input) {
    const std::vector<Rational> scores = model::evaluate(network, input);
    const Activity activity = evaluate(folded, folded.digits_of(input));
    ASSERT_EQ(class_of(folded, activity.scores), model::class_of(scores));
    if (scores.size() == 1) return;
    for (std::size_t l = 0; l < scores.size(); ++l) {
        for (std::size_t r = 0; r < scores.size(); ++r) {
            ASSERT_EQ(wins(folded, l, r, Ties::count, activity.scores), scores[l] >= scores[r]);
            ASSERT_EQ(wins(folded, l, r, Ties::do_not_count, activity.scores), scores[l] > scores[r]);
        }
    }
}

/// The last layer of the general model is the scores (after an activation, if the network ends in one).
void expect_same_in_general_model(const BinarizedNetwork& network, const std::vector<Rational>& input) {
    const model::Network general = model::to_network(network);
    const std::vector<Rational> values = model::evaluate(general, input);
    const model::Layer& last = general.layers().back();
    const std::vector<Rational> scores = model::evaluate(network, input);
    ASSERT_EQ(last.size, scores.size());
    for (std::size_t c = 0; c < scores.size(); ++c) ASSERT_EQ(values[last.first.index() + c], scores[c]);
}

std::vector<std::filesystem::path> benchmark_networks() {
    const std::filesystem::path shared = std::filesystem::path(SINEW_SOURCE_DIR) / "../shared/benchmarks";
    std::vector<std::filesystem::path> paths;
    for (const char* folder : {"bnn_npaq", "bnn_msakai_pb25/models", "bnn_bnnquanalyst/models", "bnn_eev_conv_small"})
        if (std::filesystem::exists(shared / folder))
            for (const auto& entry : std::filesystem::directory_iterator(shared / folder))
                if (entry.is_directory() || entry.path().extension() == ".npz") paths.push_back(entry.path());
    return paths;
}
}  // namespace

TEST(Fold, agrees_with_the_unfolded_network) {
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        Random random(seed);
        const auto kind = static_cast<InputKind>(seed % 4);
        const BinarizedNetwork network = support::random_binarized(random, kind);
        const ThresholdNetwork folded = fold(network);
        for (int i = 0; i < 8; ++i) {
            SCOPED_TRACE("seed " + std::to_string(seed));
            ASSERT_NO_FATAL_FAILURE(expect_same(network, folded, support::random_input(random, network)));
        }
    }
}

TEST(Fold, unfolded_evaluation_is_that_of_the_general_model) {
    for (std::uint64_t seed = 0; seed < 800; ++seed) {
        Random random(seed);
        const auto kind = static_cast<InputKind>(seed % 4);
        const BinarizedNetwork network = support::random_binarized(random, kind);
        // Ties of a quantisation are told apart differently there: values of 64ths never are one of tenths but 1/2.
        std::vector<Rational> input = support::random_input(random, network);
        for (Rational& value : input)
            if (kind == InputKind::unit) value = (value * 64 * 7 + 3) / (64 * 7 + 6);
        SCOPED_TRACE("seed " + std::to_string(seed));
        ASSERT_NO_FATAL_FAILURE(expect_same_in_general_model(network, input));
    }
}

TEST(Fold, agrees_on_every_benchmark_network) {
    const std::vector<std::filesystem::path> paths = benchmark_networks();
    if (paths.empty()) GTEST_SKIP() << "skipped: no ../shared";
    EXPECT_EQ(paths.size(), 70U);
    for (const std::filesystem::path& path : paths) {
        SCOPED_TRACE(path);
        const BinarizedNetwork network = read::read_binarized(path.string());
        const ThresholdNetwork folded = fold(network);
        Random random(1);
        for (int i = 0; i < 3; ++i) {
            const std::vector<Rational> input = support::random_input(random, network);
            ASSERT_NO_FATAL_FAILURE(expect_same(network, folded, input));
            if (i == 0) {
                ASSERT_NO_FATAL_FAILURE(expect_same_in_general_model(network, input));
            }
        }
    }
}

TEST(Fold, thresholds_are_rounded_towards_the_right_side) {
    // 2 inputs, w = (1, -1): factor · s + shift >= 0 for s in {-2, 0, 2}.
    struct Case {
        Rational factor, shift;
        bool at_minus_two, at_zero, at_two;
    };
    const Case cases[] = {{1, 0, false, true, true},    {-1, 0, true, true, false},
                          {0, 0, true, true, true},     {0, -1, false, false, false},
                          {1, 2, true, true, true},     {-1, 2, true, true, true},
                          {-1, -2, true, false, false}, {3, -1, false, false, true},
                          {-3, -1, true, false, false}, {Rational(1, 3), Rational(-2, 3), false, false, true}};
    for (const Case& each : cases) {
        BinarizedNetwork network;
        network.input = InputKind::signs;
        network.input_shape = {2};
        model::BinarizedLinear linear;
        linear.geometry = model::DenseShape{1, 2};
        linear.weights = {1, -1};
        network.operations.emplace_back(linear);
        model::ChannelLine line{model::NumberArray(1), model::NumberArray(1)};
        line.factor.set(0, each.factor);
        line.shift.set(0, each.shift);
        network.operations.emplace_back(line);
        network.operations.emplace_back(model::BinaryActivation::sign);
        linear.geometry = model::DenseShape{2, 1};
        network.operations.emplace_back(linear);
        const ThresholdNetwork folded = fold(network);
        const auto bit = [&](int a, int b) {
            const std::vector<Rational> input{a, b};
            return evaluate(folded, folded.digits_of(input)).bits[0][0] != 0;
        };
        EXPECT_EQ(bit(-1, 1), each.at_minus_two);
        EXPECT_EQ(bit(1, 1), each.at_zero);
        EXPECT_EQ(bit(1, -1), each.at_two);
    }
}

TEST(Fold, says_what_it_cannot_fold) {
    BinarizedNetwork network;
    network.input = InputKind::unit;
    network.input_shape = {2};
    model::BinarizedLinear linear;
    linear.geometry = model::DenseShape{2, 2};
    linear.weights = {1, -1, 1, 1};
    network.operations.emplace_back(linear);
    EXPECT_THROW(fold(network), UsageError);  // reals under a linear operation
    network.input = InputKind::bits;
    EXPECT_NO_THROW(fold(network));
    network.operations.emplace_back(model::BinaryActivation::sign);
    EXPECT_THROW(fold(network), UsageError);  // no scores
}
