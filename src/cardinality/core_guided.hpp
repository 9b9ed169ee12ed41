// SPDX-License-Identifier: Apache-2.0
// Lower bounds from unsatisfiable cores: OLL (Andres, Kaufmann, Matheis, Schaub, ICLP 2012; Morgado, Dodaro,
// Marques-Silva, CP 2014) with stratification by cost. Every cost literal is assumed unpaid; a core says that one of
// them must be paid, costs the least of its costs, and is replaced by counts of how many more are: output_k ⇔ at least
// k of the core, a reified row of the engine, brought in one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "cardinality/engine.hpp"
#include "cardinality/objective.hpp"

namespace sinew::cardinality {

/// Works in the engine of the linear search: its cores hold for solutions within the engine's budget row, which are the
/// only ones anyone still asks for.
class CoreGuided {
  public:
    CoreGuided(Engine& engine, const Objective& objective);

    /// One call of the engine under the present assumptions, of at most `conflicts`. sat: the engine has a model (if
    /// every cost was assumed it is an optimum within the budget); unsat: a core raised bound(), or the engine is
    /// unsat.
    Answer step(const Limits& limits, std::uint64_t conflicts);
    /// No solution within the engine's budget spends less.
    std::int64_t bound() const { return bound_; }
    /// Whether the last step's answer sat was found with every cost assumed.
    bool complete() const { return complete_; }
    /// Costs that alone exceed what is left of the budget become facts.
    void harden(std::int64_t budget, RowProof::Id budget_id = 0);
    /// A row of the proof: the objective is at least bound() (no other variables). Written anew.
    RowProof::Id bound_proof();

  private:
    /// True iff at least `count` of the sum's members are.
    struct Output {
        std::size_t sum = 0;
        std::size_t count = 0;
        Literal next;  ///< the output for one more, once it is needed
    };
    /// For a proof. tally[k - 1]: a row that says Σ members ≥ 1 + output_2 + … + output_k; given: what the outputs
    /// up to k have been given of costs in all.
    struct Tally {
        std::vector<RowProof::Id> rows;
        std::vector<std::int64_t> given;
    };

    void choose_assumptions();
    void relax(std::vector<Literal> core, RowProof::Id id);
    void write_reformulation(CuttingSteps& steps);
    void charge(Literal literal, std::int64_t cost);
    RowProof::Id shorten(std::vector<Literal>& core, RowProof::Id id, const Limits& limits);
    Literal new_output(std::size_t sum, std::size_t count);

    Engine& engine_;
    std::map<Literal, std::int64_t> cost_;  ///< what assuming ~literal saves; only positive ones
    std::map<Literal, Output> output_of_;
    std::vector<std::vector<Literal>> sums_;
    std::vector<Tally> tallies_;                               ///< by sum
    std::vector<std::pair<RowProof::Id, std::int64_t>> paid_;  ///< facts that are paid, and how much of them
    std::vector<Literal> assumptions_;
    std::int64_t bound_ = 0;
    std::int64_t stratum_ = 0;
    bool complete_ = false;
};

}  // namespace sinew::cardinality
