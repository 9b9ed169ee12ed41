// SPDX-License-Identifier: Apache-2.0
#include "bounds/max_min.hpp"

#include <algorithm>
#include <cmath>

#include "base/infinity.hpp"

namespace sinew::bounds {

namespace {
/// Basic variables as affine functions of the non-basic ones, each at one of its bounds. Variables 0 … n - 1 are the
/// step's components, n + i the slack of row i (0 … ∞). Row 0 of the dictionary is the objective t.
class Dictionary {
  public:
    /// For another program, in the memory of the last one.
    void begin(std::span<const double> value, std::span<const double> slope, std::span<const double> lower,
               std::span<const double> upper) {
        n_ = lower.size();
        rows_ = value.size();
        columns_ = n_ + 1;
        basic_.clear();
        nonbasic_.clear();
        lower_.assign(lower.begin(), lower.end());
        upper_.assign(upper.begin(), upper.end());
        lower_.resize(n_ + rows_, 0.0);
        upper_.resize(n_ + rows_, infinity);
        at_.assign(n_ + rows_, 0.0);
        // Start at the corner that the sum of the rows points to; the least row there holds t.
        for (std::size_t k = 0; k < n_; ++k) {
            double sum = 0;
            for (std::size_t i = 0; i < rows_; ++i) sum += slope[i * n_ + k];
            at_[k] = sum > 0 ? upper_[k] : lower_[k];
        }
        std::vector<double>& height = height_;
        height.assign(value.begin(), value.end());
        for (std::size_t i = 0; i < rows_; ++i)
            for (std::size_t k = 0; k < n_; ++k) height[i] += slope[i * n_ + k] * at_[k];
        const auto least = static_cast<std::size_t>(std::min_element(height.begin(), height.end()) - height.begin());
        table_.assign(rows_ * columns_, 0.0);
        for (std::size_t k = 0; k < n_; ++k) nonbasic_.push_back(k);
        nonbasic_.push_back(n_ + least);
        for (std::size_t k = 0; k < n_; ++k) table_[k] = slope[least * n_ + k];
        table_[n_] = -1;
        basic_.push_back(0);
        std::size_t row = 1;
        for (std::size_t i = 0; i < rows_; ++i) {
            if (i == least) continue;
            basic_.push_back(n_ + i);
            at_[n_ + i] = height[i] - height[least];
            for (std::size_t k = 0; k < n_; ++k) table_[row * columns_ + k] = slope[i * n_ + k] - slope[least * n_ + k];
            table_[row * columns_ + n_] = 1;
            ++row;
        }
    }

    /// One pivot or bound flip; false when no variable can raise t.
    bool improve() {
        std::size_t entering = columns_;
        double best = 0;
        for (std::size_t k = 0; k < columns_; ++k) {
            const std::size_t variable = nonbasic_[k];
            const double gain = at_[variable] <= lower_[variable] ? table_[k] : -table_[k];
            if (gain <= 1e-12 || lower_[variable] == upper_[variable]) continue;
            const double range = std::min(upper_[variable] - lower_[variable], 1e3);
            if (gain * range > best) {
                best = gain * range;
                entering = k;
            }
        }
        if (entering == columns_) return false;
        move(entering);
        return true;
    }
    double component(std::size_t k) const { return std::min(std::max(at_[k], lower_[k]), upper_[k]); }
    /// How much t falls for each unit of slack that a row is left: its weight in the combination.
    void multipliers(std::vector<double>& result) const {
        result.assign(rows_, 0.0);
        for (std::size_t k = 0; k < columns_; ++k)
            if (nonbasic_[k] >= n_) result[nonbasic_[k] - n_] = std::max(0.0, -table_[k]);
    }

  private:
    void move(std::size_t entering) {
        const std::size_t variable = nonbasic_[entering];
        const double direction = at_[variable] <= lower_[variable] ? 1 : -1;
        double length = upper_[variable] - lower_[variable];
        std::size_t leaving = 0;
        for (std::size_t r = 1; r < rows_; ++r) {
            const double rate = table_[r * columns_ + entering] * direction;
            if (std::fabs(rate) < 1e-11) continue;
            const std::size_t basic = basic_[r];
            const double room = rate > 0 ? upper_[basic] - at_[basic] : at_[basic] - lower_[basic];
            const double limit = std::max(room, 0.0) / std::fabs(rate);
            if (limit < length) {
                length = limit;
                leaving = r;
            }
        }
        if (!std::isfinite(length)) return;
        at_[variable] += direction * length;
        for (std::size_t r = 1; r < rows_; ++r) at_[basic_[r]] += table_[r * columns_ + entering] * direction * length;
        if (leaving == 0) {
            at_[variable] = direction > 0 ? upper_[variable] : lower_[variable];
            return;
        }
        const std::size_t left = basic_[leaving];
        at_[left] = table_[leaving * columns_ + entering] * direction > 0 ? upper_[left] : lower_[left];
        exchange(leaving, entering);
    }

    void exchange(std::size_t row, std::size_t column) {
        double* pivot_row = &table_[row * columns_];
        const double pivot = pivot_row[column];
        for (std::size_t k = 0; k < columns_; ++k) pivot_row[k] = k == column ? 1 / pivot : -pivot_row[k] / pivot;
        for (std::size_t r = 0; r < rows_; ++r) {
            if (r == row) continue;
            double* other = &table_[r * columns_];
            const double factor = other[column];
            if (factor == 0) continue;
            other[column] = 0;
            for (std::size_t k = 0; k < columns_; ++k) other[k] += factor * pivot_row[k];
        }
        std::swap(basic_[row], nonbasic_[column]);
    }

    std::size_t n_ = 0, rows_ = 0, columns_ = 0;
    std::vector<double> lower_, upper_, at_;  ///< by variable
    std::vector<double> height_;              ///< of each row at the corner
    std::vector<std::size_t> basic_, nonbasic_;
    std::vector<double> table_;
};
}  // namespace

void max_min(std::span<const double> value, std::span<const double> slope, std::span<const double> lower,
             std::span<const double> upper, MaxMin& result, std::size_t pivots) {
    result.step.assign(lower.size(), 0.0);
    result.multipliers.clear();
    if (value.empty()) return;
    thread_local Dictionary dictionary;
    dictionary.begin(value, slope, lower, upper);
    for (std::size_t pivot = 0; pivot < pivots && dictionary.improve(); ++pivot) {
    }
    for (std::size_t k = 0; k < result.step.size(); ++k) result.step[k] = dictionary.component(k);
    dictionary.multipliers(result.multipliers);
}

std::vector<double> max_min_step(std::span<const double> value, std::span<const double> slope,
                                 std::span<const double> lower, std::span<const double> upper, std::size_t pivots) {
    MaxMin result;
    max_min(value, slope, lower, upper, result, pivots);
    return std::move(result.step);
}

}  // namespace sinew::bounds
