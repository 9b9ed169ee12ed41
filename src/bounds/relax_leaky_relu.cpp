// Leaky ReLU: convex (slope < 1) or concave (slope > 1), so one side is the chord and the other a tangent at 0.
#include "bounds/relaxation.hpp"

namespace sinew::bounds {

Lines relax_leaky_relu(const Relaxation& relaxation, Interval input) {
    const Interval slope = relaxation.pieces().front().slope;
    const Interval image = relaxation.image(input);
    const double width = input.upper - input.lower;
    const bool convex = slope.upper <= 1;
    const double at_lower = slope.lower * input.lower;
    double chord = (input.upper - at_lower) / width;
    if (!std::isfinite(chord)) chord = convex ? 1 : slope.lower;
    // The tangent nearest to the function in area: the slope of the longer side.
    double tangent = input.upper > -input.lower ? 1 : slope.lower;
    if (!std::isfinite(tangent)) tangent = 0;
    Lines lines;
    lines.lower_slope = convex ? tangent : chord;
    lines.upper_slope = convex ? chord : tangent;
    lines.lower_intercept = relaxation.intercept_below(input, lines.lower_slope);
    lines.upper_intercept = relaxation.intercept_above(input, lines.upper_slope);
    if (std::isinf(lines.lower_intercept)) lines = {0, image.lower, lines.upper_slope, lines.upper_intercept};
    if (std::isinf(lines.upper_intercept)) lines = {lines.lower_slope, lines.lower_intercept, 0, image.upper};
    return lines;
}

}  // namespace sinew::bounds
