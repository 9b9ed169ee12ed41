// SPDX-License-Identifier: Apache-2.0
// Marabou's input queries (.ipq): variables, their bounds, equations between them, and piecewise-linear constraints.
#pragma once

#include <string>
#include <string_view>

#include "model/query.hpp"

namespace sinew::read {

/// Reads an input query (gzip-compressed or not) with `sign`, `relu`, `absoluteValue` and `sigmoid` constraints.
/// Variables that equations or constraints determine from the input variables become layers of a network; what is left
/// of the equations, and bounds on what is no input, become conditions. Decimals are exact. Throws InputError with the
/// line, also for variables that the inputs do not determine and for other constraints.
model::Query read_ipq(const std::string& path);
model::Query parse_ipq(std::string_view text, const std::string& name);

}  // namespace sinew::read
