// ReLU between its chord and a line through the origin (DeepPoly: Singh et al., An abstract domain for certifying
// neural networks, POPL 2019): the lower slope is the one of 0 and 1 that leaves the smaller area.
#include "bounds/relaxation.hpp"

namespace sinew::bounds {

Lines relax_relu(Interval input) {
    const double lo = input.lower;
    const double hi = input.upper;
    const double infinity = std::numeric_limits<double>::infinity();
    if (lo >= 0) return {1, 0, 1, 0};
    if (hi <= 0) return {0, 0, 0, 0};
    Lines lines;
    lines.lower_slope = hi > -lo ? 1 : 0;
    lines.lower_intercept = 0;
    if (hi == infinity) {  // s - lo where lo is known
        lines.upper_slope = lo == -infinity ? 0 : 1;
        lines.upper_intercept = -lo;
        return lines;
    }
    double slope = hi / (hi - lo);  // any slope in [0, 1] will do, so its rounding does not matter
    if (!(slope >= 0 && slope <= 1)) slope = 0;
    lines.upper_slope = slope;
    // Convex: the line is above if it is at both ends.
    lines.upper_intercept = slope == 0 ? hi : std::max(mul_up(-slope, lo), mul_up(sub_up(1, slope), hi));
    return lines;
}

}  // namespace sinew::bounds
