// SPDX-License-Identifier: Apache-2.0
// Clauses that the search for bounded inputs has learned: decisions that no solution satisfies together, named as few
// as their certificate needs. They refute other nodes, and where all but one hold they fix the last one's opposite.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "bounds/network_bounds.hpp"
#include "search/node.hpp"

namespace sinew::search {

/// The disjunction of the decisions' negations, true of every solution in root box `box`.
struct LearnedClause {
    std::uint32_t box = 0;
    std::vector<Decision> decisions;
};

/// A bounded set of clauses; when it is full, the clause that was of least use makes room. Safe for several threads.
class ClauseSet {
  public:
    explicit ClauseSet(std::size_t most) : most_(most) {}

    /// No solution of the part of the search that this set belongs to satisfies all of `decisions`.
    void add(std::span<const Decision> decisions);

    enum class Effect : std::uint8_t { none, tightened, refuted };
    /// refuted: no solution is in `state`. tightened: units are applied to it and appended to `implied`. Strict bounds
    /// become closed ones. O(literals of the set), most clauses cost one or two.
    Effect apply(bounds::State& state, std::vector<Decision>& implied);

    /// Whether apply() would say refuted; nothing is applied.
    bool refutes(const bounds::State& state);

    /// The decisions of each clause.
    std::vector<std::vector<Decision>> all() const;
    std::size_t size() const { return size_.load(std::memory_order_relaxed); }

  private:
    struct Entry {
        std::vector<Decision> decisions;
        std::uint32_t uses = 0;
    };
    std::size_t most_;
    std::atomic<std::size_t> size_{0};
    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
};

/// A part of the search tree, with what was learned in it.
class Subtree {
  public:
    /// That of `node` and what will be below it.
    explicit Subtree(const Node& node);

    std::uint32_t box() const { return box_; }
    /// From the root box to the subtree's root. The clauses leave them out.
    const std::vector<Decision>& decisions() const { return decisions_; }
    ClauseSet& clauses() { return clauses_; }

    /// The node of that path was refuted by this split of an input (absent: by the phases of a neuron).
    void note_closing_split(std::span<const Decision> path, std::optional<Decision> input);
    /// The split of an input that closed the last node as deep as that path.
    std::optional<Decision> closing_split(std::span<const Decision> path) const;

  private:
    std::uint32_t box_;
    std::vector<Decision> decisions_;
    ClauseSet clauses_{16};
    mutable std::mutex mutex_;
    std::array<std::optional<Decision>, 16> closing_;  ///< by depth
};

}  // namespace sinew::search
