// Clip (HardTanh, ReLU6, satlin): a ramp between two constants. The upper line leaves the graph at the left end of the
// interval or at the lower corner and meets the upper corner; the lower line mirrors it.
#include "bounds/relaxation.hpp"

namespace sinew::bounds {

Lines relax_clip(const Relaxation& relaxation, Interval input) {
    const model::Activation& clip = relaxation.activation();
    const Interval image = relaxation.image(input);
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

    Lines lines{lower_slope, relaxation.intercept_below(input, lower_slope), upper_slope,
                relaxation.intercept_above(input, upper_slope)};
    if (std::isinf(lines.lower_intercept)) lines = {0, image.lower, lines.upper_slope, lines.upper_intercept};
    if (std::isinf(lines.upper_intercept)) lines = {lines.lower_slope, lines.lower_intercept, 0, image.upper};
    return lines;
}

}  // namespace sinew::bounds
