// SPDX-License-Identifier: Apache-2.0
// Neurons "as written": piecewise-linear activations and maxima of rational forms over integers, exactly.
#pragma once

#include <optional>
#include <span>

#include "integer/forms.hpp"
#include "model/activation.hpp"

namespace sinew::integer {

/// act(argument) as a form over the model's variables, with the constraints that make it so. A literal says on which
/// side of each breakpoint the argument lies. Absent if its values over a common denominator go beyond ±largest_value.
/// `activation` must be piecewise linear.
std::optional<LinearForm> add_activation(Forms& forms, const model::Activation& activation, const LinearForm& argument);

/// The maximum of one form or more; absent as above.
std::optional<LinearForm> add_maximum(Forms& forms, std::span<const LinearForm> members);

}  // namespace sinew::integer
