// SPDX-License-Identifier: Apache-2.0
// Lines above and below piecewise-linear activations: one function an activation.
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "bounds/relaxation.hpp"

namespace sinew::bounds {

namespace {
/// Lines of these slopes as near to the graph as is proven; a side that has no finite intercept is the image's end.
Lines lines_of(const Relaxation& relaxation, Interval input, double lower_slope, double upper_slope) {
    Lines lines{lower_slope, relaxation.intercept_below(input, lower_slope), upper_slope,
                relaxation.intercept_above(input, upper_slope)};
    if (std::isfinite(lines.lower_intercept) && std::isfinite(lines.upper_intercept)) return lines;
    const Interval image = relaxation.image(input);
    if (std::isinf(lines.lower_intercept)) lines = {0, image.lower, lines.upper_slope, lines.upper_intercept};
    if (std::isinf(lines.upper_intercept)) lines = {lines.lower_slope, lines.lower_intercept, 0, image.upper};
    return lines;
}
}  // namespace

/// ReLU between its chord and a line through the origin (DeepPoly: Singh et al., An abstract domain for certifying
/// neural networks, POPL 2019): the lower slope is the one of 0 and 1 that leaves the smaller area.
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

/// Leaky ReLU: convex (slope < 1) or concave (slope > 1), so one side is the chord and the other a tangent at 0.
Lines relax_leaky_relu(const Relaxation& relaxation, Interval input) {
    const Interval slope = relaxation.pieces().front().slope;
    const double width = input.upper - input.lower;
    const bool convex = slope.upper <= 1;
    const double at_lower = slope.lower * input.lower;
    double chord = (input.upper - at_lower) / width;
    if (!std::isfinite(chord)) chord = convex ? 1 : slope.lower;
    // The tangent nearest to the function in area: the slope of the longer side.
    double tangent = input.upper > -input.lower ? 1 : slope.lower;
    if (!std::isfinite(tangent)) tangent = 0;
    return lines_of(relaxation, input, convex ? tangent : chord, convex ? chord : tangent);
}

/// Clip (HardTanh, ReLU6, satlin): a ramp between two constants. The upper line leaves the graph at the left end of the
/// interval or at the lower corner and meets the upper corner; the lower line mirrors it.
Lines relax_clip(const Relaxation& relaxation, Interval input) {
    const model::Activation& clip = relaxation.activation();
    const double corner_low = clip.lower ? to_nearest(*clip.lower) : -std::numeric_limits<double>::infinity();
    const double corner_high = clip.upper ? to_nearest(*clip.upper) : std::numeric_limits<double>::infinity();
    const bool below = input.lower < corner_low;   // the constant part on the left is reached
    const bool above = input.upper > corner_high;  // and on the right

    const double rise = std::min(input.upper, corner_high) - std::max(input.lower, corner_low);
    // Upper: the chord from the left end to the upper corner (or to the right end, if that comes first).
    double upper_slope = below ? rise / (std::min(input.upper, corner_high) - input.lower) : 1;
    // Lower: the chord from the lower corner (or the left end) to the right end.
    double lower_slope = above ? rise / (input.upper - std::max(input.lower, corner_low)) : 1;
    // A part that is longer than the ramp is better served by a constant on its own side.
    if (above && !below && input.upper - corner_high > rise) upper_slope = 0;
    if (below && !above && corner_low - input.lower > rise) lower_slope = 0;
    if (!std::isfinite(upper_slope)) upper_slope = 0;
    if (!std::isfinite(lower_slope)) lower_slope = 0;

    return lines_of(relaxation, input, lower_slope, upper_slope);
}

/// Step functions (sign, signum, hardlim), which jump at 0: each side is either the constant or the line from the end
/// of the interval to the edge of the jump, whichever leaves the smaller area.
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
    return lines_of(relaxation, input, lower_slope, upper_slope);
}

SlopeRanges slopes_of_leaky_relu(const Relaxation& relaxation, const Lines& usual) {
    const Interval slope = relaxation.pieces().front().slope;
    const SlopeRange tangents{std::min(slope.lower, 1.0), std::max(slope.lower, 1.0)};
    const SlopeRange lower{usual.lower_slope, usual.lower_slope};
    const SlopeRange upper{usual.upper_slope, usual.upper_slope};
    return slope.upper <= 1 ? SlopeRanges{tangents, upper} : SlopeRanges{lower, tangents};
}

/// At a corner that the interval goes beyond, every slope from the constant's to the chord's touches the graph.
SlopeRanges slopes_of_clip(const Relaxation& relaxation, Interval input, const Lines& usual) {
    const model::Activation& clip = relaxation.activation();
    const double infinity = std::numeric_limits<double>::infinity();
    const double corner_low = clip.lower ? to_nearest(*clip.lower) : -infinity;
    const double corner_high = clip.upper ? to_nearest(*clip.upper) : infinity;
    const bool below = input.lower < corner_low;
    const bool above = input.upper > corner_high;
    SlopeRanges ranges{{usual.lower_slope, usual.lower_slope}, {usual.upper_slope, usual.upper_slope}};
    const auto chord = [](double width, double height) {
        const double slope = height / width;
        return slope > 0 && slope <= 1 ? slope : 0.0;
    };
    const double height = std::min(input.upper, corner_high) - std::max(input.lower, corner_low);
    if (above) ranges.upper = {0, chord(corner_high - input.lower, height)};
    if (below) ranges.lower = {0, chord(input.upper - corner_low, height)};
    return ranges;
}

/// From the constant to the line through the end of the interval and the edge of the jump.
SlopeRanges slopes_of_step(const Relaxation& relaxation, Interval input) {
    const Interval image = relaxation.image(input);
    const double height = image.upper - image.lower;
    const auto slope = [&](double width) { return width > 0 && std::isfinite(height / width) ? height / width : 0.0; };
    return {{0, slope(input.upper)}, {0, slope(-input.lower)}};
}

/// Max-pooling: below it lies every member, above it the largest upper bound; where one member cannot be exceeded, the
/// pooling is that member (Singh et al., POPL 2019, section 4.5).
MaxPoolLines relax_max_pool(const std::vector<Interval>& window) {
    MaxPoolLines lines;
    lines.upper = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < window.size(); ++i) {
        if (window[i].lower > window[lines.lower_member].lower) lines.lower_member = i;
        lines.upper = std::max(lines.upper, window[i].upper);
    }
    lines.dominates = true;
    for (std::size_t i = 0; i < window.size(); ++i)
        if (i != lines.lower_member && window[i].upper > window[lines.lower_member].lower) lines.dominates = false;
    return lines;
}

}  // namespace sinew::bounds
