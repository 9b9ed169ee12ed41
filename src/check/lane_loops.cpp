// SPDX-License-Identifier: Apache-2.0
// HOT: compiled for several instruction sets, of which the loader chooses; all compute the same bits, since nothing is
// summed over lanes and no products are fused.
#include "check/lane_loops.hpp"

#include <cmath>

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
#define SINEW_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define SINEW_CLONES
#endif

namespace sinew::check {

namespace {
using Vector = double __attribute__((vector_size(sizeof(double) * lane_unit), aligned(sizeof(double)), may_alias));

/// Columns whose sums are kept in registers at a time.
constexpr std::size_t block = 4;

template <std::size_t vectors, std::size_t width, class Weight>
inline __attribute__((always_inline)) void carry_columns(const Weight* weights, const DenseCarry& carry,
                                                         const std::uint32_t* to) {
    constexpr std::size_t stride = vectors * lane_unit;
    Vector sum[width][vectors];
    for (std::size_t c = 0; c < width; ++c)
        for (std::size_t v = 0; v < vectors; ++v)
            sum[c][v] =
                carry.adds ? *reinterpret_cast<const Vector*>(carry.into + to[c] * stride + v * lane_unit) : Vector{};
    for (const std::uint32_t row : carry.rows) {
        const Weight* const of_row = weights + row * carry.columns;
        Vector from[vectors];
        for (std::size_t v = 0; v < vectors; ++v)
            from[v] = *reinterpret_cast<const Vector*>(carry.from + row * stride + v * lane_unit);
        for (std::size_t c = 0; c < width; ++c) {
            const auto weight = static_cast<double>(of_row[to[c]]);
            for (std::size_t v = 0; v < vectors; ++v) sum[c][v] += weight * from[v];
        }
    }
    for (std::size_t c = 0; c < width; ++c)
        for (std::size_t v = 0; v < vectors; ++v)
            *reinterpret_cast<Vector*>(carry.into + to[c] * stride + v * lane_unit) = sum[c][v];
}

template <std::size_t vectors, class Weight>
inline __attribute__((always_inline)) void carry_all(const Weight* weights, const DenseCarry& carry) {
    std::size_t c = 0;
    for (; c + block <= carry.to.size(); c += block) carry_columns<vectors, block>(weights, carry, carry.to.data() + c);
    for (; c < carry.to.size(); ++c) carry_columns<vectors, 1>(weights, carry, carry.to.data() + c);
}

template <class Weight>
inline __attribute__((always_inline)) void carry_any(const Weight* weights, const DenseCarry& carry,
                                                     std::size_t stride) {
    switch (stride / lane_unit) {
        case 1:
            return carry_all<1>(weights, carry);
        case 2:
            return carry_all<2>(weights, carry);
        case 3:
            return carry_all<3>(weights, carry);
        default:
            return carry_all<4>(weights, carry);
    }
}
static_assert(most_lanes == 4 * lane_unit);
}  // namespace

SINEW_CLONES void carry_dense(const double* weights, const DenseCarry& carry, std::size_t stride) {
    carry_any(weights, carry, stride);
}

SINEW_CLONES void carry_dense(const float* weights, const DenseCarry& carry, std::size_t stride) {
    carry_any(weights, carry, stride);
}

SINEW_CLONES void add_scaled(double weight, const double* from, double* into, std::size_t stride) {
    for (std::size_t l = 0; l < stride; ++l) into[l] += weight * from[l];
}

SINEW_CLONES void add_magnitude(double magnitude, const double* from, double* error, std::size_t stride) {
    for (std::size_t l = 0; l < stride; ++l) error[l] += magnitude * std::fabs(from[l]);
}

SINEW_CLONES void carry_lines(double lower_slope, double lower_intercept, double upper_slope, double upper_intercept,
                              const double* from, double* into, double* constant, std::size_t stride) {
    for (std::size_t l = 0; l < stride; ++l) {
        const double c = from[l];
        into[l] += c * (c > 0 ? lower_slope : upper_slope);
        constant[l] += c * (c > 0 ? lower_intercept : upper_intercept);
    }
}

SINEW_CLONES void carry_own_lines(const double* lines, const double* from, double* into, double* constant,
                                  std::size_t stride) {
    const double* const lower_slope = lines;
    const double* const lower_intercept = lines + stride;
    const double* const upper_slope = lines + 2 * stride;
    const double* const upper_intercept = lines + 3 * stride;
    for (std::size_t l = 0; l < stride; ++l) {
        const double c = from[l];
        into[l] += c * (c > 0 ? lower_slope[l] : upper_slope[l]);
        constant[l] += c * (c > 0 ? lower_intercept[l] : upper_intercept[l]);
    }
}

SINEW_CLONES void add_least(double lower, double upper, const double* from, double* sum, std::size_t stride) {
    for (std::size_t l = 0; l < stride; ++l) sum[l] += from[l] * (from[l] > 0 ? lower : upper);
}

bool all_zero(const double* from, std::size_t stride) {
    for (std::size_t l = 0; l < stride; ++l)
        if (from[l] != 0) return false;
    return true;
}

}  // namespace sinew::check
