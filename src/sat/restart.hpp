// SPDX-License-Identifier: Apache-2.0
// When to restart. Two regimes take turns: a focused one that restarts as soon as recent learned clauses are worse than
// the average (Audemard and Simon, CP 2012, with moving averages as in Biere and Fröhlich, POS 2015), good at refuting,
// and a stable one by Luby's sequence, good at finding models (Oh, SAT 2015).
#pragma once

#include <cstdint>

#include "sat/options.hpp"

namespace sinew::sat {

/// The i-th number, from 1, of 1 1 2 1 1 2 4 … (Luby, Sinclair, Zuckerman 1993).
std::uint64_t luby(std::uint64_t i);

class RestartPolicy {
  public:
    explicit RestartPolicy(const Options& options);

    /// After every conflict: the glue of what was learned, and all ticks so far.
    void on_conflict(std::uint32_t glue, std::uint64_t ticks);
    bool wants_restart() const;
    void restarted();
    bool stable() const { return stable_; }

  private:
    /// An exponential moving average whose first values weigh as much as they should (ADAM's correction).
    class Average {
      public:
        explicit Average(double weight) : weight_(weight) {}
        void add(double value) {
            biased_ += weight_ * (value - biased_);
            remaining_ *= 1 - weight_;
            value_ = biased_ / (1 - remaining_);
        }
        double value() const { return value_; }

      private:
        double weight_;
        double biased_ = 0;
        double remaining_ = 1;
        double value_ = 0;
    };

    void switch_mode(std::uint64_t ticks);

    Options options_;
    Average fast_{1.0 / 33};
    Average slow_{1e-5};
    bool stable_;
    std::uint64_t conflicts_ = 0;
    std::uint64_t since_restart_ = 0;
    std::uint64_t luby_index_ = 1;
    std::uint64_t mode_changes_ = 0;
    std::uint64_t mode_ticks_ = 0;  ///< what the first mode took; 0 until it ends
    std::uint64_t mode_end_ticks_ = 0;
};

}  // namespace sinew::sat
