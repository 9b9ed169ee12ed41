// SPDX-License-Identifier: Apache-2.0
// Trained weights as networks: the same classes by every road, and through every file format.
#include "train/to_network.hpp"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "bnn/certify.hpp"
#include "read/bnn/read_bnn.hpp"
#include "read/bnn_text/read_bnn_text.hpp"
#include "read/onnx/onnx.hpp"
#include "threshold/fold.hpp"
#include "threshold/recognise.hpp"
#include "train/demands.hpp"
#include "train/metrics.hpp"
#include "write/bnn_text.hpp"
#include "write/npz.hpp"
#include "write/onnx.hpp"

namespace {

using namespace sinew;
using namespace sinew::train;

struct Sample {
    Weights weights;
    Examples examples;
    model::BinarizedNetwork network;
};

Sample random_sample(Random& random, model::InputKind kind) {
    Sample sample;
    std::vector<std::size_t> layers;
    for (std::int64_t l = random.integer(0, 2); l > 0; --l)
        layers.push_back(static_cast<std::size_t>(random.integer(1, 4)));
    const std::size_t classes = static_cast<std::size_t>(random.integer(2, 4));
    layers.push_back(classes == 2 && random.chance(0.7) ? 1 : classes);
    sample.examples = Examples{static_cast<std::size_t>(random.integer(1, 6)), classes, {}, {}};
    std::size_t below = sample.examples.features;
    for (const std::size_t neurons : layers) {
        std::vector<std::int8_t> layer(neurons * below);
        for (std::int8_t& weight : layer) weight = static_cast<std::int8_t>(random.integer(-1, 1));
        sample.weights.layers.push_back(std::move(layer));
        below = neurons;
    }
    for (std::size_t k = 0; k < 20; ++k) {
        for (std::size_t i = 0; i < sample.examples.features; ++i)
            sample.examples.values.push_back(kind == model::InputKind::signs
                                                 ? (random.chance(0.5) ? 1 : -1)
                                                 : static_cast<std::int32_t>(random.integer(-3, 3)));
        sample.examples.labels.push_back(static_cast<std::uint32_t>(random.below(classes)));
    }
    sample.network = to_network(sample.weights, sample.examples.features, kind);
    sample.network.preparation = R"({"some": "text with = and \"quotes\"", "é": [1]})";
    return sample;
}

TEST(ToNetwork, every_road_and_every_format_says_the_same) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const model::InputKind kind = seed % 2 == 0 ? model::InputKind::signs : model::InputKind::integers;
        const Sample sample = random_sample(random, kind);
        const read::OnnxNetwork onnx = read::parse_onnx(write::onnx(sample.network), "n.onnx");
        EXPECT_EQ(onnx.metadata.at("sinew.input"), model::to_string(kind));
        EXPECT_EQ(onnx.metadata.at("sinew.preparation"), sample.network.preparation);
        const model::BinarizedNetwork roads[] = {sample.network, threshold::recognise(onnx.query.network, kind),
                                                 read::parse_npz_network(write::npz(sample.network), "n.npz"),
                                                 read::parse_bnn_text(write::bnn_text(sample.network), "n.bnn")};
        for (std::size_t road = 0; road < 4; ++road) {
            SCOPED_TRACE(road);
            const model::BinarizedNetwork& network = roads[road];
            EXPECT_EQ(network.input, kind);
            if (road != 1) {
                EXPECT_EQ(network.preparation, sample.network.preparation);
            }
            EXPECT_EQ(weights_of(network).layers, sample.weights.layers);
            const threshold::ThresholdNetwork folded = threshold::fold(network);
            for (std::size_t k = 0; k < sample.examples.rows(); ++k) {
                const auto row = sample.examples.row(k);
                const std::vector<Rational> input(row.begin(), row.end());
                const std::uint32_t told = class_of(sums_of(sample.weights, row).back());
                EXPECT_EQ(model::class_of(model::evaluate(network, input)), told);
                EXPECT_EQ(threshold::class_of(folded, threshold::evaluate(folded, folded.digits_of(input)).scores),
                          told);
            }
        }
    }
}

/// All rows within the perturbation, signs and other whole numbers.
void for_each_in_ball(const Sample& sample, std::span<const std::int32_t> row,
                      const threshold::Perturbation& perturbation,
                      const std::function<void(std::span<const std::int32_t>)>& visit) {
    std::vector<std::int32_t> point(row.begin(), row.end());
    const std::function<void(std::size_t)> choose = [&](std::size_t i) {
        if (i == point.size()) {
            visit(point);
            return;
        }
        const bool sign = sample.network.sign_inputs[i];
        const auto& only = perturbation.only;
        const bool fixed = !only.empty() && std::find(only.begin(), only.end(), i) == only.end();
        for (std::int32_t value = -9; value <= 9; ++value) {
            if (sign && value != 1 && value != -1) continue;
            if (fixed && value != row[i]) continue;
            if (perturbation.radius && abs(Rational(value - row[i])) > *perturbation.radius) continue;
            const bool usual = value >= perturbation.usual[i].first && value <= perturbation.usual[i].second;
            if (!perturbation.radius && !usual && (value < row[i]) == (value < perturbation.usual[i].first)) continue;
            point[i] = value;
            choose(i + 1);
        }
        point[i] = row[i];
    };
    choose(0);
}

TEST(ToNetwork, certification_over_integers_against_enumeration) {
    std::size_t falsified = 0;
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed + 500);
        Sample sample = random_sample(random, model::InputKind::integers);
        if (sample.examples.features > 4) continue;
        threshold::Perturbation perturbation;
        for (std::size_t i = 0; i < sample.examples.features; ++i) {
            const bool sign = random.chance(0.5);
            sample.network.sign_inputs.push_back(sign);
            perturbation.usual.emplace_back(sign ? -1 : -3, sign ? 1 : 3);
            for (std::size_t k = 0; k < sample.examples.rows(); ++k) {
                std::int32_t& value = sample.examples.values[k * sample.examples.features + i];
                if (sign) value = value >= 0 ? 1 : -1;
            }
        }
        if (random.chance(0.5))
            perturbation.radius = Rational(static_cast<long>(random.below(4)));
        else
            perturbation.only = {static_cast<std::uint32_t>(random.below(sample.examples.features))};
        const threshold::ThresholdNetwork folded = threshold::fold(sample.network);
        for (std::size_t k = 0; k < 5; ++k) {
            const auto row = sample.examples.row(k);
            const std::uint32_t label = sample.examples.labels[k];
            const auto wins = [&](std::span<const std::int32_t> point) {
                return is_right(sums_of(sample.weights, point).back(), label);
            };
            bool all = true;
            for_each_in_ball(sample, row, perturbation, [&](auto point) { all = all && wins(point); });
            const bnn::Certificate found =
                bnn::certify({sample.network, folded}, {row.begin(), row.end()}, label, perturbation, {}, {});
            const bnn::Status expected = !wins(row) ? bnn::Status::wrong
                                         : all      ? bnn::Status::certified
                                                    : bnn::Status::falsified;
            EXPECT_EQ(found.status, expected);
            falsified += expected == bnn::Status::falsified ? 1 : 0;
        }
    }
    EXPECT_GT(falsified, 20U);
}

TEST(ToNetwork, other_networks_are_refused) {
    Random random(1);
    Sample sample = random_sample(random, model::InputKind::signs);
    model::BinarizedNetwork biased = sample.network;
    auto& linear = std::get<model::BinarizedLinear>(biased.operations[0]);
    for (std::size_t r = 0; r < linear.rows(); ++r) linear.bias.push_back(Rational(1));
    EXPECT_THROW(weights_of(biased), UsageError);
    EXPECT_THROW(write::onnx(biased), UsageError);
    EXPECT_THROW(write::npz(biased), UsageError);
    model::BinarizedNetwork headless = sample.network;
    headless.operations.emplace_back(model::BinaryActivation::sign);
    EXPECT_THROW(weights_of(headless), UsageError);
    EXPECT_THROW(write::onnx(headless), UsageError);
    EXPECT_THROW(write::npz(headless), UsageError);
}

TEST(Metrics, ties_are_mistakes) {
    const std::vector<std::int64_t> tied{3, 3, 1};
    EXPECT_EQ(told_class(tied, 0), 1U);
    EXPECT_EQ(told_class(tied, 1), 0U);
    EXPECT_EQ(told_class(tied, 2), 0U);
    const std::vector<std::int64_t> single{0};
    EXPECT_EQ(told_class(single, 0), 1U);
    EXPECT_EQ(told_class(single, 1), 1U);
}

TEST(Metrics, sign_outputs_are_right_one_by_one) {
    EXPECT_TRUE(is_right(std::vector<std::int64_t>{-1, 0, -4}, 1, Output::signs));
    EXPECT_FALSE(is_right(std::vector<std::int64_t>{0, 7, -4}, 1, Output::signs));  // the greatest, but not alone
    EXPECT_FALSE(is_right(std::vector<std::int64_t>{-3, -1, -4}, 1, Output::signs));
    EXPECT_TRUE(is_right(std::vector<std::int64_t>{-3, -1, -4}, 1));
    EXPECT_TRUE(is_right(std::vector<std::int64_t>{0}, 1, Output::signs));
    const Weights weights{{{1, 0, 0, -1, 1, 1}}};  // x, -y, x + y
    const Examples examples{2, 3, {5, 3, -2, -4}, {0, 1}};
    EXPECT_EQ(count_right(weights, examples), 1U);
    EXPECT_EQ(count_right(weights, examples, Output::signs), 1U);
    EXPECT_EQ(margin_sum(weights, examples), 0);
    EXPECT_EQ(margin_sum(weights, examples, Output::signs), 2 + 3 + 6);
    Robustness robustness;
    robustness.place = Robustness::Place::output;
    robustness.epsilon = 2;  // the first keeps its signs; at the second x may become 0
    EXPECT_EQ(robust_examples(weights, examples, robustness, Output::signs), (std::vector<bool>{true, false}));
}

TEST(Metrics, agree_with_the_figures_of_weights) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed + 1000);
        const Sample sample = random_sample(random, model::InputKind::integers);
        const Confusion confusion = confusion_of(sample.weights, sample.examples);
        EXPECT_EQ(confusion.right(), count_right(sample.weights, sample.examples));
        EXPECT_EQ(confusion.examples(), sample.examples.rows());
        std::int64_t sum = 0;
        for (const auto& layer : margins_of(sample.weights, sample.examples).neurons)
            for (const std::int64_t margin : layer) sum += margin;
        EXPECT_EQ(sum, margin_sum(sample.weights, sample.examples));
    }
    Confusion confusion(3);
    confusion.counts = {{8, 2, 0}, {1, 1, 0}, {0, 0, 0}};
    EXPECT_DOUBLE_EQ(confusion.accuracy(), 0.75);
    EXPECT_DOUBLE_EQ(confusion.balanced_accuracy(), 0.65);
}

std::ptrdiff_t count_of(const std::vector<bool>& which) {
    return std::count(which.begin(), which.end(), true);
}

TEST(Metrics, fairness_counts_changes_of_class) {
    const Examples examples{2, 2, {1, 5, -1, 5, 1, 0, -1, -5}, {1, 1, 1, 0}};
    const auto by_sum = [](std::span<const std::int32_t> row) { return 3 * row[0] + row[1] >= 0 ? 1U : 0U; };
    EXPECT_EQ(count_of(unfair_examples(by_sum, examples, {0})), 1);  // of 5, 5, 0, -5 the 0 alone is nearer than 3
    const auto by_second = [](std::span<const std::int32_t> row) { return row[1] >= 0 ? 1U : 0U; };
    EXPECT_EQ(count_of(unfair_examples(by_second, examples, {0})), 0);
    EXPECT_EQ(count_of(unfair_examples(by_second, examples, {1})), 4);
}

}  // namespace
