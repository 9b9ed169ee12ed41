// SPDX-License-Identifier: Apache-2.0
// Inputs or phases? Neither is enough alone, and no count of open neurons tells when which is better: what the last
// splits of either kind gained does.
#pragma once

#include <array>
#include <cstdint>

#include "search/node.hpp"
#include "search/options.hpp"

namespace sinew::search {

/// Learns, for nodes with about as many open neurons, what either kind of split gains, and prefers the kind that leads
/// to the smaller tree if it goes on like that; a tree over phases is never larger than its open neurons allow.
/// Deterministic.
class SplitChoice {
  public:
    /// A seed other than 0 changes when the kinds are compared, and when the worse one is tried again.
    SplitChoice(const BoxOptions& options, std::uint64_t seed);
    SplitKind choose(const Node& node);
    /// A split was made: how much of the parent's distance to refutation each child closed (1: refuted).
    void learn(const Node& parent, SplitKind kind, double left_gain, double right_gain);

  private:
    struct Gains {
        double smaller = 0;  ///< running means of the two children's gains
        double larger = 0;
        double log_size = 0;  ///< log2 of the leaves of the tree that goes on like this
        std::uint64_t count = 0;
    };
    static std::size_t bucket(const Node& node);
    std::array<std::array<Gains, 2>, 24> gains_{};
    BoxOptions options_;
    std::uint64_t choices_ = 0;
};

}  // namespace sinew::search
