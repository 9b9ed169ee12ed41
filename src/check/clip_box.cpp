// SPDX-License-Identifier: Apache-2.0
#include "check/clip_box.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/infinity.hpp"
#include "exact/interval.hpp"

namespace sinew::check {

namespace {
constexpr std::size_t most_pivots = 100;
constexpr double least_pivot = 1e-12;
}  // namespace

bool clip_box(const Inequality& row, std::span<double> lower, std::span<double> upper) {
    const auto term = [&](std::size_t i) {
        return mul_down(row.coefficients[i], row.coefficients[i] > 0 ? lower[i] : upper[i]);
    };
    double least = row.constant;
    for (std::size_t i = 0; i < lower.size(); ++i) least = add_down(least, term(i));
    if (least > 0) return false;
    if (!std::isfinite(least)) return true;
    for (std::size_t i = 0; i < lower.size(); ++i) {
        const double c = row.coefficients[i];
        if (c == 0) continue;
        // The other terms are at least least - term, together, so this one is at most term - least.
        const double room = sub_up(term(i), least);
        if (c > 0)
            upper[i] = std::min(upper[i], div_up(room, c));
        else
            lower[i] = std::max(lower[i], div_down(room, c));
        if (!(lower[i] <= upper[i])) return false;
    }
    return true;
}

/// The least t with t >= h_r + a_r·d for all rows, 0 <= d <= width (x = lower + d): by the primal simplex method with
/// bounds, from d = 0. The multiplier of a row is what t owes its slack.
void JointClip::find_weights(std::span<const Inequality> rows, std::span<const double> lower,
                             std::span<const double> upper) {
    const std::size_t inputs = lower.size();
    const auto height = [&](std::size_t r) {
        double sum = rows[r].constant;
        for (std::size_t i = 0; i < inputs; ++i) sum += rows[r].coefficients[i] * lower[i];
        return sum;
    };
    std::size_t first = 0;
    double highest = height(0);
    for (std::size_t r = 1; r < rows.size(); ++r)
        if (const double h = height(r); h > highest) {
            highest = h;
            first = r;
        }
    // Variables: the inputs' d, then the rows' slacks; t is basic for good.
    columns_ = inputs + 2;
    table_.assign(rows.size() * columns_, 0.0);
    basic_.assign(rows.size(), inputs + first);
    out_.resize(inputs + 1);
    most_.assign(inputs + rows.size(), infinity);
    for (std::size_t i = 0; i < inputs; ++i) {
        out_[i] = i;
        most_[i] = upper[i] - lower[i];
    }
    out_[inputs] = inputs + first;
    std::size_t place = 1;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        double* const line = &table_[(r == first ? 0 : place) * columns_];
        if (r != first) basic_[place++] = inputs + r;
        line[0] = r == first ? highest : highest - height(r);
        for (std::size_t i = 0; i < inputs; ++i)
            line[1 + i] = rows[first].coefficients[i] - (r == first ? 0 : rows[r].coefficients[i]);
        line[1 + inputs] = 1;
    }
    for (std::size_t pivot = 0; pivot < most_pivots; ++pivot) {
        std::size_t entering = 0;
        double best = 0;
        for (std::size_t c = 1; c < columns_; ++c) {
            const double gain = table_[c] * std::min(most_[out_[c - 1]], 1e6);
            if (gain < best) {
                best = gain;
                entering = c;
            }
        }
        if (entering == 0) break;
        double step = most_[out_[entering - 1]];
        std::size_t leaving = 0;
        for (std::size_t r = 1; r < rows.size(); ++r) {
            const double slope = table_[r * columns_ + entering];
            const double at = table_[r * columns_];
            const double room = slope < -least_pivot  ? at / -slope
                                : slope > least_pivot ? (most_[basic_[r]] - at) / slope
                                                      : infinity;
            if (room < step) {
                step = std::max(room, 0.0);
                leaving = r;
            }
        }
        if (!std::isfinite(step)) break;
        if (leaving == 0) {  // to its other bound: counted from there
            for (std::size_t r = 0; r < rows.size(); ++r) {
                double* const line = &table_[r * columns_];
                line[0] += line[entering] * step;
                line[entering] = -line[entering];
            }
        } else {
            enter(entering, leaving);
        }
    }
    weight_.assign(rows.size(), 0.0);
    for (std::size_t c = 1; c < columns_; ++c)
        if (out_[c - 1] >= inputs && table_[c] > 0) weight_[out_[c - 1] - inputs] = table_[c];
}

void JointClip::enter(std::size_t column, std::size_t row) {
    double* const line = &table_[row * columns_];
    if (line[column] > 0) {  // what leaves is at its upper bound, from where it is counted from now on
        line[0] = most_[basic_[row]] - line[0];
        for (std::size_t c = 1; c < columns_; ++c) line[c] = -line[c];
    }
    // basic = constant + … + slope·entering: solved for the entering variable.
    const double slope = line[column];
    for (std::size_t c = 0; c < columns_; ++c) line[c] /= -slope;
    line[column] = 1 / slope;
    for (std::size_t r = 0; r < basic_.size(); ++r) {
        if (r == row) continue;
        double* const other = &table_[r * columns_];
        const double share = other[column];
        if (share == 0) continue;
        other[column] = 0;
        for (std::size_t c = 0; c < columns_; ++c) other[c] += share * line[c];
    }
    std::swap(basic_[row], out_[column - 1]);
}

bool JointClip::clip(std::span<const Inequality> rows, std::span<double> lower, std::span<double> upper) {
    const std::size_t inputs = lower.size();
    find_weights(rows, lower, upper);
    for (double& weight : weight_)
        if (!std::isfinite(weight)) weight = 0;
    combined_.resize(inputs);
    double constant = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) constant = add_down(constant, mul_down(weight_[r], rows[r].constant));
    for (std::size_t i = 0; i < inputs; ++i) {
        Interval sum = Interval::point(0);
        for (std::size_t r = 0; r < rows.size(); ++r)
            sum = sum + Interval::point(weight_[r]) * Interval::point(rows[r].coefficients[i]);
        // One double stands for the coefficient; what it may be short of goes into the constant.
        combined_[i] = sum.lower;
        constant = add_down(constant, mul_down(sum.width(), std::min(lower[i], 0.0)));
    }
    return clip_box({combined_, constant}, lower, upper);
}

}  // namespace sinew::check
