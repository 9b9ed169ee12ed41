// SPDX-License-Identifier: Apache-2.0
// Functions that are constant between jumps, as sums of steps at 0: floor and its like, comparisons.
#pragma once

#include <optional>
#include <vector>

#include "read/onnx/operator.hpp"

namespace sinew::read::onnx {

enum class Rounding { down, up, nearest_even, toward_zero };

/// What the results of a rounding are cut to; absent: nothing.
struct Saturation {
    std::optional<Integer> lower;
    std::optional<Integer> upper;
};

/// The whole number that `value` is rounded to.
Integer rounded(const Rational& value, Rounding rounding);

/// The tensor's elements rounded to whole numbers, between the ends of their saturation (one for each; none: no ends).
/// One step for each number that the elements can be rounded to but for the least: throws UnboundedSteps where the
/// inputs' domains leave infinitely many, InputError where they are too many.
Tensor rounded(Operator& node, Tensor tensor, Rounding rounding, const std::vector<Saturation>& saturation);

/// An element counts one more where it is at least `place`, or above it where the step is open.
struct Step {
    Rational place;
    bool is_open = false;
};

/// Where what is rounded becomes at least `number`.
Step step_to(const Integer& number, Rounding rounding);

/// begin[i] + how many of steps[i] element i of the tensor has reached.
Tensor stairs(Operator& node, Tensor tensor, const std::vector<std::vector<Step>>& steps, std::vector<Rational> begin);

/// 1 where an element is >= 0, else 0.
Tensor not_negative(Operator& node, Tensor tensor);
/// 1 - an element.
Tensor complement(Operator& node, Tensor tensor);
/// 1 where an element is 0, else 0; linear where elements are whole numbers between -1 and 0 or 0 and 1.
Tensor is_zero(Operator& node, Tensor tensor);

}  // namespace sinew::read::onnx
