// SPDX-License-Identifier: Apache-2.0
// HOT: the passes of relaxed_lane_kernels.hpp through layers of other activations than ReLU, included by
// kernels_<instruction set>.cpp after the products, whose Component it takes (kernels_vector.hpp says how).
#include "bounds/kernels_vector.hpp"
#include "bounds/lane_kernel_table.hpp"
#include "bounds/line_kernels_body.hpp"

namespace sinew::bounds {
namespace SINEW_KERNELS {
namespace {

void pencil_backward(LaneList list, const double* post, double* pre, const PencilLines& lines, const double* magnitude,
                     double* constant, double* absolute) {
    backward(list, post, pre, lines.shift, magnitude, constant, absolute, [&](std::size_t k, std::size_t v, Vector g) {
        const double* own = lines.line + k * PencilLines::line_rows * lanes + v * SINEW_LANES;
        const Mask below = g >= 0;
        return TakenLine{below ? load(own) : load(own + 2 * lanes),
                         g * (below ? load(own + lanes) : load(own + 3 * lanes))};
    });
}

void pencil_forward(LaneList list, const double* post, const double* in, double* out, const PencilLines& lines) {
    for (std::size_t n = 0; n < list.count; ++n) {
        const std::size_t k = at(list, n);
        for (std::size_t v = 0; v < Component::width; ++v) {
            const std::size_t place = k * lanes + v * SINEW_LANES;
            const double* own = lines.line + k * PencilLines::line_rows * lanes + v * SINEW_LANES;
            const Mask below = load(post + place) >= 0;
            const Vector slope = below ? load(own) : load(own + 2 * lanes);
            const Vector intercept = below ? load(own + lanes) : load(own + 3 * lanes);
            store(out + place, fused(slope, load(in + place), intercept));
        }
    }
}

/// The weights of a pencil's lines; their sum is within 2^-54 of 1.
struct PencilWeights {
    Vector first, second, third;
};
inline PencilWeights weights_of(Vector choice) {
    const Vector zero{};
    const Vector beside = choice - 1;
    const Vector distance = magnitude_of(beside);
    return {beside < 0 ? distance : zero, 1 - distance, beside < 0 ? zero : distance};
}
inline Vector combined(const PencilWeights& weights, Vector first, Vector second, Vector third) {
    return fused(weights.first, first, fused(weights.second, second, weights.third * third));
}

void pencil_ascend(LaneList list, const double* post, const double* in, const PencilLines& lines,
                   const double* magnitude, const AscentStep& step) {
    const Vector zero{};
    const Vector one = spread(1);
    const Vector two = spread(2);
    for (std::size_t n = 0; n < list.count; ++n) {
        const std::size_t k = at(list, n);
        const Vector size = spread(magnitude[k]);
        for (std::size_t v = 0; v < Component::width; ++v) {
            const std::size_t place = k * lanes + v * SINEW_LANES;
            const double* family = lines.pencil + k * PencilLines::pencil_rows * lanes + v * SINEW_LANES;
            double* own = lines.line + k * PencilLines::line_rows * lanes + v * SINEW_LANES;
            double* state = lines.state + k * PencilLines::state_rows * lanes + v * SINEW_LANES;
            const Vector g = load(post + place);
            const Vector s = load(in + place);
            const Mask below = g >= 0;
            const auto row = [&](std::size_t i) {
                return below ? load(family + i * lanes) : load(family + (i + 6) * lanes);
            };
            const Vector slope[3] = {row(0), row(1), row(2)};
            const Vector intercept[3] = {row(3), row(4), row(5)};
            const Vector lower_choice = load(state);
            const Vector upper_choice = load(state + lanes);
            const Vector choice = below ? lower_choice : upper_choice;
            const Mask left = choice < one;
            const Vector turn = left ? slope[1] - slope[0] : slope[2] - slope[1];
            const Vector rise = left ? intercept[1] - intercept[0] : intercept[2] - intercept[1];
            const Vector derivative = g * fused(turn, s, rise);
            const Vector direction =
                adam_direction(derivative, state + 2 * lanes, state + 3 * lanes, step.square_correction);
            const Vector moved = fused(spread(step.slope_rate), direction, choice);
            const Vector next = moved > zero ? (moved < two ? moved : two) : zero;
            store(state, below ? next : lower_choice);
            store(state + lanes, below ? upper_choice : next);
            const PencilWeights weights = weights_of(next);
            const Vector k_next = combined(weights, slope[0], slope[1], slope[2]);
            const Vector c_next = combined(weights, intercept[0], intercept[1], intercept[2]);
            const Vector extent = fused(
                combined(weights, magnitude_of(slope[0]), magnitude_of(slope[1]), magnitude_of(slope[2])), size,
                combined(weights, magnitude_of(intercept[0]), magnitude_of(intercept[1]), magnitude_of(intercept[2])));
            const Vector slack = PencilLines::rounding * extent;
            store(own, below ? k_next : load(own));
            store(own + lanes, below ? c_next - slack : load(own + lanes));
            store(own + 2 * lanes, below ? load(own + 2 * lanes) : k_next);
            store(own + 3 * lanes, below ? load(own + 3 * lanes) : c_next + slack);
        }
    }
}

}  // namespace
}  // namespace SINEW_KERNELS
}  // namespace sinew::bounds
