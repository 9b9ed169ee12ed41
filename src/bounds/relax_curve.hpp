// SPDX-License-Identifier: Apache-2.0
// Images of curved activations (model::is_curved) and lines above and below them, rounded outward.
#pragma once

#include "bounds/relaxation.hpp"

namespace sinew::bounds {

/// What the function takes on `input`, or more; the whole line where it has no value somewhere.
Interval image_curve(const model::Activation& activation, Interval input);
/// Some ten microseconds.
Lines relax_curve(const model::Activation& activation, Interval input);

}  // namespace sinew::bounds
