// SPDX-License-Identifier: Apache-2.0
// Comparisons of two whole numbers by factors of any length, as comparisons by short ones.
#pragma once

#include <cstdint>

#include "exact/rational.hpp"

namespace sinew::threshold {

/// x_factor · x + y_factor · y >= bound
struct HalfPlane {
    std::int64_t x_factor = 0;
    std::int64_t y_factor = 0;
    std::int64_t bound = 0;
};

/// The half-plane with factors of at most 4 · largest that holds the same whole points with |x|, |y| <= largest
/// (<= 2^20) as x_factor · x + y_factor · y >= bound, both factors not 0. O(largest · log(largest)).
HalfPlane short_half_plane(const Integer& x_factor, const Integer& y_factor, const Integer& bound,
                           std::int64_t largest);

}  // namespace sinew::threshold
