// SPDX-License-Identifier: Apache-2.0
// A query with an objective in; the best value out, with a solution that has it and a proof that none is better.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "proof/network_proof.hpp"

namespace sinew::verify {

struct Optimum {
    /// optimum: the witness has the best value, and bound == value; feasible: also where the best value, which lies
    /// between value and bound, is not attained; unknown: no solution was found, a bound may be known.
    Outcome outcome = Outcome::unknown;
    StopReason stopped = StopReason::none;  ///< the limit that ended the search
    std::optional<model::Witness> witness;
    std::optional<Rational> value;  ///< of the objective at the witness; with radii, one that it does not miss
    std::optional<Rational> bound;  ///< no solution is better
    std::string reason;             ///< why there is no proven optimum
    double seconds = 0;
    Statistics statistics;
    bool is_proved = false;  ///< the proof that was asked for is complete

    /// The search ended without a proof: feasible with a witness, else unknown.
    void stop(StopReason why, std::string text);
    /// The answer as one word; "timeout" where a time limit came before any solution.
    std::string_view word() const;
};

/// Hears of better solutions and bounds, as they are found: one at a time, from any of the threads.
class OptimizeListener : public Observer {
  public:
    /// The witness has been checked.
    virtual void improved(const Rational& /*value*/, const model::Witness& /*witness*/) {}
    virtual void bound_moved(const Rational& /*bound*/) {}
};

struct OptimizeOptions {
    Limits limits;
    Settings settings;
    int threads = 1;
    /// If given, is told why the answer holds, by a search of its own after the one for the optimum (UsageError, before
    /// both, where none can say it).
    proof::NetworkProofWriter* proof = nullptr;
};

/// Finds the best value of the query's objective (UsageError if it has none). Over integers by the integer engine; over
/// reals, or where that one does not take the query, by questions to verify() and exact linear programs. Every witness
/// has been confirmed by exact evaluation, and so has its value; with tanh or sigmoid neurons by certified enclosures,
/// and then the optimum lies between value and bound.
Optimum optimize(const model::Query& query, const OptimizeOptions& options, OptimizeListener& listener);

}  // namespace sinew::verify
