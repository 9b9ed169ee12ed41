// SPDX-License-Identifier: Apache-2.0
// Convolutions and poolings against their definitions: every tap of every window, one by one.
#include <gtest/gtest.h>

#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

/// Geometry of one test: images are [N, C, H, W], or [N, C, W] where `flat`.
struct Geometry {
    std::int64_t in_h = 5, in_w = 6, kernel_h = 3, kernel_w = 2;
    std::int64_t stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
    std::int64_t top = 0, left = 0, bottom = 0, right = 0;
    std::int64_t channels = 2, outputs = 2, groups = 1;
    bool flat = false;
    std::string auto_pad;
    bool ceil = false;

    std::int64_t extent(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                        std::int64_t pads) const {
        const std::int64_t room = in + pads - (kernel - 1) * dilation - 1;
        return (ceil ? (room + stride - 1) / stride : room / stride) + 1;
    }
    std::int64_t out_h() const { return extent(in_h, kernel_h, stride_h, dilation_h, top + bottom); }
    std::int64_t out_w() const { return extent(in_w, kernel_w, stride_w, dilation_w, left + right); }
    Index image(std::int64_t count) const {
        Index shape = {1, static_cast<std::size_t>(count)};
        if (!flat) shape.push_back(static_cast<std::size_t>(in_h));
        shape.push_back(static_cast<std::size_t>(in_w));
        return shape;
    }
    void attributes(ModelBuilder& model) const {
        const auto both = [&](std::int64_t h, std::int64_t w) { return flat ? Integers{w} : Integers{h, w}; };
        model.set_list("kernel_shape", both(kernel_h, kernel_w)).set_list("strides", both(stride_h, stride_w));
        if (dilation_h != 1 || dilation_w != 1) model.set_list("dilations", both(dilation_h, dilation_w));
        if (auto_pad.empty())
            model.set_list("pads", flat ? Integers{left, right} : Integers{top, left, bottom, right});
        else
            model.set_text("auto_pad", auto_pad);
    }
};

/// The element of an image at signed coordinates; absent in the padding.
const Rational* element(const Array& image, const Geometry& g, std::int64_t channel, std::int64_t y, std::int64_t x) {
    if (y < 0 || y >= g.in_h || x < 0 || x >= g.in_w) return nullptr;
    return &image.data[static_cast<std::size_t>((channel * g.in_h + y) * g.in_w + x)];
}

std::vector<Rational> convolved(const Array& x, const Array& w, const Array& bias, const Geometry& g) {
    std::vector<Rational> result;
    const std::int64_t group_in = g.channels / g.groups;
    for (std::int64_t m = 0; m < g.outputs; ++m)
        for (std::int64_t oy = 0; oy < g.out_h(); ++oy)
            for (std::int64_t ox = 0; ox < g.out_w(); ++ox) {
                Rational sum = bias.data[static_cast<std::size_t>(m)];
                for (std::int64_t c = 0; c < group_in; ++c)
                    for (std::int64_t ky = 0; ky < g.kernel_h; ++ky)
                        for (std::int64_t kx = 0; kx < g.kernel_w; ++kx) {
                            const std::int64_t channel = m / (g.outputs / g.groups) * group_in + c;
                            const Rational* at = element(x, g, channel, oy * g.stride_h + ky * g.dilation_h - g.top,
                                                         ox * g.stride_w + kx * g.dilation_w - g.left);
                            const std::int64_t weight = ((m * group_in + c) * g.kernel_h + ky) * g.kernel_w + kx;
                            if (at != nullptr) sum += *at * w.data[static_cast<std::size_t>(weight)];
                        }
                result.push_back(sum);
            }
    return result;
}

std::vector<Geometry> geometries() {
    std::vector<Geometry> all(11);
    all[1].stride_h = 2, all[1].top = 1, all[1].left = 1;
    all[2].dilation_h = 2, all[2].dilation_w = 3, all[2].bottom = 2, all[2].right = 1;
    all[3].channels = 4, all[3].outputs = 6, all[3].groups = 2;
    all[4].channels = 3, all[4].outputs = 3, all[4].groups = 3, all[4].stride_w = 2, all[4].right = 1;
    all[5].flat = true, all[5].in_h = 1, all[5].kernel_h = 1, all[5].stride_w = 2, all[5].left = 1;
    all[6].kernel_h = 1, all[6].kernel_w = 1, all[6].stride_h = 3, all[6].stride_w = 2;
    all[7].auto_pad = "SAME_UPPER", all[7].top = 1, all[7].bottom = 1, all[7].right = 1;  // 3 of 5 and 2 of 6
    all[8].auto_pad = "SAME_LOWER", all[8].top = 1, all[8].bottom = 1, all[8].left = 1;
    all[9].auto_pad = "VALID", all[9].stride_h = 2;
    // SAME with strides: 3 windows of 3 in 5 need 7 = 1 + 5 + 1; 3 windows of 2 in 6 need 6.
    all[10].auto_pad = "SAME_UPPER", all[10].stride_h = 2, all[10].stride_w = 2, all[10].top = 1, all[10].bottom = 1;
    return all;
}

class Windows : public ::testing::TestWithParam<Geometry> {};

TEST_P(Windows, conv) {
    const Geometry& g = GetParam();
    Random random(1);
    const Array x = random_array(random, g.image(g.channels));
    Index kernel = {static_cast<std::size_t>(g.outputs), static_cast<std::size_t>(g.channels / g.groups)};
    if (!g.flat) kernel.push_back(static_cast<std::size_t>(g.kernel_h));
    kernel.push_back(static_cast<std::size_t>(g.kernel_w));
    const Array w = random_array(random, kernel);
    const Array bias = random_array(random, {static_cast<std::size_t>(g.outputs)});
    ModelBuilder model;
    model.input("x", x.shape).constant("w", w).constant("b", bias).node("Conv", {"x", "w", "b"}, {"y"}).output("y");
    g.attributes(model);
    model.set("group", g.groups);
    EXPECT_EQ(outputs_of(model, x.data), convolved(x, w, bias, g));
}

TEST_P(Windows, max_and_average_pool) {
    Geometry g = GetParam();
    Random random(2);
    const Array x = random_array(random, g.image(g.channels), -9, 9);
    for (const bool ceil : {false, true}) {
        if (ceil && !g.auto_pad.empty()) continue;
        g.ceil = ceil;
        std::vector<Rational> maxima;
        std::vector<Rational> averages;
        std::vector<Rational> padded_averages;
        for (std::int64_t c = 0; c < g.channels; ++c)
            for (std::int64_t oy = 0; oy < g.out_h() && oy * g.stride_h < g.in_h + g.top; ++oy)
                for (std::int64_t ox = 0; ox < g.out_w() && ox * g.stride_w < g.in_w + g.left; ++ox) {
                    std::vector<Rational> members;
                    long in_padded_image = 0;
                    for (std::int64_t ky = 0; ky < g.kernel_h; ++ky)
                        for (std::int64_t kx = 0; kx < g.kernel_w; ++kx) {
                            const std::int64_t y = oy * g.stride_h + ky * g.dilation_h - g.top;
                            const std::int64_t at_x = ox * g.stride_w + kx * g.dilation_w - g.left;
                            if (const Rational* at = element(x, g, c, y, at_x)) members.push_back(*at);
                            if (y < g.in_h + g.bottom && at_x < g.in_w + g.right) ++in_padded_image;
                        }
                    Rational sum = 0;
                    for (const Rational& member : members) sum += member;
                    maxima.push_back(*std::max_element(members.begin(), members.end()));
                    averages.push_back(sum / static_cast<long>(members.size()));
                    padded_averages.push_back(sum / in_padded_image);
                }
        for (const int kind : {0, 1, 2}) {
            ModelBuilder model(19);
            model.input("x", x.shape).node(kind == 0 ? "MaxPool" : "AveragePool", {"x"}, {"y"}).output("y");
            g.attributes(model);
            if (ceil) model.set("ceil_mode", 1);
            if (kind == 2) model.set("count_include_pad", 1);
            EXPECT_EQ(outputs_of(model, x.data), kind == 0   ? maxima
                                                 : kind == 1 ? averages
                                                             : padded_averages)
                << "kind " << kind << " ceil " << ceil;
        }
    }
}

/// Each input element is spread over the outputs it reaches.
TEST_P(Windows, conv_transpose) {
    const Geometry& g = GetParam();
    if (!g.auto_pad.empty()) return;
    Random random(3);
    const Array x = random_array(random, g.image(g.channels));
    const std::int64_t group_out = g.outputs / g.groups;
    Index kernel = {static_cast<std::size_t>(g.channels), static_cast<std::size_t>(group_out)};
    if (!g.flat) kernel.push_back(static_cast<std::size_t>(g.kernel_h));
    kernel.push_back(static_cast<std::size_t>(g.kernel_w));
    const Array w = random_array(random, kernel);
    const std::int64_t extra = g.stride_h > 1 || g.stride_w > 1 ? 1 : 0;
    const std::int64_t extra_h = g.flat ? 0 : extra;
    const std::int64_t out_h =
        g.stride_h * (g.in_h - 1) + extra_h + (g.kernel_h - 1) * g.dilation_h + 1 - g.top - g.bottom;
    const std::int64_t out_w =
        g.stride_w * (g.in_w - 1) + extra + (g.kernel_w - 1) * g.dilation_w + 1 - g.left - g.right;
    std::vector<Rational> expected(static_cast<std::size_t>(g.outputs * out_h * out_w));
    for (std::int64_t c = 0; c < g.channels; ++c)
        for (std::int64_t m = 0; m < group_out; ++m)
            for (std::int64_t y = 0; y < g.in_h; ++y)
                for (std::int64_t at_x = 0; at_x < g.in_w; ++at_x)
                    for (std::int64_t ky = 0; ky < g.kernel_h; ++ky)
                        for (std::int64_t kx = 0; kx < g.kernel_w; ++kx) {
                            const std::int64_t oy = y * g.stride_h + ky * g.dilation_h - g.top;
                            const std::int64_t ox = at_x * g.stride_w + kx * g.dilation_w - g.left;
                            if (oy < 0 || oy >= out_h || ox < 0 || ox >= out_w) continue;
                            const std::int64_t channel = c / (g.channels / g.groups) * group_out + m;
                            const std::int64_t weight = ((c * group_out + m) * g.kernel_h + ky) * g.kernel_w + kx;
                            expected[static_cast<std::size_t>((channel * out_h + oy) * out_w + ox)] +=
                                *element(x, g, c, y, at_x) * w.data[static_cast<std::size_t>(weight)];
                        }
    ModelBuilder model;
    model.input("x", x.shape).constant("w", w).node("ConvTranspose", {"x", "w"}, {"y"}).output("y");
    g.attributes(model);
    model.set("group", g.groups);
    model.set_list("output_padding", g.flat ? Integers{extra} : Integers{extra, extra});
    EXPECT_EQ(outputs_of(model, x.data), expected);
}

INSTANTIATE_TEST_SUITE_P(Geometries, Windows, ::testing::ValuesIn(geometries()));

TEST(ConvTranspose, output_shape_and_same_padding) {
    Random random(4);
    const Array x = random_array(random, {1, 1, 1, 3});
    const Array w = random_array(random, {1, 1, 1, 3});
    // Stride 2: full length 2·2 + 3 = 7. Wanted 6: one element is cut, at the end (UPPER) or at the beginning.
    std::vector<Rational> full(7);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t k = 0; k < 3; ++k) full[2 * i + k] += x.data[i] * w.data[k];
    for (const char* auto_pad : {"SAME_UPPER", "SAME_LOWER", ""}) {
        ModelBuilder model;
        model.input("x", x.shape).constant("w", w).node("ConvTranspose", {"x", "w"}, {"y"}).output("y");
        model.set_list("strides", {1, 2});
        if (std::string(auto_pad).empty())
            model.set_list("output_shape", {1, 6});
        else
            model.set_text("auto_pad", auto_pad);
        const bool cut_end = std::string(auto_pad) == "SAME_UPPER";
        EXPECT_EQ(outputs_of(model, x.data), cut_end ? std::vector<Rational>(full.begin(), full.end() - 1)
                                                     : std::vector<Rational>(full.begin() + 1, full.end()))
            << auto_pad;
    }
}

TEST(GlobalPooling, is_over_the_whole_image) {
    Random random(5);
    const Array x = random_array(random, {2, 3, 2, 4});
    std::vector<Rational> maxima;
    std::vector<Rational> averages;
    for (std::size_t plane = 0; plane < 6; ++plane) {
        const std::vector<Rational> image(x.data.begin() + static_cast<long>(plane) * 8,
                                          x.data.begin() + static_cast<long>(plane) * 8 + 8);
        Rational sum = 0;
        for (const Rational& value : image) sum += value;
        maxima.push_back(*std::max_element(image.begin(), image.end()));
        averages.push_back(sum / 8);
    }
    ModelBuilder average;
    average.input("x", x.shape).node("GlobalAveragePool", {"x"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(average, x.data), averages);
    ModelBuilder maximum;
    maximum.input("x", x.shape).node("GlobalMaxPool", {"x"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(maximum, x.data), maxima);
}

TEST(Conv, images_with_channels_last_are_transposed_once) {
    Random random(6);
    Geometry g;
    const Array x = random_array(random, {1, 5, 6, 2});
    const Array w = random_array(random, {2, 2, 3, 2});
    Array channels_first({1, 2, 5, 6});
    for_each_index(x.shape, [&](const Index& at) { channels_first[{0, at[3], at[1], at[2]}] = x[at]; });
    const Array expected({1, 2, 3, 5}, convolved(channels_first, w, Array({2}), g));
    ModelBuilder model;
    model.input("x", x.shape).constant("w", w).node("Transpose", {"x"}, {"t"}).set_list("perm", {0, 3, 1, 2});
    model.node("Conv", {"t", "w"}, {"c"}).node("Transpose", {"c"}, {"l"}).set_list("perm", {0, 2, 3, 1});
    model.node("Relu", {"l"}, {"r"}).node("Transpose", {"r"}, {"y"}).set_list("perm", {0, 3, 1, 2}).output("y");
    const OnnxNetwork network = parse_onnx(model.bytes(), "f");
    EXPECT_EQ(network.query.network.layer_count(), 4U) << "input, its transposition, convolution, activation";
    std::vector<Rational> positive;
    for (const Rational& value : expected.data) positive.push_back(value > 0 ? value : Rational(0));
    EXPECT_EQ(outputs_of(network, x.data), positive);
}

}  // namespace
}  // namespace sinew::read::test
