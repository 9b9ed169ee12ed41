// SPDX-License-Identifier: Apache-2.0
// The matrices of a network, each in the form its operator has: dense, convolution and its transpose, sparse. Every
// user walks a row with for_each_entry; hot kernels switch on the variant and read the arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "model/number_array.hpp"

namespace sinew::model {

/// rows × columns, row-major: weights[r·columns + c].
struct DenseMap {
    std::size_t rows = 0;
    std::size_t columns = 0;
    NumberArray weights;
};

/// A 2-D convolution (1-D: height 1) of an image in channel, row, column order, as ONNX Conv without its bias.
/// kernel: [out_channels][in_channels / groups][kernel_height][kernel_width].
struct ConvolutionMap {
    std::size_t in_channels = 0, in_height = 0, in_width = 0;
    std::size_t out_channels = 0, out_height = 0, out_width = 0;
    std::size_t kernel_height = 0, kernel_width = 0;
    std::size_t stride_height = 1, stride_width = 1;
    std::size_t pad_top = 0, pad_left = 0;  ///< bottom and right padding follow from the output's size
    std::size_t dilation_height = 1, dilation_width = 1;
    std::size_t groups = 1;
    NumberArray kernel;

    std::size_t rows() const { return out_channels * out_height * out_width; }
    std::size_t columns() const { return in_channels * in_height * in_width; }
};

/// The transpose of a convolution, as ONNX ConvTranspose without its bias: rows are components of the image that
/// `convolution` reads, columns those of the image that it writes.
struct TransposedConvolutionMap {
    ConvolutionMap convolution;

    std::size_t rows() const { return convolution.columns(); }
    std::size_t columns() const { return convolution.rows(); }
};

/// Compressed rows: row r holds entries row_begin[r] … row_begin[r + 1] - 1. In a network no two of them are in the
/// same column (Network::add_affine merges them): a row is never longer than what it reads.
struct SparseMap {
    std::size_t columns = 0;
    std::vector<std::size_t> row_begin{0};
    std::vector<std::uint32_t> column;
    NumberArray weight;

    std::size_t rows() const { return row_begin.size() - 1; }
};

using LinearMap = std::variant<DenseMap, ConvolutionMap, SparseMap, TransposedConvolutionMap>;

std::size_t rows(const LinearMap& map);
std::size_t columns(const LinearMap& map);
/// The stored weights, which for_each_entry's indices point into.
const NumberArray& weights(const LinearMap& map);
NumberArray& weights(LinearMap& map);

/// Multiplications that one product with a vector takes.
std::size_t multiplications(const LinearMap& map);
/// The sparse map that copies `columns` inputs onto themselves, or selects source[r] for row r.
SparseMap identity_map(std::size_t columns);
SparseMap selection_map(std::size_t columns, const std::vector<std::uint32_t>& source);
/// Adds up the entries of a row that are in the same column (of a product with a selection that repeats components).
void merge_entries(SparseMap& map);

namespace detail {
template <class Visit>
void for_each_entry(const ConvolutionMap& map, std::size_t row, Visit&& visit) {
    const std::size_t x = row % map.out_width;
    const std::size_t y = row / map.out_width % map.out_height;
    const std::size_t channel = row / (map.out_width * map.out_height);
    const std::size_t group_inputs = map.in_channels / map.groups;
    const std::size_t first_input = channel / (map.out_channels / map.groups) * group_inputs;
    for (std::size_t input = 0; input < group_inputs; ++input) {
        for (std::size_t ky = 0; ky < map.kernel_height; ++ky) {
            const std::size_t in_y = y * map.stride_height + ky * map.dilation_height;
            if (in_y < map.pad_top || in_y - map.pad_top >= map.in_height) continue;
            for (std::size_t kx = 0; kx < map.kernel_width; ++kx) {
                const std::size_t in_x = x * map.stride_width + kx * map.dilation_width;
                if (in_x < map.pad_left || in_x - map.pad_left >= map.in_width) continue;
                const std::size_t column =
                    ((first_input + input) * map.in_height + in_y - map.pad_top) * map.in_width + in_x - map.pad_left;
                const std::size_t weight =
                    ((channel * group_inputs + input) * map.kernel_height + ky) * map.kernel_width + kx;
                visit(column, weight);
            }
        }
    }
}

template <class Visit>
void for_each_entry(const TransposedConvolutionMap& transposed, std::size_t row, Visit&& visit) {
    const ConvolutionMap& map = transposed.convolution;
    const std::size_t x = row % map.in_width + map.pad_left;
    const std::size_t y = row / map.in_width % map.in_height + map.pad_top;
    const std::size_t channel = row / (map.in_width * map.in_height);
    const std::size_t group_inputs = map.in_channels / map.groups;
    const std::size_t group_outputs = map.out_channels / map.groups;
    const std::size_t first_output = channel / group_inputs * group_outputs;
    for (std::size_t ky = 0; ky < map.kernel_height && ky * map.dilation_height <= y; ++ky) {
        const std::size_t out_y = (y - ky * map.dilation_height) / map.stride_height;
        if (out_y * map.stride_height + ky * map.dilation_height != y || out_y >= map.out_height) continue;
        for (std::size_t kx = 0; kx < map.kernel_width && kx * map.dilation_width <= x; ++kx) {
            const std::size_t out_x = (x - kx * map.dilation_width) / map.stride_width;
            if (out_x * map.stride_width + kx * map.dilation_width != x || out_x >= map.out_width) continue;
            for (std::size_t output = first_output; output < first_output + group_outputs; ++output)
                visit((output * map.out_height + out_y) * map.out_width + out_x,
                      ((output * group_inputs + channel % group_inputs) * map.kernel_height + ky) * map.kernel_width +
                          kx);
        }
    }
}
}  // namespace detail

/// Calls visit(column, weight index) for each entry of a row that the map's form stores (zeros may be among them);
/// the number is weights(map).exact(index), its nearest double weights(map).nearest()[index].
template <class Visit>
void for_each_entry(const LinearMap& map, std::size_t row, Visit&& visit) {
    if (const auto* dense = std::get_if<DenseMap>(&map)) {
        for (std::size_t c = 0; c < dense->columns; ++c) visit(c, row * dense->columns + c);
    } else if (const auto* convolution = std::get_if<ConvolutionMap>(&map)) {
        detail::for_each_entry(*convolution, row, visit);
    } else if (const auto* transposed = std::get_if<TransposedConvolutionMap>(&map)) {
        detail::for_each_entry(*transposed, row, visit);
    } else {
        const auto& sparse = std::get<SparseMap>(map);
        for (std::size_t k = sparse.row_begin[row]; k < sparse.row_begin[row + 1]; ++k)
            visit(static_cast<std::size_t>(sparse.column[k]), k);
    }
}

}  // namespace sinew::model
