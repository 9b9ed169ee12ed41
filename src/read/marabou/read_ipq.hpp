// SPDX-License-Identifier: Apache-2.0
// Marabou's input queries (.ipq): variables, their bounds, equations between them, and piecewise-linear constraints.
#pragma once

#include <string>
#include <string_view>

#include "model/query.hpp"

namespace sinew::read {

/// Reads an input query (gzip-compressed or not) with every constraint that Marabou serialises: `relu`, `leaky_relu`,
/// `max`, `absoluteValue`, `sign`, `disj`, `sigmoid`, `round`, and `bilinear` where one factor has equal bounds.
/// Variables that equations or constraints determine from the input variables become layers of a network; what else is
/// there of variables becomes inputs beside those of the query, as rounded values do (integers). What is left of the
/// equations, outputs that are determined twice, and bounds on what is no input, become conditions. Decimals are exact;
/// bounds at infinity are none. Throws InputError with the line, also for `softmax`, `bilinear` and unknown kinds.
model::Query read_ipq(const std::string& path);
model::Query parse_ipq(std::string_view text, const std::string& name);

}  // namespace sinew::read
