// SPDX-License-Identifier: Apache-2.0
// Products of two components between planes: relaxation.hpp says which and why they are valid.
#include <algorithm>
#include <cmath>

#include "base/infinity.hpp"
#include "bounds/relaxation.hpp"

namespace sinew::bounds {

namespace {
/// Near the middle; the planes are valid wherever it is.
double near_middle(Interval s) {
    return s.lower + (s.upper - s.lower) / 2;
}

/// Neither infinite nor so large that differences are.
bool is_usable(Interval s) {
    return s.lower <= s.upper && std::isfinite(s.upper - s.lower);
}
}  // namespace

Interval square(Interval x) {
    if (!(x.lower <= x.upper)) return {};
    const double small = x.lower > 0 ? x.lower : x.upper < 0 ? -x.upper : 0;
    const double large = x.magnitude();
    return {mul_down(small, small), mul_up(large, large)};
}

ProductPlanes relax_product(Interval x, Interval y) {
    const Interval image = x * y;
    ProductPlanes planes{0, 0, image.lower, image.upper};
    if (!is_usable(x) || !is_usable(y)) return planes;
    const double left = x.lower == x.upper ? 0 : near_middle(y);
    const double right = y.lower == y.upper ? 0 : near_middle(x);
    double lower = infinity;
    double upper = -infinity;
    for (const double at : {x.lower, x.upper})
        for (const double other : {y.lower, y.upper}) {
            const double below = sub_down(sub_down(mul_down(at, other), mul_up(left, at)), mul_up(right, other));
            const double above = sub_up(sub_up(mul_up(at, other), mul_down(left, at)), mul_down(right, other));
            if (!std::isfinite(below) || !std::isfinite(above)) return planes;
            lower = std::min(lower, below);
            upper = std::max(upper, above);
        }
    return {left, right, lower, upper};
}

ProductPlanes relax_square(Interval x) {
    const Interval image = square(x);
    ProductPlanes planes{0, 0, image.lower, image.upper};
    if (!is_usable(x) || x.lower == x.upper) return planes;
    // x² - k·x is smallest at k/2, where it is -k²/4, and largest at an end.
    const double slope = x.lower + x.upper;
    const double half = slope / 2;
    const auto at_end = [&](double end) { return sub_up(mul_up(end, end), mul_down(slope, end)); };
    const double lower = -mul_up(half, half);
    const double upper = std::max(at_end(x.lower), at_end(x.upper));
    if (!std::isfinite(lower) || !std::isfinite(upper) || std::fabs(slope) < 0x1p-900) return planes;
    return {slope, 0, lower, upper};
}

}  // namespace sinew::bounds
