// SPDX-License-Identifier: Apache-2.0
// HOT: the passes of relaxed_lane_kernels.hpp, included by kernels_<instruction set>.cpp after the products, whose
// Component it takes (kernels_vector.hpp says how). Holds their table.
#include "bounds/float_kernels_body.hpp"
#include "bounds/kernels_vector.hpp"
#include "bounds/lane_kernel_table.hpp"
#include "bounds/line_kernels_body.hpp"

namespace sinew::bounds {
namespace SINEW_KERNELS {
namespace {

void relax_backward(LaneList list, const double* post, double* pre, const ReluLines& lines, const double* magnitude,
                    double* constant, double* absolute) {
    backward(list, post, pre, lines.shift, magnitude, constant, absolute, [&](std::size_t k, std::size_t v, Vector g) {
        const std::size_t place = k * lanes + v * SINEW_LANES;
        const Mask below = g >= 0;
        return TakenLine{below ? load(lines.slope + place) : load(lines.upper_slope + place),
                         below ? Vector{} : g * load(lines.upper_intercept + place)};
    });
}

void relax_forward(LaneList list, const double* post, const double* in, double* out, const ReluLines& lines) {
    for (std::size_t n = 0; n < list.count; ++n) {
        for (std::size_t v = 0; v < Component::width; ++v) {
            const std::size_t place = at(list, n) * lanes + v * SINEW_LANES;
            const Mask below = load(post + place) >= 0;
            const Vector slope = below ? load(lines.slope + place) : load(lines.upper_slope + place);
            const Vector intercept = below ? Vector{} : load(lines.upper_intercept + place);
            store(out + place, fused(slope, load(in + place), intercept));
        }
    }
}

void add_bias(LaneList list, const double* coefficient, const double* bias, const double* budget, double* constant,
              double* absolute) {
    Component sum = load_component(constant);
    Component error = load_component(absolute);
    for (std::size_t n = 0; n < list.count; ++n) {
        const std::size_t k = at(list, n);
        const Vector b = spread(bias[k]);
        const Vector e = spread(budget[k]);
        for (std::size_t v = 0; v < Component::width; ++v) {
            const Vector g = load(coefficient + k * lanes + v * SINEW_LANES);
            sum.part[v] = fused(g, b, sum.part[v]);
            error.part[v] = fused(magnitude_of(g), e, error.part[v]);
        }
    }
    store_component(constant, sum);
    store_component(absolute, error);
}

void concretise_lanes(std::size_t count, const double* coefficient, const double* lower, const double* upper,
                      double* constant, double* absolute, double* where) {
    Component sum = load_component(constant);
    Component error = load_component(absolute);
    for (std::size_t k = 0; k < count; ++k) {
        const Vector low = spread(lower[k]);
        const Vector high = spread(upper[k]);
        for (std::size_t v = 0; v < Component::width; ++v) {
            const std::size_t place = k * lanes + v * SINEW_LANES;
            const Vector g = load(coefficient + place);
            const Vector x = g >= 0 ? low : high;
            const Vector term = g * x;
            sum.part[v] += term;
            error.part[v] += magnitude_of(term);
            store(where + place, x);
        }
    }
    store_component(constant, sum);
    store_component(absolute, error);
}

void ascend(LaneList list, const double* post, const double* in, const ReluLines& lines, const AscentState& state,
            const AscentStep& step) {
    const Vector zero{};
    const Vector one = spread(1);
    for (std::size_t n = 0; n < list.count; ++n) {
        for (std::size_t v = 0; v < Component::width; ++v) {
            const std::size_t place = at(list, n) * lanes + v * SINEW_LANES;
            const Vector role = load(state.role + place);
            const Vector side = -0.5 * role;
            const Vector g = load(post + place);
            const Vector s = load(in + place);
            const Mask open = role == 1;
            const Vector derivative = open ? (g > 0 ? g * s : zero) : side * s;
            const Vector direction =
                adam_direction(derivative, state.mean + place, state.square + place, step.square_correction);
            const Vector old_slope = load(lines.slope + place);
            const Vector moved = fused(spread(step.slope_rate), direction, old_slope);
            const Vector slope = moved < 0 ? zero : moved > 1 ? one : moved;
            store(lines.slope + place, open ? slope : old_slope);
            // shift = -role/2·multiplier
            const Vector rate = load(step.multiplier_rate + v * SINEW_LANES);
            const Vector multiplier = fused(rate, direction, side * load(lines.shift + place));
            store(lines.shift + place, open ? zero : side * (multiplier < 0 ? zero : multiplier));
        }
    }
}

}  // namespace

extern const LaneKernels lane_table;
const LaneKernels lane_table = {product,        sparse,          sparse_transposed, relax_backward,
                                relax_forward,  add_bias,        concretise_lanes,  ascend,
                                product_floats, pencil_backward, pencil_forward,    pencil_ascend};

}  // namespace SINEW_KERNELS
}  // namespace sinew::bounds
