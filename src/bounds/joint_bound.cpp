// SPDX-License-Identifier: Apache-2.0
#include "bounds/joint_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bounds/clip.hpp"
#include "exact/interval.hpp"

namespace sinew::bounds {

void JointBound::begin(std::size_t inputs) {
    inputs_ = inputs;
    coefficients_.clear();
    constants_.clear();
}

bool JointBound::add(std::span<const double> coefficients, double constant) {
    if (!std::isfinite(constant)) return false;
    for (const double c : coefficients)
        if (!std::isfinite(c)) return false;
    coefficients_.insert(coefficients_.end(), coefficients.begin(), coefficients.end());
    constants_.push_back(constant);
    return true;
}

bool JointBound::combine(std::span<double> lower, std::span<double> upper) {
    const std::size_t rows = row_count();
    heights_.resize(rows);
    slopes_.resize(rows * inputs_);
    zeros_.assign(inputs_, 0.0);
    widths_.resize(inputs_);
    for (std::size_t k = 0; k < inputs_; ++k) widths_[k] = upper[k] - lower[k];
    for (std::size_t i = 0; i < rows; ++i) {
        double height = constants_[i];
        for (std::size_t k = 0; k < inputs_; ++k) {
            const double c = coefficients_[i * inputs_ + k];
            slopes_[i * inputs_ + k] = -c;
            height += c * lower[k];
        }
        heights_[i] = -height;
    }
    max_min(heights_, slopes_, zeros_, widths_, solution_);
    point_.resize(inputs_);
    for (std::size_t k = 0; k < inputs_; ++k)
        point_[k] = std::min(std::max(lower[k] + solution_.step[k], lower[k]), upper[k]);
    multipliers_ = solution_.multipliers;
    value_ = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < rows; ++i) {
        double value = constants_[i];
        for (std::size_t k = 0; k < inputs_; ++k) value += coefficients_[i * inputs_ + k] * point_[k];
        value_ = std::max(value_, value);
    }

    double constant = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        if (!(multipliers_[i] >= 0) || !std::isfinite(multipliers_[i])) multipliers_[i] = 0;
        constant = add_down(constant, mul_down(multipliers_[i], constants_[i]));
    }
    combined_.resize(inputs_);
    for (std::size_t k = 0; k < inputs_; ++k) {
        Interval sum = Interval::point(0);
        for (std::size_t i = 0; i < rows; ++i) {
            if (multipliers_[i] == 0) continue;
            const double coefficient = coefficients_[i * inputs_ + k];
            sum.lower = add_down(sum.lower, mul_down(multipliers_[i], coefficient));
            sum.upper = add_up(sum.upper, mul_up(multipliers_[i], coefficient));
        }
        // One double stands for the coefficient; what it may be short of goes into the constant.
        combined_[k] = sum.lower;
        constant = add_down(constant, mul_down(sum.width(), std::min(lower[k], 0.0)));
    }
    return clip_box(combined_, constant, lower, upper);
}

}  // namespace sinew::bounds
