// SPDX-License-Identifier: Apache-2.0
// One minimisation: three ways to the optimum take turns, so that a run stopped early has a solution and a bound.
#pragma once

#include <limits>
#include <optional>
#include <span>

#include "base/limits.hpp"
#include "base/shared_best.hpp"
#include "base/statistics.hpp"
#include "cardinality/core_guided.hpp"
#include "cardinality/engine.hpp"
#include "cardinality/load.hpp"
#include "cardinality/objective.hpp"
#include "cardinality/optimizer.hpp"
#include "cardinality/residues.hpp"

namespace sinew::cardinality {

/// - Linear search from above: an engine that asks for something better than the best solution so far; its budget row
///   is tightened at each.
/// - Core-guided bounds (OLL) in the same engine, which so learns for both.
/// - Trials from below: an engine of its own with the budget set to the bound (then a little more): small budgets fix
///   most of a problem at the root. Refuting one raises the bound, satisfying it is a solution near the optimum.
/// Effort is counted in ticks, and each way has its share (Options::bound_share), more while it succeeds.
/// Several side by side share what they know, and the ways.
class Minimizer {
  public:
    enum class Ways : std::uint8_t { all, above_and_cores, below };
    /// What models spend; 0 is the least.
    using SharedBest = sinew::SharedBest<std::int64_t, std::vector<bool>>;

    Minimizer(const Problem& problem, const Options& options, const Hints& hints, std::span<const Literal> assumptions,
              Ways ways = Ways::all, SharedBest* shared = nullptr);

    /// Runs until the optimum is proven or a limit is reached.
    Result run(const Limits& limits, Listener* listener);
    /// What is known, also of others, when all have ended.
    Result result();
    Statistics statistics() const;

  private:
    enum class Way : std::uint8_t { above, cores, below };

    /// In proofs trials are variables beyond those of any engine.
    static constexpr std::size_t trial_names = std::size_t{1} << 29;
    static constexpr std::uint64_t least_effort = 1000;  ///< that a turn counts for: none is free

    struct Turn {
        double clock = 0;  ///< effort so far, divided by what it was worth
        double worth = 1;  ///< doubles with each success, falls with those of others
        std::uint64_t conflicts = 500;
    };

    bool prepare(Engine& engine);
    void exchange();
    Way next_way() const;
    void turn(Way way, const Limits& limits);
    void search_above(const Limits& limits, std::uint64_t conflicts);
    void search_cores(const Limits& limits, std::uint64_t conflicts);
    void search_below(const Limits& limits, std::uint64_t conflicts);
    void exhausted(Engine& engine);
    std::uint64_t spent_conflicts() const;
    std::uint64_t spent_effort() const;
    void start_trial();
    void close_trial();
    void take_model(const Engine& engine);
    void take_solution(std::vector<bool> values);
    void raise_bound(std::int64_t spent, RowProof::Id reason = 0);
    static RowProof::Id contradiction(Engine& engine) {
        return engine.proof() != nullptr ? engine.proof()->contradiction() : 0;
    }
    RowProof::Id trial_reason();
    RowProof::Id paid_proof();
    void tighten();
    /// The most that a solution better than the best can spend.
    std::int64_t better() const { return best_ - (residues_ ? residues_->spent_modulus : 1); }
    bool finished() const { return infeasible_ || (has_model_ && bound_ >= best_); }

    const Problem& problem_;
    Options options_;
    const Hints& hints_;
    std::vector<Literal> assumptions_;
    Objective objective_;
    std::optional<Residues> residues_;
    Limits limits_;  ///< of run()
    Listener* listener_ = nullptr;
    Ways ways_;
    SharedBest* shared_;  ///< of several; tells the listener, too
    std::optional<Engine> engine_;
    std::optional<CoreGuided> cores_;
    std::optional<Engine> trial_;
    std::int64_t trial_budget_ = 0;
    std::int64_t step_ = 1;
    std::uint64_t imposed_at_ = 0;
    std::uint64_t imposed_cost_ = 0;
    std::int64_t imposed_gap_ = std::numeric_limits<std::int64_t>::max();
    Turn turns_[3];
    std::vector<bool> model_;
    bool has_model_ = false;
    bool infeasible_ = false;
    bool stop_ = false;
    std::int64_t best_ = 0;   ///< spent by model_
    std::int64_t bound_ = 0;  ///< no solution spends less
    // Where a proof is written: the rows that say that nothing is better than the best, and no less than the bound (0:
    // the cores say it).
    RowProof::Id better_id_ = 0;
    RowProof::Id bound_id_ = 0;
    std::uint64_t trials_ = 0;
    std::array<RowProof::Id, 2> trial_ids_{};  ///< trial ⇔ spent ≤ its budget
    // Of trials that have come to their end.
    Statistics closed_trials_;
    std::uint64_t closed_conflicts_ = 0;
    std::uint64_t closed_effort_ = 0;
};

}  // namespace sinew::cardinality
