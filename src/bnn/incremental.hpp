// A reduced network under changes of single digits: only what a change reaches is computed anew.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bnn/reduced_network.hpp"

namespace sinew::bnn {

/// Glossary. sum: of a gate, without its bound (for `any`: how many members are true). margin: how far a target is from
/// winning, in units of its sum; it wins at 0 and above. tick: one update of a sum.
class Incremental {
  public:
    /// Every digit at its centre.
    explicit Incremental(const ReducedNetwork& network);

    std::uint32_t digit(std::size_t f) const { return static_cast<std::uint32_t>(values_[f]); }
    /// Sets a digit's value (from its least one). O(what changes).
    void set(std::size_t f, std::uint32_t value);
    std::int64_t margin(const Target& target) const;
    /// The best margin of all targets.
    std::int64_t best_margin() const;
    std::uint64_t ticks() const { return ticks_; }

  private:
    struct Use {
        std::uint32_t gate = 0;
        std::int32_t coefficient = 0;
    };

    void change(std::size_t variable, std::int64_t by);

    const ReducedNetwork& network_;
    std::vector<std::size_t> use_begin_;
    std::vector<Use> uses_;
    std::vector<std::int64_t> values_;
    std::vector<std::int64_t> sums_;
    std::vector<std::uint64_t> dirty_;  ///< a bit a gate
    std::uint64_t ticks_ = 0;
};

}  // namespace sinew::bnn
