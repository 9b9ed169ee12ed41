// SPDX-License-Identifier: Apache-2.0
// Tensors stored in an ONNX file (initializers and attributes) as constants.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "onnx.pb.h"
#include "read/onnx/value.hpp"

namespace sinew::read::onnx {

/// Reports an error about the tensor at hand; does not return.
using FailTensor = std::function<void(const std::string& message)>;

/// The numbers of `tensor`, exactly, from `raw` where that has data (ModelFile::raw), else from what the message holds,
/// whose raw data it takes away. Large tensors are kept as floats where all their numbers are floats.
/// Calls `fail` for types without a meaning here, wrong lengths, bad shapes, data outside the file, and nan.
Constant to_constant(TensorProto& tensor, const FailTensor& fail, std::string_view raw = {});

/// "float32", "int64", …
std::string type_name(int data_type);
/// Bytes of an element in raw data.
std::size_t element_bytes(int data_type);
bool is_real_type(int data_type);

struct IntegerRange {
    Integer lower;
    Integer upper;
};
/// What a type of integers, or of Booleans, can hold; absent for other types.
std::optional<IntegerRange> range_of(int data_type);

/// The whole number nearest to `value`, of two the even one.
Integer round_half_even(const Rational& value);
/// The number of a real type that is nearest to `value`, as IEEE 754 rounds; absent beyond its largest.
std::optional<Rational> rounded_to(int data_type, const Rational& value);

}  // namespace sinew::read::onnx
