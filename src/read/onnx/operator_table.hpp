// SPDX-License-Identifier: Apache-2.0
// The one table of operators: the reader, `sinew supports` and docs/onnx.md take them from here.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "read/onnx/operator.hpp"

namespace sinew::read::onnx {

/// The operators' meaning is known up to this opset; a newer one might change it.
constexpr std::int64_t newest_opset = 24;

/// The element type of an operator's results: that of its first input, or always the same, or the handler says.
enum class ResultType { same, real, integer, own };

/// Which element types an operator computes on.
enum class Types { reals, numbers, all, booleans };

struct OperatorRow {
    std::string_view name;
    Handler handler;
    int since;  ///< the first opset that has it
    ResultType result;
    Types types;
    std::string_view notes;
};

/// Domains that have operators here; the first is ONNX's own.
constexpr std::array<std::string_view, 2> operator_domains{"", "qonnx.custom_op.general"};

/// The rows of a domain (empty: ONNX's own), sorted by name; empty for unknown ones.
std::span<const OperatorRow> operators_of(std::string_view domain);
/// The row of an operator, null for an unknown one.
const OperatorRow* find_operator(std::string_view domain, std::string_view type);

}  // namespace sinew::read::onnx
