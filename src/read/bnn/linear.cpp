// SPDX-License-Identifier: Apache-2.0
#include "read/bnn/linear.hpp"

#include <cmath>
#include <optional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace sinew::read::bnn {

namespace {
using model::BinarizedLinear;
using model::ConvolutionMap;

constexpr std::size_t largest_image = 1024;  // a side that is searched for where the file does not tell one
constexpr std::size_t largest_stride = 1024;

std::vector<std::int8_t> packed_weights(const Array& array) {
    if (const auto* small = std::get_if<std::vector<std::int8_t>>(&array.numbers)) {
        if (array.is_bool) {  // one bit a weight
            std::vector<std::int8_t> signs;
            for (const std::int8_t bit : *small) signs.push_back(bit != 0 ? 1 : -1);
            return signs;
        }
        for (std::size_t i = 0; i < small->size(); ++i)
            if ((*small)[i] == -128) array.fail(fmt::format("weight {} is -128", i), "weights from -127 to 127");
        return *small;
    }
    std::vector<std::int8_t> weights(array.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double value = array.at(i);
        if (value != 1 && value != -1 && value != 0)
            array.fail(fmt::format("weight {} is {}", i, value), "binarized weights: -1, 0 or 1");
        weights[i] = static_cast<std::int8_t>(value);
    }
    return weights;
}

/// The kernel's own numbers; the sizes of the image are filled in later.
ConvolutionMap kernel_geometry(const Module& module) {
    const Array& weight = *module.find(Role::weight);
    ConvolutionMap map;
    map.out_channels = weight.shape[0];
    map.in_channels = weight.shape[1];
    map.kernel_height = weight.shape[2];
    map.kernel_width = weight.shape[3];
    const Array* steps = module.find(Role::stride_padding);
    if (steps == nullptr) return map;
    if (steps->size() != 4)
        steps->fail(fmt::format("it has shape {}", shape_text(steps->shape)),
                    "four numbers: stride height and width, padding height and width");
    const auto number = [&](std::size_t i, double low) {
        const double value = steps->at(i);
        if (!(value >= low && value <= largest_stride) || value != std::floor(value))
            steps->fail(fmt::format("number {} is {}", i, value), fmt::format("a whole number from {}", low));
        return static_cast<std::size_t>(value);
    };
    map.stride_height = number(0, 1);
    map.stride_width = number(1, 1);
    map.pad_top = number(2, 0);
    map.pad_left = number(3, 0);
    return map;
}

/// Sets the sizes for an image; false if the kernel does not fit into it.
bool set_image(ConvolutionMap& map, std::size_t height, std::size_t width) {
    const auto after = [](std::size_t size, std::size_t pad, std::size_t kernel, std::size_t stride) {
        return size + 2 * pad < kernel ? 0 : (size + 2 * pad - kernel) / stride + 1;
    };
    map.in_height = height;
    map.in_width = width;
    map.out_height = after(height, map.pad_top, map.kernel_height, map.stride_height);
    map.out_width = after(width, map.pad_left, map.kernel_width, map.stride_width);
    return map.out_height != 0 && map.out_width != 0;
}

/// How many components the convolutions from `first` on make of a square image, and what the dense layer after them
/// wants.
std::optional<std::pair<std::size_t, std::size_t>> made_and_wanted(const Modules& all, std::size_t first,
                                                                   std::size_t side) {
    std::size_t height = side;
    std::size_t width = side;
    std::size_t channels = 0;
    for (std::size_t m = first; m < all.modules.size(); ++m) {
        const Module& module = all.modules[m];
        if (module.is_normalisation()) continue;
        const Array* weight = module.find(Role::weight);
        if (weight == nullptr) return std::nullopt;
        if (weight->shape.size() == 2) return std::pair(channels * height * width, weight->shape[1]);
        if (weight->shape.size() != 4) return std::nullopt;
        ConvolutionMap map = kernel_geometry(module);
        if (!set_image(map, height, width)) return std::nullopt;
        height = map.out_height;
        width = map.out_width;
        channels = map.out_channels;
    }
    return std::nullopt;
}

std::size_t square_side(const Module& module, const Modules& all) {
    std::size_t first = 0;
    while (&all.modules[first] != &module) ++first;
    for (std::size_t side = 1; side <= largest_image; ++side) {
        const auto sizes = made_and_wanted(all, first, side);
        if (sizes && sizes->first == sizes->second) return side;
    }
    module.find(Role::weight)
        ->fail("no square image fits this convolution and the dense layer after it",
               "an array 'input_shape' with channels, height and width");
}

void check_bias(const Array& bias, std::size_t channels) {
    if (bias.size() != channels)
        bias.fail(fmt::format("it has shape {}", shape_text(bias.shape)),
                  fmt::format("{} numbers, one for each output", channels));
}
}  // namespace

model::BinarizedLinear read_linear(const Module& module, const Modules& all, const std::vector<std::size_t>& input,
                                   const std::string& file) {
    const Array* weight = module.find(Role::weight);
    if (weight == nullptr)
        throw InputError({file, 0, 0}, fmt::format("the module '{}' has no weights", printable(module.name)),
                         fmt::format("an array '{}' with its weights", printable(module.name)));
    BinarizedLinear linear;
    if (weight->size() == 0) weight->fail("it is empty");
    if (weight->shape.size() == 2) {
        linear.geometry = model::DenseShape{weight->shape[0], weight->shape[1]};
    } else if (weight->shape.size() == 4) {
        ConvolutionMap map = kernel_geometry(module);
        if (!input.empty() && (input.size() != 3 || input[0] != map.in_channels))
            weight->fail(fmt::format("it reads {} channels", map.in_channels),
                         fmt::format("an input of shape {}", shape_text(input)));
        const std::size_t side = input.empty() ? square_side(module, all) : 0;
        if (!set_image(map, input.empty() ? side : input[1], input.empty() ? side : input[2]))
            weight->fail("its kernel is larger than what it reads");
        linear.geometry = std::move(map);
    } else {
        weight->fail(fmt::format("it has shape {}", shape_text(weight->shape)),
                     "two dimensions (outputs, inputs) or four (output channels, input channels, height, width)");
    }
    linear.weights = packed_weights(*weight);
    if (const Array* bias = module.find(Role::bias)) {
        check_bias(*bias, linear.channels());
        for (std::size_t c = 0; c < linear.channels(); ++c) linear.bias.push_back(to_rational(bias->at(c)));
    }
    return linear;
}

}  // namespace sinew::read::bnn
