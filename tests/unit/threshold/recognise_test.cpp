// SPDX-License-Identifier: Apache-2.0
#include "threshold/recognise.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "read/onnx/onnx.hpp"
#include "support/random_binarized.hpp"
#include "threshold/fold.hpp"

using namespace sinew;
using namespace sinew::threshold;
using model::InputKind;

TEST(Recognise, finds_what_was_converted) {
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        Random random(seed);
        const auto kind = static_cast<InputKind>(seed % 3);
        const model::BinarizedNetwork network = support::random_binarized(random, kind);
        const model::BinarizedNetwork found = recognise(model::to_network(network), kind);
        for (int i = 0; i < 5; ++i) {
            const std::vector<Rational> input = support::random_input(random, network);
            ASSERT_EQ(model::evaluate(found, input), model::evaluate(network, input)) << "seed " << seed;
        }
    }
}

TEST(Recognise, refuses_other_networks) {
    model::Network network;
    const model::LayerId input = network.add_input("x", {2});
    model::AffineLayer affine;
    affine.terms.push_back({input, model::DenseMap{1, 2, model::NumberArray(std::vector<double>{0.3, 0.7})}});
    affine.bias = model::NumberArray(1);
    network.add_affine("dense", {1}, affine);
    EXPECT_THROW(recognise(network, InputKind::bits), UsageError);
    std::get<model::DenseMap>(affine.terms[0].map).weights = model::NumberArray(std::vector<double>{0.3, -0.3});
    model::Network relu;
    const model::LayerId x = relu.add_input("x", {2});
    affine.terms[0].source = x;
    const model::LayerId dense = relu.add_affine("dense", {1}, affine);
    EXPECT_EQ(recognise(relu, InputKind::bits).weight_count(), 2U);
    relu.add_activation("relu", dense, model::Activation{});
    EXPECT_THROW(recognise(relu, InputKind::bits), UsageError);
}

/// What readers make of a matrix of mostly zeros, behind a selection that takes a component twice.
TEST(Recognise, knows_sparse_matrices) {
    model::Network network;
    model::SparseMap map;
    map.columns = 3;
    map.column = {0, 2, 0, 1, 2};
    map.row_begin = {0, 3, 5};
    map.weight = model::NumberArray(std::vector<double>{1, -2, 1, 1, -1});
    model::AffineLayer affine;
    affine.terms.push_back({network.add_input("x", {3}), map});
    affine.bias = model::NumberArray(2);
    network.add_affine("twice", {2}, affine);
    const model::BinarizedNetwork found = recognise(network, InputKind::bits);
    Random random(3);
    for (int i = 0; i < 5; ++i) {
        const std::vector<Rational> input = support::random_input(random, found);
        const std::vector<Rational> values = model::evaluate(network, input);  // of the inputs, too
        EXPECT_EQ(model::evaluate(found, input), std::vector<Rational>(values.end() - 2, values.end()));
    }
}

TEST(Recognise, traffic_sign_networks_fold_exactly) {
    const auto folder = std::filesystem::path(SINEW_SOURCE_DIR) / "../shared/benchmarks/traffic_signs_recognition/onnx";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "skipped: no ../shared";
    int networks = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        SCOPED_TRACE(entry.path());
        const read::OnnxNetwork onnx = read::read_onnx(entry.path().string(), {read::TrailingSoftmax::skip});
        const model::BinarizedNetwork network = recognise(onnx.query.network, InputKind::pixels);
        const ThresholdNetwork folded = fold(network);
        Random random(7);
        const std::vector<Rational> input = support::random_input(random, network);
        const std::vector<Rational> values = model::evaluate(onnx.query.network, input);
        const Activity activity = evaluate(folded, folded.digits_of(input));
        std::size_t best = 0;
        for (std::size_t c = 1; c < onnx.outputs.size(); ++c) {
            const Rational& score = values[onnx.outputs[c].index()];
            ASSERT_EQ(wins(folded, c, 0, Ties::count, activity.scores), score >= values[onnx.outputs[0].index()]);
            if (score > values[onnx.outputs[best].index()]) best = c;
        }
        EXPECT_EQ(class_of(folded, activity.scores), best);
        ++networks;
    }
    EXPECT_EQ(networks, 3);
}
