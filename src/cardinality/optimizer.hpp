// SPDX-License-Identifier: Apache-2.0
// The public face of the pseudo-Boolean engine: decides a Problem, or minimises its objective with a solution and a
// proven bound at any time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "cardinality/options.hpp"
#include "cardinality/problem.hpp"
#include "cardinality/row_proof.hpp"

namespace sinew::cardinality {

struct Result {
    /// - sat: a model; the problem has no objective.
    /// - unsat: no assignment satisfies the constraints (and the assumptions).
    /// - optimum: a model of proven least value; bound == value.
    /// - feasible: a limit was reached with a model in hand; bound ≤ least value ≤ value.
    /// - unknown: a limit was reached without a model; bound still holds.
    Outcome outcome = Outcome::unknown;
    /// With sat, optimum, feasible: a value for every variable, checked with Problem::satisfied_by() and against the
    /// assumptions.
    std::vector<bool> model;
    std::int64_t value = 0;  ///< with optimum and feasible: the objective's value of `model`, its constant included
    std::int64_t bound = 0;  ///< with an objective, but for unsat: no solution has a smaller value (constant included)
    /// With unsat under assumptions: a subset of them that the constraints exclude (not necessarily a least one); empty
    /// when the constraints alone cannot be satisfied.
    std::vector<Literal> core;
    /// Where a proof is written (Options::proof): the row that says unsat (0 ≥ 1), or that nothing is better than
    /// `bound` (or than the best solution, by a contradiction). 0: none is needed.
    RowProof::Id reason = 0;
};

/// Hears of a running solve(), from its own thread; every member may be left out. Spans are valid during the call.
class Listener {
  public:
    virtual ~Listener() = default;
    /// A model better than all before; checked.
    virtual void improved(std::int64_t /*value*/, const std::vector<bool>& /*model*/) {}
    /// No solution has a value below `bound`; rises from call to call.
    virtual void bound_raised(std::int64_t /*bound*/) {}
};

/// Keeps the problem, and what a decision run has learned, from solve() to solve(). Hints last until they are changed.
class Optimizer {
  public:
    /// Decisions are made by so many threads.
    explicit Optimizer(Problem problem, const Options& options = {}, std::size_t threads = 1);
    Optimizer(Optimizer&&) noexcept;
    Optimizer& operator=(Optimizer&&) noexcept;
    ~Optimizer();

    /// More may be added between solves.
    Problem& problem();
    void add_clause(std::span<const Literal> literals) { problem().add_clause(literals); }

    /// The value a variable is tried at first, until the search learns better.
    void suggest_phase(Literal preferred);
    /// A whole assignment to begin near. Where it satisfies the problem (and the assumptions of the next solve) it is
    /// the first solution; in any case it sets all phases.
    void suggest_solution(const std::vector<bool>& values);
    /// Variables that are decided before all others, higher priorities first (0, the default, leaves it to the search).
    /// Good where everything else follows from them, as from the inputs of a network.
    void prefer_decision(BoolVar variable, std::uint32_t priority = 1);

    /// Decides the problem, or minimises the objective if it has one, under `assumptions` (literals that are true for
    /// this call only). Without an objective learned constraints serve the next call; with one, each call is a search
    /// of its own. Never throws for a limit.
    Result solve(std::span<const Literal> assumptions, const Limits& limits, Listener* listener = nullptr);
    Result solve(const Limits& limits = {}, Listener* listener = nullptr) { return solve({}, limits, listener); }

    /// What all solves together counted.
    Statistics statistics() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sinew::cardinality
