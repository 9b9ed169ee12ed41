// SPDX-License-Identifier: Apache-2.0
// Training as exact optimisation: the best weights, a proven bound beside them, at any time. Small supports are
// enumerated, margins are bounded by branching with linear relaxations, everything else is put to the pseudo-Boolean
// engine (encode.hpp); solutions come from local search and from neighbourhoods that the engine searches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/settings.hpp"
#include "train/problem.hpp"
#include "train/weights.hpp"

namespace sinew::train {

struct ExactOptions {
    Settings settings = 1;
    int threads = 1;  ///< with one the same seed makes the same steps
    /// Weights to begin from, of the problem's shape (else UsageError). They need not satisfy its demands.
    std::optional<Weights> warm_start;
    /// Processes that train the same problem share what they find by this folder (shared_folder.hpp): a run is then no
    /// longer the same each time. Empty: none.
    std::string share;
    bool enumerate_small = true;   ///< the method for small supports
    bool bound_margins = true;     ///< the method for margins
    bool separate_outputs = true;  ///< the method for networks without hidden layers
    bool neighbourhoods = true;    ///< single neurons of hidden layers freed
    bool engine = true;            ///< the pseudo-Boolean engine
    // Of the first turn; each turn is four times as long as the one before.
    std::uint64_t moves = 5'000;     ///< of an annealing
    std::int64_t conflicts = 2'000;  ///< of the engine
    std::uint64_t nodes = 2'000;     ///< of the methods for margins, outputs and neighbourhoods
    double engine_terms = 2e7;       ///< terms of the engine's rows, at most
};

const OptionTable<ExactOptions>& exact_option_table();

/// Objectives are numbered as in Problem::objectives; where a demand of robustness is soft, the number of robust
/// examples is one more objective, the last.
struct ExactResult {
    /// - optimum: weights of proven best values, of all objectives.
    /// - feasible: a limit was reached with weights in hand that satisfy all demands.
    /// - unsat: proven: no weights satisfy the demands.
    /// - unknown: a limit was reached without weights.
    Outcome outcome = Outcome::unknown;
    Weights weights;                   ///< with optimum and feasible; checked by weights.hpp and demands.hpp
    std::vector<std::int64_t> values;  ///< with optimum and feasible: of all objectives
    std::int64_t objective = 0;        ///< values.front()
    /// No weights that satisfy the demands have a better value of the first objective: proven, whatever the status
    /// (but for unsat).
    std::int64_t bound = 0;
    StopReason stopped = StopReason::none;
    /// What was not done that the reader should know of: the pseudo-Boolean engine left out because of the size.
    std::vector<std::string> notes;
    /// What found the proof: "enumeration", "margins", "outputs one by one", "engine", "solution at the bound",
    /// "contradictions"; empty without one.
    std::string method;
};

/// Hears of a running train_exactly(), from its own thread (of several, from one after the other).
class ExactListener {
  public:
    virtual ~ExactListener() = default;
    /// Weights better than all before; checked.
    virtual void improved(const Weights& /*weights*/, const std::vector<std::int64_t>& /*values*/) {}
    /// A better proven bound of the first objective.
    virtual void bounded(std::int64_t /*bound*/) {}
};

/// Runs until the optimum of all objectives is proven or a limit is reached. With the same seed and one thread it makes
/// the same steps; only the limit depends on the clock. Throws UsageError for a problem that makes no sense (no layers,
/// no examples, labels beyond the classes).
ExactResult train_exactly(const Problem& problem, const ExactOptions& options, const Limits& limits,
                          ExactListener* listener = nullptr);

/// Whether a greater value of the objective is better.
inline bool is_maximised(Objective objective) {
    return objective != Objective::min_weight;
}

}  // namespace sinew::train
