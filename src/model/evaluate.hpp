// SPDX-License-Identifier: Apache-2.0
// What a network computes: exactly over rationals, and as a float32 program does.
#pragma once

#include <span>
#include <vector>

#include "model/query.hpp"

namespace sinew::model {

/// Values of all variables of `network`, exactly, from the values of its input variables (in input_variables() order).
/// Piecewise-linear layers only (ContractBreach for sigmoid and tanh).
std::vector<Rational> evaluate(const Network& network, std::span<const Rational> inputs);

/// The same in double arithmetic, what tests and benchmarks compare with.
std::vector<double> evaluate_double(const Network& network, std::span<const double> inputs);

/// The same in float32 as an ONNX runtime computes it (weights and sums rounded to float32, sums in index order).
std::vector<float> replay_float32(const Network& network, std::span<const float> inputs);

/// True iff the domains and both conditions hold for these values of all variables and Booleans.
bool satisfies(const Query& query, std::span<const Rational> values, const std::vector<bool>& booleans);

}  // namespace sinew::model
