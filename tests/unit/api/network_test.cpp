// SPDX-License-Identifier: Apache-2.0
// Networks of the library: what is built is what is computed, bounded and written.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include <gtest/gtest.h>
#include <sinew/network.hpp>

#include "base/random.hpp"
#include "exact/rational.hpp"

namespace sinew {
namespace {

Rational integer(Random& random, int bound) {
    return Rational(random.integer(-bound, bound));
}

TEST(ApiNetwork, a_dense_layer_is_the_same_from_rows_and_from_numbers_in_a_row) {
    Network rows(2);
    rows.add_dense({{1, Rational(1, 2)}, {-3, 0}}, {Rational(1, 4), 0}, relu);
    Network flat(2);
    flat.add_dense(std::vector<double>{1, 0.5, -3, 0}, std::vector<double>{0.25, 0}, relu);
    const std::vector<Rational> x = {Rational(1, 3), -2};
    EXPECT_EQ(rows.evaluate(x), flat.evaluate(x));
    EXPECT_EQ(rows.evaluate_outputs(x), (std::vector<Rational>{0, 0}));
    EXPECT_EQ(rows.evaluate(x)[1][0], Rational(1, 3) - 1 + Rational(1, 4));
    ASSERT_EQ(rows.layer_count(), 3U);
    EXPECT_EQ(rows.layer(0).kind, "input");
    EXPECT_EQ(rows.layer(1).kind, "dense");
    EXPECT_EQ(rows.layer(1).parameters, 6U);
    EXPECT_EQ(rows.layer(2).kind, "relu");
    EXPECT_EQ(rows.layer(2).sources, std::vector<std::size_t>{1});
    EXPECT_EQ(rows.parameter_count(), 6U);
    EXPECT_EQ(rows.input_names(), (std::vector<std::string>{"x_0", "x_1"}));
    EXPECT_THROW(rows.layer(3), UsageError);
}

TEST(ApiNetwork, doubles_are_taken_as_the_fractions_that_they_are) {
    Network network(1);
    network.add_dense(std::vector<double>{0.1}, std::vector<double>{0});
    EXPECT_EQ(network.evaluate_outputs({1}).front(), Rational(0.1));
    EXPECT_NE(network.evaluate_outputs({1}).front(), Rational(1, 10));
    for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()})
        EXPECT_THROW(network.add_dense(std::vector<double>{bad}, std::vector<double>{0}), UsageError);
    EXPECT_EQ(network.layer_count(), 3U);
}

TEST(ApiNetwork, wrong_shapes_are_refused_and_change_nothing) {
    EXPECT_THROW(Network(0), UsageError);
    EXPECT_THROW(Network({3, 0, 2}), UsageError);
    EXPECT_THROW(Network({std::size_t{1} << 40U, std::size_t{1} << 40U}), UsageError);
    Network network({1, 3, 3});
    const std::vector<double> one{1};
    EXPECT_THROW(network.add_dense(std::vector<double>(8, 1), one), UsageError);
    EXPECT_THROW(network.add_dense(std::vector<double>{}, std::vector<double>{}), UsageError);
    EXPECT_THROW(network.add_convolution(std::vector<double>(4, 1), one, Windows{2, 3}), UsageError);
    EXPECT_THROW(network.add_convolution(std::vector<double>(16, 1), one, Windows{4, 4}), UsageError);
    EXPECT_THROW(network.add_convolution(std::vector<double>(4, 1), one, Windows{2, 2, 0, 1}), UsageError);
    EXPECT_THROW(network.add_max_pool(Windows{2, 2, 1, 1, 2}), UsageError);
    EXPECT_THROW(network.add_activation({Activation::Kind::clip, 0, 1, 0}), UsageError);
    EXPECT_EQ(network.layer_count(), 1U);
    EXPECT_EQ(network.output_count(), 9U);
    network.add_dense(std::vector<double>(9, 1), one);
    EXPECT_THROW(network.add_max_pool(Windows{1, 1}), UsageError);
    EXPECT_THROW(network.evaluate({1}), UsageError);
    EXPECT_THROW(network.bounds({{0, 1}}), UsageError);
    std::vector<Range> crossed(9, Range{0, 1});
    crossed[4] = Range{1, 0};
    EXPECT_THROW(network.bounds(crossed), UsageError);
}

/// Convolution and pooling by their definition.
Rational convolved(const std::vector<Rational>& image, const std::vector<Rational>& kernel, const Windows& w,
                   std::size_t channels, std::size_t height, std::size_t width, std::size_t out, std::size_t oy,
                   std::size_t ox) {
    Rational sum;
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t ky = 0; ky < w.height; ++ky)
            for (std::size_t kx = 0; kx < w.width; ++kx) {
                const auto y = static_cast<long>(oy * w.stride_height + ky) - static_cast<long>(w.pad_top);
                const auto x = static_cast<long>(ox * w.stride_width + kx) - static_cast<long>(w.pad_left);
                if (y < 0 || x < 0 || y >= static_cast<long>(height) || x >= static_cast<long>(width)) continue;
                sum += kernel[((out * channels + c) * w.height + ky) * w.width + kx] *
                       image[(c * height + static_cast<std::size_t>(y)) * width + static_cast<std::size_t>(x)];
            }
    return sum;
}

TEST(ApiNetwork, convolutions_and_pools_are_what_their_definition_says) {
    Random random(5);
    for (int round = 0; round < 40; ++round) {
        const std::size_t channels = 1 + random.below(2), height = 3 + random.below(3), width = 3 + random.below(3);
        const std::size_t out = 1 + random.below(3);
        const Windows w{1 + random.below(3), 1 + random.below(3), 1 + random.below(2), 1 + random.below(2),
                        random.below(2),     random.below(2),     random.below(2),     random.below(2)};
        std::vector<Rational> kernel, bias, image;
        for (std::size_t i = 0; i < out * channels * w.height * w.width; ++i) kernel.push_back(integer(random, 3));
        for (std::size_t i = 0; i < out; ++i) bias.push_back(integer(random, 3));
        for (std::size_t i = 0; i < channels * height * width; ++i) image.push_back(integer(random, 5));
        Network network({channels, height, width});
        network.add_convolution(kernel, bias, w, relu);
        const std::vector<std::size_t> shape = network.output_shape();
        ASSERT_EQ(shape.size(), 3U);
        ASSERT_EQ(shape[1], (height + w.pad_top + w.pad_bottom - w.height) / w.stride_height + 1);
        EXPECT_EQ(network.layer(1).kind, "convolution");
        EXPECT_EQ(network.layer(1).parameters, kernel.size() + bias.size());
        const std::vector<Rational> values = network.evaluate_outputs(image);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::size_t channel = i / (shape[1] * shape[2]);
            const Rational sum = bias[channel] + convolved(image, kernel, w, channels, height, width, channel,
                                                           i / shape[2] % shape[1], i % shape[2]);
            ASSERT_EQ(values[i], sum > 0 ? sum : Rational(0)) << "round " << round;
        }
        network.add_max_pool(Windows{2, 2, 1, 1, 1, 1, 1, 1});
        const std::vector<Rational> pooled = network.evaluate_outputs(image);
        ASSERT_EQ(network.output_shape(), (std::vector<std::size_t>{out, shape[1] + 1, shape[2] + 1}));
        EXPECT_EQ(pooled.front(), values.front());
        const std::string text = network.dnn_text();
        EXPECT_EQ(parse_network(text).evaluate_outputs(image), pooled) << text;
    }
}

TEST(ApiNetwork, bounds_hold_at_every_point) {
    Random random(9);
    for (int round = 0; round < 60; ++round) {
        const std::vector<Activation> all = {
            relu,    satlin,  satlins,
            hardlim, sign,    tansig,
            sigmoid, purelin, Activation{Activation::Kind::leaky_relu, Rational(1, 10)}};
        Network network(3);
        std::size_t before = 3;
        for (int layer = 0; layer < 3; ++layer) {
            const std::size_t size = 1 + random.below(5);
            std::vector<Rational> weights, bias;
            for (std::size_t i = 0; i < size * before; ++i) weights.push_back(integer(random, 6) / 3);
            for (std::size_t i = 0; i < size; ++i) bias.push_back(integer(random, 6) / 7);
            network.add_dense(weights, bias, all[random.below(all.size())]);
            before = size;
        }
        std::vector<Range> box;
        for (int i = 0; i < 3; ++i) {
            const Rational low = integer(random, 9) / 10;
            box.push_back({low, low + Rational(static_cast<long>(random.below(10))) / 7});
        }
        const bool half_open = random.chance(0.3);
        if (half_open) box[1].upper.reset();
        const std::vector<std::vector<Bounds>> bounds = network.bounds(box);
        ASSERT_EQ(bounds.size(), network.layer_count());
        for (int point = 0; point < 20; ++point) {
            std::vector<Rational> x;
            for (const Range& range : box)
                x.push_back(*range.lower + (range.upper ? *range.upper - *range.lower : Rational(9)) *
                                               Rational(static_cast<long>(random.below(8)), 7));
            const EnclosedLayers values = network.evaluate_enclosed(x);
            for (std::size_t l = 0; l < bounds.size(); ++l)
                for (std::size_t i = 0; i < bounds[l].size(); ++i) {
                    const Rational error(values.errors[l][i]);
                    if (std::isfinite(bounds[l][i].lower)) {
                        ASSERT_LE(Rational(bounds[l][i].lower), values.values[l][i] + error);
                    }
                    if (std::isfinite(bounds[l][i].upper)) {
                        ASSERT_GE(Rational(bounds[l][i].upper), values.values[l][i] - error);
                    }
                }
        }
    }
}

TEST(ApiNetwork, bounds_of_an_output_are_tighter_than_intervals) {
    Network network(1);  // x - x
    network.add_dense({{1}, {1}}, {0, 0}).add_dense({{1, -1}}, {0});
    const Bounds output = network.bounds({{-1, 1}}).back().front();
    EXPECT_LE(output.lower, 0);
    EXPECT_GE(output.upper, 0);
    EXPECT_LT(output.upper - output.lower, 1e-9);
}

TEST(ApiNetwork, smooth_values_are_enclosed) {
    Network network(1);
    network.add_dense({{1}}, {0}, tansig).add_dense({{2}}, {0});
    EXPECT_FALSE(network.is_piecewise_linear());
    EXPECT_THROW(network.evaluate({1}), UsageError);
    EXPECT_THROW(network.evaluate_enclosed({1}, 2), UsageError);
    const EnclosedLayers values = network.evaluate_enclosed({Rational(1, 2)}, 100);
    EXPECT_NEAR(to_nearest(values.values.back().front()), 2 * std::tanh(0.5), 1e-15);
    EXPECT_GT(values.errors.back().front(), 0);
    EXPECT_LT(values.errors.back().front(), 1e-25);
    EXPECT_EQ(network.evaluate_enclosed({0}).errors.back().front(), 0);
}

TEST(ApiNetwork, float32_is_rounded) {
    Network network(1);
    network.add_dense(std::vector<double>{0.1}, std::vector<double>{0});
    const std::vector<float> x{3};
    EXPECT_EQ(network.evaluate_float32(x).back().front(), 0.1F * 3);
    EXPECT_THROW(network.evaluate_float32(std::vector<float>{1, 2}), UsageError);
}

TEST(ApiNetwork, texts_bytes_and_files) {
    const Network network = load_network(SINEW_SOURCE_DIR "/inputs/dnn/two_by_two.dnn");
    const Network again = parse_network(network.dnn_text());
    const std::vector<Rational> x(network.input_count(), Rational(1, 3));
    EXPECT_EQ(network.evaluate_outputs(x), again.evaluate_outputs(x));
    EXPECT_EQ(network.input_names(), again.input_names());
    EXPECT_EQ(network.output_names(), again.output_names());
    const std::filesystem::path path = std::filesystem::temp_directory_path() / "sinew_api_network_test.dnn";
    save_network(network, path.string());
    EXPECT_EQ(load_network(path.string()).evaluate_outputs(x), network.evaluate_outputs(x));
    std::filesystem::remove(path);
    EXPECT_THROW(save_network(network, "network.onnx"), UsageError);
    EXPECT_THROW(save_network(network, "/no/such/folder/network.dnn"), OutputError);
    EXPECT_THROW(parse_network("{"), InputError);
    EXPECT_THROW(parse_onnx_network(""), InputError);
    EXPECT_THROW(parse_onnx_network("no network at all"), InputError);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SINEW_SOURCE_DIR "/inputs")) {
        if (entry.path().extension() != ".onnx") continue;
        std::ifstream stream(entry.path(), std::ios::binary);
        std::ostringstream bytes;
        bytes << stream.rdbuf();
        const Network read = parse_onnx_network(bytes.str());
        EXPECT_EQ(read.layer_count(), load_network(entry.path().string()).layer_count());
        EXPECT_EQ(read.input_names().front(), "X_0");
    }
}

}  // namespace
}  // namespace sinew
