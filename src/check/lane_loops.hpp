// SPDX-License-Identifier: Apache-2.0
// The inner loops of the checker's bounding, on several rows at once: a lane a row, `stride` of them side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sinew::check {

/// Rows that are bounded together at most, and of what their number is a multiple.
inline constexpr std::size_t most_lanes = 32;
inline constexpr std::size_t lane_unit = 8;

/// into[c] (+)= Σ from[r]·weights[r·columns + c] over the `rows`, for each of the columns `to`: coefficients through a
/// dense map of floats or doubles.
struct DenseCarry {
    std::size_t columns = 0;
    std::span<const std::uint32_t> rows, to;
    const double* from = nullptr;
    double* into = nullptr;
    bool adds = false;  ///< to what is there; else in its place
};
void carry_dense(const double* weights, const DenseCarry& carry, std::size_t stride);
void carry_dense(const float* weights, const DenseCarry& carry, std::size_t stride);
/// into += weight·from.
void add_scaled(double weight, const double* from, double* into, std::size_t stride);
/// error += magnitude·|from|.
void add_magnitude(double magnitude, const double* from, double* error, std::size_t stride);
/// What the lines of one neuron make of its coefficients: the lower one where they are positive, else the upper one.
void carry_lines(double lower_slope, double lower_intercept, double upper_slope, double upper_intercept,
                 const double* from, double* into, double* constant, std::size_t stride);
/// The same with lines of its own in every lane: four numbers a lane, in the order of the arguments above.
void carry_own_lines(const double* lines, const double* from, double* into, double* constant, std::size_t stride);
/// sum += the least that from·x can be where lower <= x <= upper.
void add_least(double lower, double upper, const double* from, double* sum, std::size_t stride);
bool all_zero(const double* from, std::size_t stride);

}  // namespace sinew::check
