// SPDX-License-Identifier: Apache-2.0
// Conflict analysis with linear rows: division-based cutting planes as in RoundingSat (Elffers and Nordström, IJCAI
// 2018). Walks the trail backwards from a broken row; the row that implied a literal is weakened and divided until that
// literal has coefficient 1, multiplied, and added so that the literal cancels. The sum stays broken, and ends as a row
// that implies something at an earlier level.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "cardinality/constraint.hpp"
#include "cardinality/row_theory.hpp"
#include "sat/core.hpp"

namespace sinew::cardinality {

class CuttingPlanes {
    __extension__ using Wide = __int128;

  public:
    /// Of the core it changes the activities of variables alone, of the rows their activities.
    CuttingPlanes(sat::Core& core, RowTheory& rows) : core_(core), rows_(rows) {}

    /// From a broken row, or without one a false clause, at the current level (above 0) to a row that is false now and
    /// implies something at an earlier level. False: coefficients or the effort outgrew their limits; analyze by
    /// clauses instead.
    bool analyze(std::span<const Literal> clause, RowId row, RowProof::Id id);
    /// What the proof calls the learned row by.
    RowProof::Id proof_id() const { return proof_id_; }
    const Constraint& learned() const { return learned_; }
    /// The level to go back to: the first at which the learned row implies something.
    std::uint32_t backjump_level() const { return backjump_level_; }
    std::uint32_t glue() const { return glue_; }

    /// Rows that take part in later conflicts become 1/decay times as active as those of earlier ones.
    void decay(double decay);
    /// A row that has just been learned begins as active as if it had just taken part.
    void stamp(RowId row) { rows_.row(row).activity = increment_; }

  private:
    // A sum of two products of a large and a small one, over millions of terms, stays far below 2^63 and its degree far
    // below 2^127.
    static constexpr std::int64_t largest_coefficient = std::int64_t{1} << 30;
    static constexpr std::int64_t small_coefficient = std::int64_t{1} << 20;
    static constexpr std::uint64_t most_effort_a_conflict = 20'000'000;  ///< some 50 ms: nobody looks at limits here

    void clear();
    void bump(RowId row);
    bool is_false_before(Literal literal, std::uint32_t before) const {
        return core_.trail.is_false(literal) && rows_.position(literal.variable()) < before;
    }
    void load_clause(std::span<const Literal> clause, RowProof::Id id);
    void load_proof(std::span<const Literal> literals, std::span<const std::int64_t> coefficients, RowProof::Id id);
    void load_row(RowId row);
    void load_reason(BoolVar variable);
    bool round_reason(Literal implied, std::uint32_t before);
    void add_reason(std::int64_t factor);
    void add_term(std::int64_t coefficient, Literal literal);
    void saturate();
    void shrink(std::uint32_t before);
    bool implies_before(std::uint32_t level);
    bool resolve();
    bool finish();

    sat::Core& core_;
    RowTheory& rows_;
    // The broken sum: by variable, the coefficient of the literal in sign_.
    std::vector<std::int64_t> coefficient_;
    std::vector<Literal> literal_;
    std::vector<std::uint8_t> listed_;
    std::vector<BoolVar> variables_;
    Wide degree_ = 0;
    std::int64_t most_ = 0;  ///< no coefficient is larger
    // The reason at work.
    std::vector<Term> reason_;
    Wide reason_degree_ = 0;
    std::int64_t reason_most_ = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> later_;    ///< position, index of a false term
    std::vector<std::pair<std::uint32_t, std::int64_t>> by_level_;  ///< level, coefficient of a false term

    CuttingSteps steps_;  ///< where a proof is written: how the sum came about
    RowProof::Id proof_id_ = 0;

    Constraint learned_;
    std::uint32_t backjump_level_ = 0;
    std::uint32_t glue_ = 0;
    std::uint64_t effort_ = 0;  ///< terms looked at in this conflict
    float increment_ = 1;       ///< what taking part in a conflict adds to a row's activity
};

}  // namespace sinew::cardinality
