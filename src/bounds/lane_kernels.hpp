// SPDX-License-Identifier: Apache-2.0
// Matrix products on sixteen points at once: every neuron holds sixteen doubles side by side ("lanes"), so that dense,
// convolution and sparse maps all vectorise over the lanes, forward and transposed, without a copy of the weights.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "bounds/lane_kernel_table.hpp"
#include "model/linear_map.hpp"

namespace sinew::bounds {

/// How the memory of a matrix goes back.
struct LaneMemory {
    std::size_t mapped = 0;  ///< bytes, or 0: it was allocated
    void operator()(double* data) const;
};

/// rows × lanes doubles, row-major, on cache lines. Rows of large matrices take memory once they are written to.
class LaneMatrix {
  public:
    LaneMatrix() = default;
    explicit LaneMatrix(std::size_t rows) { resize(rows); }

    /// Room for `rows` rows; if it grows, what was there is lost and all rows are 0.
    void resize(std::size_t rows);
    /// All rows are 0, and if they are many they take no memory.
    void forget();
    /// What these rows hold is of no use: they may come to be 0 and take no memory.
    void forget(std::size_t first, std::size_t count);
    std::size_t rows() const { return rows_; }
    double* row(std::size_t r) { return data_.get() + r * lanes; }
    const double* row(std::size_t r) const { return data_.get() + r * lanes; }
    void fill(double value);

  private:
    std::unique_ptr<double, LaneMemory> data_;
    std::size_t rows_ = 0;
    std::size_t capacity_ = 0;
};

/// Rows and columns of a map that take part, in order; a list without data means all. The others are neither read nor
/// written, but for columns of sparse maps: those that are not chosen must be 0 where they are read, and may be
/// written.
struct Selection {
    std::span<const std::uint32_t> rows;
    std::span<const std::uint32_t> columns;
};

/// out[r] += Σ_c map[r][c]·in[c] for every (selected) row r, with the nearest doubles of the weights. A sum of n
/// products is rounded at most 2n times (n times where the processor fuses them), so the error bound γ_2n holds.
void multiply(const model::LinearMap& map, const double* in, double* out, const Selection& selection = {});

/// in[c] += Σ_r map[r][c]·out[r], the transposed product.
void multiply_transposed(const model::LinearMap& map, const double* out, double* in, const Selection& selection = {});

}  // namespace sinew::bounds
