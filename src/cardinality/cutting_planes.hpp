// Conflict analysis with linear rows: division-based cutting planes as in RoundingSat (Elffers and Nordström, IJCAI
// 2018). Walks the trail backwards from a broken row; the row that implied a literal is weakened and divided until that
// literal has coefficient 1, multiplied, and added so that the literal cancels. The sum stays broken, and ends as a row
// that implies something at an earlier level.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "cardinality/constraint.hpp"
#include "cardinality/row_database.hpp"
#include "sat/clause.hpp"

namespace sinew::cardinality {

class Engine;

class CuttingPlanes {
    __extension__ using Wide = __int128;

  public:
    explicit CuttingPlanes(Engine& engine) : engine_(engine) {}

    void add_variable();
    /// From a broken row or clause at the current level (above 0) to a row that is false now and implies something at
    /// an earlier level. False: coefficients or the effort outgrew their limits; analyze by clauses instead.
    bool analyze(sat::ClauseRef clause, RowId row);
    const Constraint& learned() const { return learned_; }
    /// The level to go back to: the first at which the learned row implies something.
    std::uint32_t backjump_level() const { return backjump_level_; }
    std::uint32_t glue() const { return glue_; }
    /// Terms looked at so far.
    std::uint64_t effort() const { return effort_; }

  private:
    // A sum of two products of a large and a small one, over millions of terms, stays far below 2^63 and its degree far
    // below 2^127.
    static constexpr std::int64_t largest_coefficient = std::int64_t{1} << 30;
    static constexpr std::int64_t small_coefficient = std::int64_t{1} << 20;
    static constexpr std::uint64_t most_effort_a_conflict = 20'000'000;  ///< some 50 ms: nobody looks at limits here

    void clear();
    void load_clause(sat::ClauseRef clause);
    void load_row(RowId row);
    void load_reason(BoolVar variable);
    bool round_reason(Literal implied, std::uint32_t before);
    void add_reason(std::int64_t factor);
    void add_term(std::int64_t coefficient, Literal literal);
    void saturate();
    void shrink(std::uint32_t before);
    bool implies_before(std::uint32_t level);
    bool finish();

    Engine& engine_;
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

    Constraint learned_;
    std::uint32_t backjump_level_ = 0;
    std::uint32_t glue_ = 0;
    std::uint64_t effort_ = 0;
};

}  // namespace sinew::cardinality
