// SPDX-License-Identifier: Apache-2.0
// Makes a query that shows something small: fewer neurons, conditions and digits, while it still shows it.
#pragma once

#include <functional>

#include "oracle/sketch.hpp"

namespace sinew::oracle {

/// Greedy: tries every cut from coarse to fine and keeps those after which `shows` still holds, until none does or
/// `seconds` have passed. `shows(sketch)` must hold at the start.
Sketch shrink(Sketch sketch, const std::function<bool(const Sketch&)>& shows, double seconds);

}  // namespace sinew::oracle
