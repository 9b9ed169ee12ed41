// SPDX-License-Identifier: Apache-2.0
#include "model/binarized.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::model {

std::size_t BinarizedLinear::rows() const {
    const auto* dense = std::get_if<DenseShape>(&geometry);
    return dense != nullptr ? dense->rows : std::get<ConvolutionMap>(geometry).rows();
}

std::size_t BinarizedLinear::columns() const {
    const auto* dense = std::get_if<DenseShape>(&geometry);
    return dense != nullptr ? dense->columns : std::get<ConvolutionMap>(geometry).columns();
}

std::size_t BinarizedLinear::channels() const {
    const auto* dense = std::get_if<DenseShape>(&geometry);
    return dense != nullptr ? dense->rows : std::get<ConvolutionMap>(geometry).out_channels;
}

namespace {
/// The size of what an operation makes of `size` components.
struct SizeAfter {
    std::size_t size;

    std::size_t operator()(const BinarizedLinear& linear) const {
        require(linear.columns() == size, "a linear operation fits what comes before it");
        return linear.rows();
    }
    std::size_t operator()(const ChannelLine& line) const {
        require(line.factor.size() != 0 && size % line.factor.size() == 0, "channels divide the components");
        require(line.shift.size() == line.factor.size(), "a factor and a shift for each channel");
        return size;
    }
    std::size_t operator()(const WindowMaximum& pool) const {
        require(std::all_of(pool.member.begin(), pool.member.end(), [&](std::uint32_t m) { return m < size; }),
                "a window's members exist");
        return pool.begin.size() - 1;
    }
    std::size_t operator()(const Selection& selection) const {
        require(
            std::all_of(selection.source.begin(), selection.source.end(), [&](std::uint32_t s) { return s < size; }),
            "what is selected exists");
        return selection.source.size();
    }
    std::size_t operator()(BinaryActivation) const { return size; }
    std::size_t operator()(const Quantisation&) const { return size; }
};
}  // namespace

WindowMaximum image_windows(std::array<std::size_t, 3> image, std::array<std::size_t, 2> window,
                            std::array<std::size_t, 2> stride) {
    WindowMaximum pool;
    const auto [channels, height, width] = image;
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t y = 0; y + window[0] <= height; y += stride[0])
            for (std::size_t x = 0; x + window[1] <= width; x += stride[1]) {
                for (std::size_t wy = 0; wy < window[0]; ++wy)
                    for (std::size_t wx = 0; wx < window[1]; ++wx)
                        pool.member.push_back(static_cast<std::uint32_t>((c * height + y + wy) * width + x + wx));
                pool.begin.push_back(pool.member.size());
            }
    return pool;
}

std::size_t BinarizedNetwork::input_size() const {
    std::size_t size = 1;
    for (const std::size_t extent : input_shape) size *= extent;
    return size;
}

std::vector<std::size_t> BinarizedNetwork::sizes() const {
    std::vector<std::size_t> sizes{input_size()};
    for (const BinarizedOperation& operation : operations)
        sizes.push_back(std::visit(SizeAfter{sizes.back()}, operation));
    return sizes;
}

std::size_t BinarizedNetwork::output_size() const {
    return sizes().back();
}

std::size_t BinarizedNetwork::weight_count() const {
    std::size_t count = 0;
    for (const BinarizedOperation& operation : operations)
        if (const auto* linear = std::get_if<BinarizedLinear>(&operation)) count += linear->weights.size();
    return count;
}

InputRange range_of(InputKind kind) {
    switch (kind) {
        case InputKind::bits:
            return {0, 1, true};
        case InputKind::signs:
            return {-1, 1, true, true};
        case InputKind::pixels:
            return {0, 255, true};
        case InputKind::unit:
            return {0, 1, false};
        case InputKind::integers:
            return {-(1 << 24), 1 << 24, true};  // float32 holds all of these
    }
    return {};
}

std::string_view to_string(InputKind kind) {
    switch (kind) {
        case InputKind::bits:
            return "bits";
        case InputKind::signs:
            return "signs";
        case InputKind::pixels:
            return "pixels";
        case InputKind::unit:
            return "unit";
        case InputKind::integers:
            return "integers";
    }
    return "?";
}

std::optional<InputKind> input_kind(std::string_view name) {
    for (const InputKind kind :
         {InputKind::bits, InputKind::signs, InputKind::pixels, InputKind::unit, InputKind::integers})
        if (to_string(kind) == name) return kind;
    return std::nullopt;
}

std::size_t class_of(std::span<const Rational> scores) {
    if (scores.size() == 1) return scores[0] >= 0 ? 1 : 0;
    return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

}  // namespace sinew::model
