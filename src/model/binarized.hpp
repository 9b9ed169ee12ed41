// SPDX-License-Identifier: Apache-2.0
// A binarized network as it was trained: integer weights of one byte, batch normalisation not folded into thresholds.
// Folding (threshold/fold.hpp) and whoever checks an adversarial example start from here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/linear_map.hpp"
#include "model/network.hpp"

namespace sinew::model {

/// A dense matrix, its weights row-major.
struct DenseShape {
    std::size_t rows = 0;
    std::size_t columns = 0;
};

/// scale_c · (w_c · v) + bias_c for each output channel c. One row is one channel of a dense layer; a convolution's
/// channel has out_height · out_width rows.
struct BinarizedLinear {
    std::variant<DenseShape, ConvolutionMap> geometry;  ///< of a convolution, whose own `kernel` stays empty
    std::vector<std::int8_t> weights;
    NumberArray scale;  ///< one number a channel; empty: 1
    NumberArray bias;   ///< one number a channel; empty: 0

    std::size_t rows() const;
    std::size_t columns() const;
    std::size_t channels() const;
    std::size_t rows_per_channel() const { return rows() / channels(); }
};

/// Calls visit(column, weight) for each entry of a row, zeros included.
template <class Visit>
void for_each_weight(const BinarizedLinear& linear, std::size_t row, Visit&& visit) {
    if (const auto* dense = std::get_if<DenseShape>(&linear.geometry)) {
        const std::int8_t* weight = linear.weights.data() + row * dense->columns;
        for (std::size_t c = 0; c < dense->columns; ++c) visit(c, static_cast<int>(weight[c]));
    } else {
        detail::for_each_entry(
            std::get<ConvolutionMap>(linear.geometry), row,
            [&](std::size_t column, std::size_t index) { visit(column, static_cast<int>(linear.weights[index])); });
    }
}

/// factor_c · v + shift_c, c = component / (size / channels): batch normalisation, or a scaling of all (one channel).
struct ChannelLine {
    NumberArray factor;
    NumberArray shift;
};

/// Component w is the maximum over member[begin[w]] … member[begin[w + 1] - 1].
struct WindowMaximum {
    std::vector<std::size_t> begin{0};
    std::vector<std::uint32_t> member;
};

/// The windows of an image's pooling without padding: extents are {channels, height, width}, {height, width} of a
/// window and of the stride.
WindowMaximum image_windows(std::array<std::size_t, 3> image, std::array<std::size_t, 2> window,
                            std::array<std::size_t, 2> stride);

/// Component i is component source[i] of what comes before.
struct Selection {
    std::vector<std::uint32_t> source;
};

/// 1 or -1 (sign), 1 or 0 (step), as the value is >= 0 or not.
enum class BinaryActivation { sign, step };

/// The whole number nearest to v / step, the even one of two.
struct Quantisation {
    Rational step;
};

using BinarizedOperation =
    std::variant<BinarizedLinear, ChannelLine, WindowMaximum, Selection, BinaryActivation, Quantisation>;

/// What the inputs may be.
enum class InputKind {
    bits,      ///< 0 or 1
    signs,     ///< -1 or 1
    pixels,    ///< whole numbers from 0 to 255
    unit,      ///< reals from 0 to 1 (a pixel is its byte / 255)
    integers,  ///< whole numbers from -2^24 to 2^24
};

/// Operations one after the other; the last ends in the scores of the classes, or in one score whose sign is the class.
struct BinarizedNetwork {
    InputKind input = InputKind::bits;
    std::vector<std::size_t> input_shape;  ///< e.g. {784}, {1, 28, 28}
    std::vector<bool> sign_inputs;         ///< of kind integers: which of them are -1 or 1 alone; empty: none
    std::vector<BinarizedOperation> operations;
    std::string origin;              ///< how the reader knew what it read, for people
    std::vector<std::string> notes;  ///< what the reader took for granted, told wherever the file is read
    /// How raw rows become inputs, where the file tells (train/preparation_text.hpp reads it); else empty.
    std::string preparation;

    std::size_t input_size() const;
    std::size_t output_size() const;
    /// Sizes between the operations: sizes[0] is the input's, sizes[i + 1] what operation i makes. Throws
    /// ContractBreach where two operations do not fit.
    std::vector<std::size_t> sizes() const;
    std::size_t weight_count() const;
};

/// The least and greatest value of an input, whether only whole numbers are meant, and whether only these two.
struct InputRange {
    Rational lower;
    Rational upper;
    bool whole = true;
    bool signs = false;
};
InputRange range_of(InputKind kind);
std::string_view to_string(InputKind kind);
/// The kind that is called so.
std::optional<InputKind> input_kind(std::string_view name);

/// The class of scores: the greatest, the lowest index of several; with one score 1 if it is >= 0, else 0.
std::size_t class_of(std::span<const Rational> scores);

/// The scores, exactly, by the operations as they stand (nothing folded).
std::vector<Rational> evaluate(const BinarizedNetwork& network, std::span<const Rational> inputs);

/// The same network as layers of the general model, for everything that reasons about those. Weights become doubles,
/// a quantisation the sum of steps that it is on inputs of kind `unit` (ContractBreach for others), its ties rounded
/// up.
Network to_network(const BinarizedNetwork& network);

}  // namespace sinew::model
