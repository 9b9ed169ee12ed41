// SPDX-License-Identifier: Apache-2.0
// VNN-LIB 1.0: the question that is asked about an ONNX network.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/query.hpp"

namespace sinew::read {

/// Adds the domains and conditions of a VNN-LIB text to `query`, whose network has the given inputs (X_0, X_1, …) and
/// outputs (Y_0, Y_1, …). What top-level assertions say about one input alone, not strictly, becomes its domain; what
/// else speaks of inputs only goes to the input condition, the rest to the output condition.
/// Reads declare-const and declare-fun of all X_i and Y_j as Real, assert with and, or, not, =>, xor, ite, < <= > >= =
/// distinct, linear arithmetic + - * /, let, annotations (!), define-fun and define-const; set-logic, set-info,
/// set-option, check-sat, get-model and exit mean nothing. Throws InputError with line and column. Time is proportional
/// to the text's length (times its logarithm).
void parse_vnnlib(std::string_view text, const std::string& file, std::span<const Variable> inputs,
                  std::span<const Variable> outputs, model::Query& query);

/// Where such a text says that the inputs lie: what its assertions, all of which hold, say about single ones. The
/// network is not needed.
std::vector<model::Domain> vnnlib_domains(std::string_view text, const std::string& file, std::size_t input_count);

/// The question of a pair of files (each gzip-compressed or not). A network that ends in Softmax or LogSoftmax is read
/// without it where every condition on outputs compares two outputs, Y_i ⋈ Y_j, which softmax does not change;
/// otherwise it is an error. The witness's outputs are then the values before the softmax.
model::Query read_verification_query(const std::string& onnx_path, const std::string& vnnlib_path);

}  // namespace sinew::read
