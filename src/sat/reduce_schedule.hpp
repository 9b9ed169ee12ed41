// SPDX-License-Identifier: Apache-2.0
// When to forget learned clauses: when there are more than a limit that grows ever more slowly (as MiniSat does it; a
// database that stays small keeps propagation fast on small hard problems).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sat/options.hpp"

namespace sinew::sat {

class ReduceSchedule {
  public:
    /// Whether `removable` learned clauses are too many after `conflicts`, for a problem of `size` clauses and other
    /// constraints.
    bool due(const Options& options, std::uint64_t conflicts, std::size_t size, std::size_t removable) {
        while (static_cast<double>(conflicts) >= grow_at_) {
            factor_ *= options.learned_growth;
            gap_ *= 1.5;
            grow_at_ += gap_;
        }
        const double limit =
            static_cast<double>(options.learned_extra) +
            std::max(static_cast<double>(options.learned_least), options.learned_share * static_cast<double>(size));
        return static_cast<double>(removable) > factor_ * limit;
    }

  private:
    double factor_ = 1;
    double gap_ = 100;
    double grow_at_ = 100;
};

}  // namespace sinew::sat
