// SPDX-License-Identifier: Apache-2.0
// Exact arithmetic on number arrays: in doubles where the result provably is one, over rationals where not.
#pragma once

#include <cstddef>

#include "model/activation.hpp"
#include "model/number_array.hpp"

namespace sinew::read::onnx {

enum class Arithmetic { add, subtract, multiply, divide };

/// Exact left[i] ⋈ right[j], stored at out[k]. A division by zero is the caller's to exclude.
void combine(Arithmetic operation, const model::NumberArray& left, std::size_t i, const model::NumberArray& right,
             std::size_t j, model::NumberArray& out, std::size_t k);

/// out[k] += left[i] · right[j], exactly.
void add_product(const model::NumberArray& left, std::size_t i, const model::NumberArray& right, std::size_t j,
                 model::NumberArray& out, std::size_t k);

/// The activation of each number, exactly; a double next to it where it is irrational (tanh, sigmoid).
model::NumberArray applied(const model::Activation& activation, const model::NumberArray& numbers);

/// True iff every number of the array is this integer.
bool all_equal(const model::NumberArray& numbers, int value);

}  // namespace sinew::read::onnx
