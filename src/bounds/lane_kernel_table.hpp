// SPDX-License-Identifier: Apache-2.0
// The inner loops on sixteen lanes that are compiled for each instruction set, as in kernels.hpp; lane_kernels.hpp and
// relaxed_lane_kernels.hpp are how others call them. Only plain arrays, for kernels_vector.hpp's reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sinew {
enum class InstructionSet;
}

namespace sinew::bounds {

/// Points a kernel call works on: two AVX-512 registers, eight rows of accumulators.
inline constexpr std::size_t lanes = 16;

/// An index list; null means 0 … count - 1.
struct LaneList {
    const std::uint32_t* index = nullptr;
    std::size_t count = 0;
};

/// Compressed rows as model::SparseMap has them.
struct SparseRows {
    const std::size_t* row_begin;
    const std::uint32_t* column;
    const double* weight;
};

/// The lines of a layer's ReLUs in every lane: slope·s below, upper_slope·s + upper_intercept above; `shift` is added
/// to the coefficient of the pre-activation (multipliers of split constraints).
struct ReluLines {
    double* slope;
    const double* upper_slope;
    const double* upper_intercept;
    double* shift;
};

/// The lines of a layer of other neurons in every lane. Of each neuron: the line in use on either side (slope and
/// intercept below, slope and intercept above); the pencils that they are chosen from (three slopes and three
/// intercepts below, the same above; any convex combination of valid lines is valid); the choice on either side
/// (relaxation.hpp, Pencil), and Adam's mean and square, which the sides share: one of them is in use. `shift` as
/// above. A line in use is valid as it is stored, for |s| <= magnitude: its intercept makes good for what rounding
/// costs. With u = 2^-53 the weights add up to 1 within u/2, two products and their sum are off by 2u, the last sum by
/// u, each of the extent Σ weight·(|slope|·magnitude + |intercept|): less than the 16u that are taken.
struct PencilLines {
    static constexpr std::size_t line_rows = 4;
    static constexpr std::size_t pencil_rows = 12;
    static constexpr std::size_t state_rows = 4;
    static constexpr double rounding = 0x1p-49;
    double* line;
    const double* pencil;
    double* state;
    const double* shift;
};

/// What Adam keeps of its means of derivatives and of their squares.
constexpr double keep_mean = 0.9;
constexpr double keep_square = 0.99;

/// Adam (Kingma and Ba, 2015) on a layer. role: 0 nothing to choose, 1 an open slope, 2 and -2 a multiplier of a split
/// (pre-activation >= 0, <= 0).
struct AscentState {
    const double* role;
    double* mean;
    double* square;
};
struct AscentStep {
    double slope_rate = 0;  ///< step of slopes, already corrected for the bias of `mean`
    double square_correction = 1;
    const double* multiplier_rate = nullptr;  ///< step of multipliers, by lane
};

struct LaneKernels {
    /// to[i] += Σ_k weight[i·i_stride + k·k_stride]·from[k] for i in `outputs`, k in `terms`, in their order.
    void (*dense)(const double* weight, std::size_t i_stride, std::size_t k_stride, const double* from, double* to,
                  LaneList outputs, LaneList terms);
    /// out[r] += Σ_c map[r][c]·in[c] for r in `rows`, and in[c] += Σ_r map[r][c]·out[r] over them.
    void (*sparse)(SparseRows map, LaneList rows, const double* in, double* out);
    void (*sparse_transposed)(SparseRows map, LaneList rows, const double* out, double* in);

    /// Those of relaxed_lane_kernels.hpp.
    void (*relax_backward)(LaneList list, const double* post, double* pre, const ReluLines& lines,
                           const double* magnitude, double* constant, double* absolute);
    void (*relax_forward)(LaneList list, const double* post, const double* in, double* out, const ReluLines& lines);
    void (*add_bias)(LaneList list, const double* coefficient, const double* bias, const double* budget,
                     double* constant, double* absolute);
    void (*concretise)(std::size_t count, const double* coefficient, const double* lower, const double* upper,
                       double* constant, double* absolute, double* at);
    void (*ascend)(LaneList list, const double* post, const double* in, const ReluLines& lines,
                   const AscentState& state, const AscentStep& step);

    /// `dense` with weights stored as floats, one of whose strides is 1; the same bits as with the same weights as
    /// doubles.
    void (*dense_floats)(const float* weight, std::size_t i_stride, std::size_t k_stride, const double* from,
                         double* to, LaneList outputs, LaneList terms);
    void (*pencil_backward)(LaneList list, const double* post, double* pre, const PencilLines& lines,
                            const double* magnitude, double* constant, double* absolute);
    void (*pencil_forward)(LaneList list, const double* post, const double* in, double* out, const PencilLines& lines);
    void (*pencil_ascend)(LaneList list, const double* post, const double* in, const PencilLines& lines,
                          const double* magnitude, const AscentStep& step);
};

/// The kernels of instruction_set().
const LaneKernels& lane_kernels();
/// Those of another that is usable.
const LaneKernels& lane_kernels(InstructionSet set);

}  // namespace sinew::bounds
