// SPDX-License-Identifier: Apache-2.0
// The inner loops of back-substitution. Coefficients are stored component by component, the rows of a block side by
// side ("lanes"): component k of a block with `stride` lanes is at k·stride. So every kind of layer (dense, sparse,
// convolution, activation, pooling) is a vector operation over lanes, dead neurons are skipped by leaving their index
// out of a list, and the network's own weights are read where they are. The alternative, rows contiguous and weights
// packed for each node, needs a second copy of everything and a different kernel a layer kind.
// The same source is compiled for each instruction set (kernels_*.cpp) and chosen when the program runs.
// Callers count on |error| <= γ_n·Σ|terms| alone. More is kept, and tested: sums run in the order of the lists,
// products are fused with the addition wherever the source says `fused`, so that all instruction sets with fused
// operations give the same bits, and the baseline the same bits on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sinew {
enum class InstructionSet;
}

namespace sinew::bounds {

/// Lines of the neurons of one layer that are neither dead nor the identity, in the order of their index list.
struct LineArrays {
    const double* lower_slope;
    const double* lower_intercept;
    const double* upper_slope;
    const double* upper_intercept;
};

/// `constant` is the running constant of each lane, `absolute` the running sum of magnitudes that the error budget is
/// a multiple of. `stride` is a multiple of lane_multiple; all lanes are computed.
struct Lanes {
    double* constant;
    double* absolute;
    std::size_t stride;
};

inline constexpr std::size_t lane_multiple = 8;

/// Components, each with the place of its weights.
struct GatherList {
    const std::uint32_t* component;
    const std::uint32_t* weight;
    std::size_t count;
};

struct Kernels {
    /// to[c] (+)= Σ_{r in rows} weights[r·columns_of_weights + c]·from[r] for c in `columns`.
    void (*dense)(const double* weights, std::size_t columns_of_weights, const std::uint32_t* rows,
                  std::size_t row_count, const std::uint32_t* columns, std::size_t column_count, const double* from,
                  double* to, std::size_t stride, bool accumulate);
    /// to[column[i]] += weight[i]·from for i < count; `from` is one component.
    void (*scatter)(const std::uint32_t* column, const double* weight, std::size_t count, const double* from,
                    double* to, std::size_t stride);
    /// to[o.component] += Σ_t weights[o.weight + t.weight]·from[t.component] for o in `outputs`, over t in `terms` in
    /// their order: one or more output positions of a convolution that see the same part of the image.
    void (*gather)(const double* weights, const double* from, double* to, GatherList outputs, GatherList terms,
                   std::size_t stride);
    /// to[k] (+)= slope·from[k] for k = index[i], i < count, with the lower line where from[k] > 0, else the upper one.
    void (*relax)(const std::uint32_t* index, std::size_t count, LineArrays lines, const double* magnitude,
                  const double* from, double* to, Lanes lanes, bool accumulate);
    /// to[k] += from[k] for k = index[i]: the identity into a layer that others read too.
    void (*pass)(const std::uint32_t* index, std::size_t count, const double* magnitude, const double* from, double* to,
                 Lanes lanes);
    /// constant += from[k]·bias[k], absolute += |from[k]|·budget[k] for k = index[i].
    void (*bias)(const std::uint32_t* index, std::size_t count, const double* bias, const double* budget,
                 const double* from, Lanes lanes);
    /// constant += min over [lower[k], upper[k]] of from[k]·x for k < count, absolute likewise.
    void (*concretise)(std::size_t count, const double* lower, const double* upper, const double* from, Lanes lanes);
    /// One pooling window bounded below by `to` (a component of the source) and above by `upper`, or by `to` as well.
    void (*pool)(const double* from, double* to, double upper, bool dominates, double magnitude, Lanes lanes);
    /// `dense` with weights stored as floats; the same bits as with the same weights as doubles.
    void (*dense_floats)(const float* weights, std::size_t columns_of_weights, const std::uint32_t* rows,
                         std::size_t row_count, const std::uint32_t* columns, std::size_t column_count,
                         const double* from, double* to, std::size_t stride, bool accumulate);
};

/// The kernels of instruction_set().
const Kernels& kernels();
/// Those of another that is usable.
const Kernels& kernels(InstructionSet set);

}  // namespace sinew::bounds
