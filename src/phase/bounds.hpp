// SPDX-License-Identifier: Apache-2.0
// Which targets can win at all, by the first neurons' phases alone: for each target the greatest margin over phases is
// found exactly (or bounded), the linear theory says which of the best phases contradict each other, these are
// forbidden, and so on, until no allowed phases win or a real input does.
#pragma once

#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "phase/cores.hpp"
#include "phase/gate_tables.hpp"
#include "phase/real_front.hpp"

namespace sinew::phase {

struct PhaseBoundOptions {
    std::size_t gate_bits = 12;                  ///< of a gate's table
    std::size_t width = 20;                      ///< bits of a table in the maximisation
    std::size_t entries = std::size_t{1} << 27;  ///< of all tables of a maximisation
    std::size_t core = 10;                       ///< bits of a contradiction that the maximisation heeds
    std::size_t rounds = 200;                    ///< of a target
    std::size_t fruitless_rounds = 12;           ///< in which the bound did not fall
};

class PhaseBounds {
  public:
    using Point = std::unordered_map<Variable, Rational>;

    /// Digit f of `network` is the bit of units[f], over `atoms`. Both must outlive this.
    PhaseBounds(const threshold::ReducedNetwork& network, std::vector<const FrontUnit*> units,
                std::span<const FrontAtom> atoms, const PhaseBoundOptions& options = {});
    /// The range of an input; every input of an atom needs one.
    void add_box(Variable input, const Range& range);

    /// `accept`: is told of real inputs where a target wins; true ends the run. Returns whether that happened. Goes on
    /// where a limit ended it when called again.
    bool run(const std::function<bool(const Point&)>& accept, const Limits& limits);

    /// Nothing more can be found out here.
    bool finished() const { return finished_; }
    /// By target of the network: proven not to win.
    const std::vector<bool>& excluded() const { return excluded_; }
    /// Digits' values that cannot be had together.
    const std::vector<std::vector<BitPhase>>& contradictions() const { return contradictions_; }
    void add_statistics(Statistics& statistics) const;

  private:
    struct Candidate {
        std::size_t target = 0;
        GateTables::Margin margin;
        std::int64_t bound = 0;
        std::size_t heeded = 0;  ///< contradictions that margin.sum forbids already
        std::size_t round = 0;
        std::size_t fruitless = 0;  ///< rounds since the bound fell
    };

    bool find_candidates(const Limits& limits);
    Answer refine(Candidate& candidate, const std::function<bool(const Point&)>& accept, const Limits& limits);
    bool repair(const Candidate& candidate, const std::vector<bool>& bits, const Limits& limits);
    std::vector<std::optional<bool>> atom_phases(const std::vector<std::optional<bool>>& bits) const;
    std::vector<BitPhase> on_bits(const std::vector<BitPhase>& core) const;
    std::uint32_t least_missed(const Candidate& candidate, std::vector<bool> bits,
                               const std::vector<BitPhase>& core) const;
    bool some_target_wins(const Point& point) const;

    const threshold::ReducedNetwork& network_;
    std::vector<const FrontUnit*> units_;
    std::span<const FrontAtom> atoms_;
    PhaseBoundOptions options_;
    GateTables tables_;
    std::vector<std::uint32_t> bit_of_;  ///< whose atom is it, in the order of phases_
    FrontPhases phases_;
    PhaseCores cores_;
    std::vector<Candidate> candidates_;
    std::size_t targets_seen_ = 0;  ///< in the search for candidates
    std::size_t refined_ = 0;       ///< candidates that are done with
    bool finished_ = false;
    std::vector<bool> excluded_;
    std::vector<std::vector<BitPhase>> contradictions_;
    std::size_t rounds_ = 0;
    std::size_t width_ = 0;
    std::size_t free_excluded_ = 0;
};

}  // namespace sinew::phase
