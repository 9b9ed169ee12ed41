// SPDX-License-Identifier: Apache-2.0
// The witness of a question of VNN-LIB 2.0 in the standard's two forms: text, and a file of ONNX for each tensor.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/declaration.hpp"

namespace sinew::write {

/// A number as VNN-LIB 2.0 has it: a decimal without an exponent, with a point unless the type is one of integers.
/// Exact where its digits end within 60 characters, else to 25 significant digits.
std::string standard_number(const Rational& value, std::string_view type);

/// All declared tensors in the text's order: a line NAME TYPE [EXTENTS], then a line for each element in row-major
/// order. `values` are by variable.
std::string tensor_values(std::span<const model::DeclaredNetwork> declared, std::span<const Rational> values);

/// One of them as a serialised TensorProto of its element type (a real is a float64): each value is rounded to the
/// nearest one that the type has.
std::string tensor_bytes(const model::DeclaredTensor& tensor, std::span<const Rational> values);

}  // namespace sinew::write
