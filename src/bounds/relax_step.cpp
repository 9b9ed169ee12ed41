// Step functions (sign, signum, hardlim), which jump at 0: each side is either the constant or the line from the end
// of the interval to the edge of the jump, whichever leaves the smaller area.
#include "bounds/relaxation.hpp"

namespace sinew::bounds {

Lines relax_step(const Relaxation& relaxation, Interval input) {
    const Interval image = relaxation.image(input);
    const double height = image.upper - image.lower;
    double upper_slope = 0;
    double lower_slope = 0;
    if (input.lower < 0 && input.upper >= 0) {
        if (input.upper < -input.lower) upper_slope = height / -input.lower;
        if (-input.lower < input.upper) lower_slope = height / input.upper;
    }
    if (!std::isfinite(upper_slope)) upper_slope = 0;
    if (!std::isfinite(lower_slope)) lower_slope = 0;
    Lines lines{lower_slope, relaxation.intercept_below(input, lower_slope), upper_slope,
                relaxation.intercept_above(input, upper_slope)};
    if (std::isinf(lines.lower_intercept)) lines = {0, image.lower, lines.upper_slope, lines.upper_intercept};
    if (std::isinf(lines.upper_intercept)) lines = {lines.lower_slope, lines.lower_intercept, 0, image.upper};
    return lines;
}

}  // namespace sinew::bounds
