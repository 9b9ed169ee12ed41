// SPDX-License-Identifier: Apache-2.0
// From a conflict to the clause that prevents it: first unique implication point (Zhang et al., ICCAD 2001), then
// recursive minimisation (Sörensson and Biere, SAT 2009).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sat/core.hpp"

namespace sinew::sat {

/// Keeps its buffers from conflict to conflict; one analyzer a core.
class Analyzer {
  public:
    explicit Analyzer(Core& core) : core_(core) {}

    void add_variable() { marks_.push_back(0); }

    /// Finds the clause to learn. Every literal of `conflict` is false, and the latest were assigned at the current
    /// level, which is above 0. Bumps the variables it meets and refreshes the glue of the learned clauses it uses.
    /// `ref` is the clause that is the conflict, invalid when the theory gave it.
    void analyze(std::span<const Literal> conflict, ClauseRef ref);
    /// The first literal becomes true after backjumping; the second (if any) is false since the backjump level.
    std::span<const Literal> learned() const { return learned_; }
    std::uint32_t backjump_level() const { return backjump_level_; }
    std::uint32_t glue() const { return glue_; }

    /// Those decisions (assumptions) among the trail that together make `conflict`'s literals all false.
    std::vector<Literal> failed_decisions(std::span<const Literal> conflict);
    /// The number of different levels above 0 among the literals.
    std::uint32_t count_levels(std::span<const Literal> literals);

  private:
    static constexpr std::uint8_t seen = 1;
    static constexpr std::uint8_t removable = 2;
    static constexpr std::uint8_t needed = 4;

    void mark(BoolVar variable, std::uint8_t mark);
    void unmark_all();
    std::uint32_t meet(std::span<const Literal> literals, BoolVar skip);
    void bump_clause(Clause& clause);
    void refresh(ClauseRef ref);
    void minimize();
    bool is_redundant(Literal literal);
    bool settle(Literal literal, bool& pending);
    void place_second();

    struct Frame {
        BoolVar variable;
        std::uint32_t next;
    };

    Core& core_;
    std::vector<std::uint8_t> marks_;
    std::vector<BoolVar> marked_;
    std::vector<Frame> stack_;
    std::vector<Literal> learned_;
    std::vector<std::uint64_t> level_stamp_;
    std::uint64_t stamp_ = 0;
    std::uint32_t abstract_levels_ = 0;
    std::uint32_t backjump_level_ = 0;
    std::uint32_t glue_ = 0;
};

}  // namespace sinew::sat
