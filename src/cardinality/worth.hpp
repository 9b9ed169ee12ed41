// SPDX-License-Identifier: Apache-2.0
// Which way of learning serves better here: measured, not guessed.
#pragma once

#include <array>
#include <cstdint>

namespace sinew::cardinality {

enum class Learning : std::uint8_t { clauses, rows };

/// The two ways take turns in blocks of conflicts. What a block was worth is how low it kept the conflicts: one at
/// level L refutes about 2^-L of a search tree, so the mean of 1/(L + 1) a unit of effort is compared. The better way
/// gets the next blocks, the other one a look now and then. Blocks are long, because a way also pays for what it has
/// learned: rows make all propagation slower (short blocks, which shared that cost, chose rows on networks where
/// clauses alone were ten times faster).
class Worth {
  public:
    /// `choice`: 0 always clauses, 1 always rows, 2 by measure.
    explicit Worth(std::int64_t choice) : choice_(choice), current_(choice == 1 ? Learning::rows : Learning::clauses) {}

    Learning current() const { return current_; }
    void on_conflict(std::uint32_t level) {
        gain_ += 1.0 / (1.0 + level);
        ++conflicts_;
    }
    /// At a restart; `effort` in all so far, in whatever unit repeats exactly. Whether the way has changed.
    bool restarted(std::uint64_t effort);

  private:
    static constexpr std::uint64_t first_block = 300;
    static constexpr std::uint64_t longest_block = 4000;

    std::int64_t choice_;
    Learning current_;
    double gain_ = 0;
    std::uint64_t conflicts_ = 0;
    std::uint64_t block_ = first_block;
    std::uint64_t effort_ = 0;
    std::uint64_t round_ = 0;
    std::array<double, 2> value_{0, 0};
};

}  // namespace sinew::cardinality
