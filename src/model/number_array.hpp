// SPDX-License-Identifier: Apache-2.0
// Weights: doubles where a double is exact (float32 weights always are), with the exact value beside where it is not.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "exact/rational.hpp"

namespace sinew::model {

/// An array of exact numbers. nearest()[i] is the double nearest to exact(i): it differs by at most 2^-53·|nearest| +
/// 2^-1075, and is ±infinity beyond the range of doubles. 8 bytes a number, and some 100 more for each that no double
/// holds.
class NumberArray {
  public:
    NumberArray() = default;
    explicit NumberArray(std::size_t size) : nearest_(size, 0.0) {}
    explicit NumberArray(std::vector<double> exact_doubles) : nearest_(std::move(exact_doubles)) {}

    void push_back(const Rational& value) {
        nearest_.push_back(0.0);
        set(nearest_.size() - 1, value);
    }
    /// A value that is this double exactly.
    void set_double(std::size_t index, double value) {
        if (!inexact_.empty()) inexact_.erase(index);
        nearest_[index] = value;
    }
    void set(std::size_t index, const Rational& value) {
        inexact_.erase(index);
        nearest_[index] = to_nearest(value);
        if (!is_double(value)) inexact_.emplace(index, value);
    }

    std::size_t size() const { return nearest_.size(); }
    const std::vector<double>& nearest() const { return nearest_; }
    Rational exact(std::size_t index) const {
        if (!inexact_.empty()) {
            const auto found = inexact_.find(index);
            if (found != inexact_.end()) return found->second;
        }
        return Rational(nearest_[index]);
    }
    bool holds_double(std::size_t index) const { return inexact_.empty() || !inexact_.contains(index); }
    bool all_doubles() const { return inexact_.empty(); }

  private:
    std::vector<double> nearest_;
    std::unordered_map<std::size_t, Rational> inexact_;
};

}  // namespace sinew::model
