// SPDX-License-Identifier: Apache-2.0
// Exact products of constant matrices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/number_array.hpp"

namespace sinew::read::onnx {

/// Matrices side by side: for each block, which matrix of either side it multiplies.
struct ConstantProduct {
    std::size_t m = 1, k = 1, n = 1;
    std::vector<std::uint32_t> left_block;
    std::vector<std::uint32_t> right_block;
};

/// The blocks' products [m, n], one after the other, from matrices [m, k] and [k, n]: in whole numbers of 128 bits
/// where a common power of two makes all numbers whole and short, over rationals where not.
model::NumberArray multiplied(const model::NumberArray& left, const model::NumberArray& right,
                              const ConstantProduct& product);

}  // namespace sinew::read::onnx
