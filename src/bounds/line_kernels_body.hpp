// SPDX-License-Identifier: Apache-2.0
// HOT: what the passes through ReLU neurons and through pencils of lines share, included by both bodies, whose
// Component it takes (kernels_vector.hpp says how).
#pragma once

#include "bounds/kernels_vector.hpp"
#include "bounds/lane_kernel_table.hpp"

namespace sinew::bounds {
namespace SINEW_KERNELS {
namespace {

/// The slope of the line that a coefficient takes, and its intercept times the coefficient.
struct TakenLine {
    Vector slope;
    Vector lift;
};

/// pre[k] += line(post[k]) + shift[k]; constant += post·intercept; absolute += what rounding errors are a multiple of.
/// `taken(k, v, g)` is the line of neuron k for the coefficients g of the v-th vector of lanes.
template <class Taken>
inline void backward(LaneList list, const double* post, double* pre, const double* shifts, const double* magnitude,
                     double* constant, double* absolute, Taken taken) {
    Component sum = load_component(constant);
    Component error = load_component(absolute);
    for (std::size_t n = 0; n < list.count; ++n) {
        const std::size_t k = at(list, n);
        const Vector size = spread(magnitude[k]);
        for (std::size_t v = 0; v < Component::width; ++v) {
            const std::size_t place = k * lanes + v * SINEW_LANES;
            const Vector g = load(post + place);
            const TakenLine line = taken(k, v, g);
            const Vector shift = load(shifts + place);
            const Vector moved = g * line.slope;
            sum.part[v] += line.lift;
            error.part[v] += fused(magnitude_of(moved) + magnitude_of(shift), size, magnitude_of(line.lift));
            store(pre + place, load(pre + place) + (moved + shift));
        }
    }
    store_component(constant, sum);
    store_component(absolute, error);
}

/// Adam's direction after one more derivative; `mean` and `square` are what it keeps.
inline Vector adam_direction(Vector derivative, double* mean, double* square, double square_correction) {
    const Vector new_mean = fused(spread(keep_mean), load(mean), (1 - keep_mean) * derivative);
    const Vector new_square = fused(spread(keep_square), load(square), (1 - keep_square) * derivative * derivative);
    store(mean, new_mean);
    store(square, new_square);
    return new_mean / (root(new_square * square_correction) + 1e-12);
}

}  // namespace
}  // namespace SINEW_KERNELS
}  // namespace sinew::bounds
