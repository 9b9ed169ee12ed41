// SPDX-License-Identifier: Apache-2.0
// Linear constraints over a box of integers, in doubles that hold all their sums exactly.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sinew::integer {

/// Σ coefficient·slot <= right, over numbered slots.
class BoxRows {
  public:
    struct Entry {
        std::uint32_t slot = 0;
        double coefficient = 0;  ///< an integer, not 0
    };

    /// False, and nothing added, where a sum over the box could need more than the 53 bits of a double. The box's ends
    /// are integers; later boxes must lie in it.
    bool add(std::span<const Entry> entries, double right, std::span<const double> lower,
             std::span<const double> upper);
    std::size_t size() const { return right_.size(); }
    std::span<const Entry> entries(std::size_t row) const {
        return std::span<const Entry>(entries_).subspan(begin_[row], begin_[row + 1] - begin_[row]);
    }
    double right(std::size_t row) const { return right_[row]; }
    /// The largest that the sum can be.
    double most(std::size_t row, std::span<const double> lower, std::span<const double> upper) const;

    /// Tightens the box by each row in turn, some rounds of it at most. False: no integers in the box satisfy all rows.
    bool propagate(std::span<double> lower, std::span<double> upper) const;

  private:
    /// changed: whether a bound moved.
    bool propagate_row(std::size_t row, std::span<double> lower, std::span<double> upper, bool& changed) const;

    std::vector<Entry> entries_;
    std::vector<std::size_t> begin_{0};
    std::vector<double> right_;
};

}  // namespace sinew::integer
