// Which way of learning serves better here: measured, not guessed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sinew::cardinality {

enum class Learning : std::uint8_t { clauses, rows };

/// Each restart interval is spent with one way of learning. What it was worth is how low it kept the conflicts: a
/// conflict at level L of a search tree refutes about 2^-L of it, so the mean of 1/(L+1) a unit of effort is compared.
/// The better way gets the next intervals, the other one a look now and then (an ε-greedy bandit).
class Worth {
  public:
    /// `choice`: 0 always clauses, 1 always rows, 2 by measure.
    explicit Worth(std::int64_t choice) : choice_(choice), current_(choice == 1 ? Learning::rows : Learning::clauses) {}

    Learning current() const { return current_; }
    void on_conflict(std::uint32_t level) { gain_ += 1.0 / (1.0 + level); }
    /// At a restart; `effort` in all so far, in whatever unit repeats exactly.
    void restarted(std::uint64_t effort);

  private:
    std::int64_t choice_;
    Learning current_;
    double gain_ = 0;
    std::uint64_t effort_ = 0;
    std::uint64_t round_ = 0;
    std::array<double, 2> value_{0, 0};
    std::array<bool, 2> known_{false, false};
};

}  // namespace sinew::cardinality
