// SPDX-License-Identifier: Apache-2.0
// A reduced network under changes of single digits: only what a change reaches is computed anew. Gates stand in words
// of 64, so that a change of one variable is an addition of a row of small numbers and a look at the signs.
#pragma once

#include <cstdint>
#include <vector>

#include "threshold/reduced_network.hpp"

namespace sinew::threshold {

/// Glossary. slack: of a gate, its sum (for `any`: how many members are true) minus its bound; its bit is slack >= 0.
/// fan: what a variable adds to the slacks when it grows by one. margin: how far a target is from winning, in units of
/// its sum; it wins at 0 and above. tick: one look at a slack.
class Incremental {
  public:
    /// Every digit at its centre.
    explicit Incremental(const ReducedNetwork& network);

    std::uint32_t digit(std::size_t f) const { return static_cast<std::uint32_t>(digits_[f]); }
    /// Sets a digit's value (from its least one). O(what changes).
    void set(std::size_t f, std::uint32_t value);

    /// Everything but the digits' values.
    struct Saved {
        std::vector<std::int32_t> slack;
        std::vector<std::int64_t> wide_slack;
        std::vector<std::uint64_t> bits;
    };
    void save(Saved& saved) const;
    void restore(const Saved& saved);
    /// After restore(): the value that a digit had.
    void restore_digit(std::size_t f, std::uint32_t value) { digits_[f] = value; }

    std::int64_t margin(const Target& target) const;
    /// The best margin of all targets.
    std::int64_t best_margin() const;
    std::uint64_t ticks() const { return ticks_; }

  private:
    static constexpr std::size_t word_bits = 64;

    /// Dense: rows_[begin …], 64 numbers for each word from first_word on. Sparse: uses_[begin … end).
    struct Fan {
        bool dense = false;
        std::uint32_t first_word = 0;
        std::uint32_t word_count = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t wide_begin = 0;
        std::size_t wide_end = 0;
    };
    struct Use {
        std::uint32_t gate = 0;  ///< of a wide use: its index in wide_slack_
        std::int64_t coefficient = 0;
    };

    void build_fans();
    void add_fan(const std::vector<Use>& uses);
    void compute_slacks();
    std::uint64_t bits_of_word(std::size_t word) const;
    void change(const Fan& fan, std::int64_t by);
    void settle(std::size_t word);
    std::int64_t slack(std::size_t gate) const;

    const ReducedNetwork& network_;
    std::vector<Fan> fans_;
    std::vector<std::int16_t> rows_;
    std::vector<Use> uses_;
    std::vector<Use> wide_uses_;
    std::vector<std::int64_t> digits_;
    std::vector<std::int32_t> slack_;
    std::vector<std::uint32_t> wide_gates_;  ///< gates whose sums 32 bits may not hold, in order
    std::vector<std::int64_t> wide_slack_;
    std::vector<std::uint64_t> bits_;
    std::vector<std::uint8_t> dirty_;  ///< a word has slacks that its bits may not agree with
    std::uint64_t ticks_ = 0;
};

}  // namespace sinew::threshold
