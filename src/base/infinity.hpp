// SPDX-License-Identifier: Apache-2.0
// The infinite double: "no bound yet", and the bound of what has none.
#pragma once

#include <limits>

namespace sinew {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace sinew
