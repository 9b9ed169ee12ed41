// SPDX-License-Identifier: Apache-2.0
// The passes of relaxed_lanes.hpp through one layer, sixteen lanes at a time. All matrices start at the layer's
// first component; `list` names the components to visit.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "bounds/lane_kernel_table.hpp"

namespace sinew::bounds {

/// pre[k] += line(post[k]) + shift[k]; constant += post·intercept; absolute += what rounding errors are a multiple of.
void relax_backward(std::span<const std::uint32_t> list, const double* post, double* pre, const ReluLines& lines,
                    const double* magnitude, double* constant, double* absolute);

/// out[k] = the line that relax_backward used with coefficients `post`, at pre-activation value in[k].
void relax_forward(std::span<const std::uint32_t> list, const double* post, const double* in, double* out,
                   const ReluLines& lines);

/// constant += coefficient[k]·bias[k], absolute += |coefficient[k]|·budget[k].
void add_bias(std::span<const std::uint32_t> list, const double* coefficient, const double* bias, const double* budget,
              double* constant, double* absolute);

/// constant += the least coefficient·x over the box for `count` inputs; `at`, when given, receives the x.
void concretise_lanes(std::size_t count, const double* coefficient, const double* lower, const double* upper,
                      double* constant, double* absolute, double* at);

/// A step of Adam on a layer's slopes and multipliers.
void ascend(std::span<const std::uint32_t> list, const double* post, const double* in, const ReluLines& lines,
            const AscentState& state, const AscentStep& step);

/// What Adam keeps of the derivatives of one multiplier.
struct Moments {
    double mean = 0;
    double square = 0;

    /// The direction after one more derivative.
    double direction(double derivative, double square_correction) {
        mean = keep_mean * mean + (1 - keep_mean) * derivative;
        square = keep_square * square + (1 - keep_square) * derivative * derivative;
        return mean / (std::sqrt(square * square_correction) + 1e-12);
    }
};

/// The same passes through a layer of other neurons; the last is a step on its choices of lines alone.
void pencil_backward(std::span<const std::uint32_t> list, const double* post, double* pre, const PencilLines& lines,
                     const double* magnitude, double* constant, double* absolute);
void pencil_forward(std::span<const std::uint32_t> list, const double* post, const double* in, double* out,
                    const PencilLines& lines);
void pencil_ascend(std::span<const std::uint32_t> list, const double* post, const double* in, const PencilLines& lines,
                   const double* magnitude, const AscentStep& step);

}  // namespace sinew::bounds
