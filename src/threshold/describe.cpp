// SPDX-License-Identifier: Apache-2.0
#include "threshold/describe.hpp"

#include <array>

#include <fmt/core.h>

namespace sinew::threshold {

namespace {
struct OperationText {
    std::string operator()(const model::BinarizedLinear& linear) const {
        std::string text;
        if (const auto* map = std::get_if<model::ConvolutionMap>(&linear.geometry))
            text = fmt::format("convolution {}x{} of {}x{}x{} to {}x{}x{}, stride {}x{}, padding {}x{}",
                               map->kernel_height, map->kernel_width, map->in_channels, map->in_height, map->in_width,
                               map->out_channels, map->out_height, map->out_width, map->stride_height,
                               map->stride_width, map->pad_top, map->pad_left);
        else
            text = fmt::format("dense {} to {}", linear.columns(), linear.rows());
        text += fmt::format(", {} weights of {}", linear.weights.size(), alphabet_text(linear));
        if (linear.scale.size() != 0) text += ", scaled";
        if (linear.bias.size() != 0) text += ", bias";
        return text;
    }
    std::string operator()(const model::ChannelLine& line) const {
        if (line.factor.size() == 1) return "scaling by " + to_string(line.factor.exact(0));
        return fmt::format("normalisation of {} channels", line.factor.size());
    }
    std::string operator()(const model::WindowMaximum& pool) const {
        return fmt::format("maximum of windows, {} to {}", pool.member.size(), pool.begin.size() - 1);
    }
    std::string operator()(const model::Selection& selection) const {
        return fmt::format("reordering of {}", selection.source.size());
    }
    std::string operator()(model::BinaryActivation activation) const {
        return activation == model::BinaryActivation::sign ? "sign: 1 if >= 0, else -1" : "step: 1 if >= 0, else 0";
    }
    std::string operator()(const model::Quantisation& quantisation) const {
        return fmt::format("rounding to whole multiples of {}", to_string(quantisation.step));
    }
};

std::string_view input_text(model::InputKind kind) {
    switch (kind) {
        case model::InputKind::bits:
            return "bits, 0 or 1";
        case model::InputKind::signs:
            return "signs, -1 or 1";
        case model::InputKind::pixels:
            return "pixels, whole numbers from 0 to 255";
        case model::InputKind::unit:
            return "unit, reals from 0 to 1";
        case model::InputKind::integers:
            return "integers, whole numbers";
    }
    return "?";
}
}  // namespace

std::string alphabet_text(const model::BinarizedLinear& linear) {
    std::array<bool, 256> seen{};
    for (const std::int8_t weight : linear.weights) seen[static_cast<std::size_t>(weight + 128)] = true;
    std::string text;
    std::size_t count = 0;
    int least = 128;
    int most = -128;
    for (int weight = -128; weight < 128; ++weight) {
        if (!seen[static_cast<std::size_t>(weight + 128)]) continue;
        ++count;
        least = std::min(least, weight);
        most = weight;
        text += (text.empty() ? "" : ", ") + std::to_string(weight);
    }
    return count <= 8 ? text : fmt::format("{} … {}", least, most);
}

std::string describe(const model::BinarizedNetwork& network) {
    std::string shape;
    for (const std::size_t extent : network.input_shape) shape += (shape.empty() ? "" : "x") + std::to_string(extent);
    std::string text = fmt::format("binarized network: {} inputs ({}), {} weights, {} scores\n", network.input_size(),
                                   shape, network.weight_count(), network.output_size());
    text += fmt::format("read as: {}\n", network.origin);
    text += fmt::format("inputs: {}\n", input_text(network.input));
    for (const model::BinarizedOperation& operation : network.operations)
        text += fmt::format("  {}\n", std::visit(OperationText{}, operation));
    return text;
}

}  // namespace sinew::threshold
