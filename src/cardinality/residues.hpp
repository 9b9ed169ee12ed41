// SPDX-License-Identifier: Apache-2.0
// What the equalities of a problem say modulo the powers of small primes: that they contradict each other (even
// colourings of graphs with an odd number of edges, perfect matchings of an odd number of vertices), facts, literals
// that are equal or opposite, short clauses, and bounds of other sums that can be rounded. All of it follows by cutting
// planes: a sum of equalities with the multipliers that exact/congruences.hpp gives, divided by a power of the prime.
#pragma once

#include <cstdint>
#include <vector>

#include "base/limits.hpp"
#include "cardinality/engine.hpp"
#include "cardinality/objective.hpp"
#include "cardinality/problem.hpp"

namespace sinew::cardinality {

/// Every solution has it; `contradiction`: there are none.
struct Residues {
    bool contradiction = false;
    /// Where a proof is written: the row that says so.
    RowProof::Id contradiction_id = 0;
    std::vector<std::vector<Literal>> clauses;
    std::vector<Constraint> rows;
    /// What a solution spends is spent_residue modulo spent_modulus.
    std::int64_t spent_residue = 0;
    std::int64_t spent_modulus = 1;

    /// The least amount from `spent` on that a solution can spend.
    std::int64_t next_spent(std::int64_t spent) const;
    /// Whether there is nothing to add to an engine.
    bool empty() const { return !contradiction && clauses.empty() && rows.empty(); }
    /// Adds clauses and rows; returns whether the engine can still be satisfied.
    bool apply(Engine& engine) const;
};

/// Finds residues and adds them to the engine, once more while facts come of them (rows of outputs that are decided
/// now, sums that lost a variable). What was found is added to `all`, for other engines of the same problem. Returns
/// whether the engine can still be satisfied. Where a proof is written, only contradictions are looked for, of
/// equalities that two rows of the problem say.
bool strengthen_by_residues(const Problem& problem, Engine& engine, const Objective* objective, const Limits& limits,
                            Residues& all);

/// Of the problem under the engine's facts, which hold the objective's too if there is one (nullptr: none). At level 0.
/// A limit, or a system that is too dense, leaves out what was not found yet.
Residues find_residues(const Problem& problem, Engine& engine, const Objective* objective, const Limits& limits);

}  // namespace sinew::cardinality
