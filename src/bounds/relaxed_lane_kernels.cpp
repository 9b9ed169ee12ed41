// SPDX-License-Identifier: Apache-2.0
#include "bounds/relaxed_lane_kernels.hpp"

namespace sinew::bounds {

namespace {
LaneList list_of(std::span<const std::uint32_t> list) {
    return {list.data(), list.size()};
}
}  // namespace

void relax_backward(std::span<const std::uint32_t> list, const double* post, double* pre, const ReluLines& lines,
                    const double* magnitude, double* constant, double* absolute) {
    lane_kernels().relax_backward(list_of(list), post, pre, lines, magnitude, constant, absolute);
}
void relax_forward(std::span<const std::uint32_t> list, const double* post, const double* in, double* out,
                   const ReluLines& lines) {
    lane_kernels().relax_forward(list_of(list), post, in, out, lines);
}
void add_bias(std::span<const std::uint32_t> list, const double* coefficient, const double* bias, const double* budget,
              double* constant, double* absolute) {
    lane_kernels().add_bias(list_of(list), coefficient, bias, budget, constant, absolute);
}
void concretise_lanes(std::size_t count, const double* coefficient, const double* lower, const double* upper,
                      double* constant, double* absolute, double* at) {
    lane_kernels().concretise(count, coefficient, lower, upper, constant, absolute, at);
}
void ascend(std::span<const std::uint32_t> list, const double* post, const double* in, const ReluLines& lines,
            const AscentState& state, const AscentStep& step) {
    lane_kernels().ascend(list_of(list), post, in, lines, state, step);
}

void pencil_backward(std::span<const std::uint32_t> list, const double* post, double* pre, const PencilLines& lines,
                     const double* magnitude, double* constant, double* absolute) {
    lane_kernels().pencil_backward(list_of(list), post, pre, lines, magnitude, constant, absolute);
}
void pencil_forward(std::span<const std::uint32_t> list, const double* post, const double* in, double* out,
                    const PencilLines& lines) {
    lane_kernels().pencil_forward(list_of(list), post, in, out, lines);
}
void pencil_ascend(std::span<const std::uint32_t> list, const double* post, const double* in, const PencilLines& lines,
                   const double* magnitude, const AscentStep& step) {
    lane_kernels().pencil_ascend(list_of(list), post, in, lines, magnitude, step);
}

}  // namespace sinew::bounds
