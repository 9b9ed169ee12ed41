// SPDX-License-Identifier: Apache-2.0
// The linear constraints (rows) that are no clauses, and for each how far it is from being broken. Counters, not
// watches: the rows of a binarized neuron have hundreds of equal coefficients and little slack, where two thirds of the
// terms would have to be watched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cardinality/constraint.hpp"
#include "sat/tracer.hpp"

namespace sinew::cardinality {

using RowId = StrongId<struct RowTag>;

enum class RowKind : std::uint8_t { problem, learned };

/// Glossary. slack: the sum of the coefficients whose literals are not counted as false, minus the degree; below 0 the
/// row is broken, and a literal with a larger coefficient than the slack must be true. counted: the search has told
/// count() of the assignment. head: a first coefficient larger than all others, as the output of a reified constraint
/// y ⇔ Σ ≥ t has in its two rows (t·¬y + Σ ≥ t and its converse; a counted input lies in exactly one of the two, so
/// that a neuron costs one visit an input). While the head is true and large enough alone, the row sleeps.
class RowDatabase {
  public:
    struct Row {
        std::size_t begin = 0;
        std::uint32_t size = 0;
        RowKind kind = RowKind::problem;
        bool garbage = false;
        bool has_head = false;
        bool slotted = false;  ///< put there to be replaced later
        std::int64_t degree = 0;
        std::uint32_t glue = 0;
        float activity = 0;
        sat::ClauseId proof = 0;  ///< what a proof calls it by
    };
    struct State {
        std::int64_t slack = 0;
        std::int64_t largest = 0;  ///< a slack below this may imply something
    };

    void add_variable();

    /// Stores a row of at least two terms; `is_false(literal)` says what is counted now.
    template <class IsFalse>
    RowId add(const Constraint& constraint, RowKind kind, std::uint32_t glue, IsFalse&& is_false) {
        const RowId id = store(constraint, kind, glue);
        for (const Term& term : constraint.terms)
            if (is_false(term.literal)) states_[id.index()].slack -= term.coefficient;
        if (rows_[id.index()].has_head) {
            const Literal head = constraint.terms.front().literal;
            if (is_false(head)) states_[id.index()].largest = second_coefficient(id);
            if (is_false(~head)) states_[id.index()].largest = largest_with_true_head(id);
        }
        return id;
    }

    std::size_t size() const { return rows_.size(); }
    Row& row(RowId id) { return rows_[id.index()]; }
    const Row& row(RowId id) const { return rows_[id.index()]; }
    State& state(RowId id) { return states_[id.index()]; }
    std::span<const Literal> literals(RowId id) const {
        return {literals_.data() + rows_[id.index()].begin, rows_[id.index()].size};
    }
    std::span<const std::int64_t> coefficients(RowId id) const {
        return {coefficients_.data() + rows_[id.index()].begin, rows_[id.index()].size};
    }
    Constraint constraint(RowId id) const;

    /// `literal` became true: updates every row that has its negation, and calls touched(row) for those that may imply
    /// something or are broken.
    template <class Touched>
    void count(Literal literal, Touched&& touched) {
        for (const Occurrence& occurrence : occurrences_[(~literal).index()]) {
            State& state = states_[occurrence.row];
            state.slack -= occurrence.coefficient;
            if (state.slack < state.largest) touched(RowId(occurrence.row));
        }
        for (const WideOccurrence& occurrence : wide_[(~literal).index()]) {
            State& state = states_[occurrence.row];
            state.slack -= occurrence.coefficient;
            if (state.slack < state.largest) touched(RowId(occurrence.row));
        }
        for (const std::uint32_t row : heads_[(~literal).index()])
            states_[row].largest = second_coefficient(RowId(row));
        for (const std::uint32_t row : heads_[literal.index()])
            states_[row].largest = largest_with_true_head(RowId(row));
        for (const std::uint32_t row : heads_[(~literal).index()])
            if (states_[row].slack < states_[row].largest) touched(RowId(row));
    }
    /// Undoes count().
    void uncount(Literal literal) {
        for (const Occurrence& occurrence : occurrences_[(~literal).index()])
            states_[occurrence.row].slack += occurrence.coefficient;
        for (const WideOccurrence& occurrence : wide_[(~literal).index()])
            states_[occurrence.row].slack += occurrence.coefficient;
        for (const Literal both : {literal, ~literal})
            for (const std::uint32_t row : heads_[both.index()]) states_[row].largest = coefficients_[rows_[row].begin];
    }
    std::size_t visits(Literal literal) const { return occurrences_[(~literal).index()].size(); }

    void mark_garbage(RowId id) { rows_[id.index()].garbage = true; }
    /// Drops garbage rows; the others keep their order but not their ids. Returns the new id of every old one (invalid
    /// for garbage).
    std::vector<RowId> collect();

  private:
    struct Occurrence {
        std::uint32_t row;
        std::int32_t coefficient;
    };
    struct WideOccurrence {
        std::uint32_t row;
        std::int64_t coefficient;
    };

    RowId store(const Constraint& constraint, RowKind kind, std::uint32_t glue);
    void enter(RowId id);
    std::int64_t second_coefficient(RowId id) const { return coefficients_[rows_[id.index()].begin + 1]; }
    /// A true head that reaches the degree alone keeps the row quiet for good.
    std::int64_t largest_with_true_head(RowId id) const {
        const Row& row = rows_[id.index()];
        return coefficients_[row.begin] >= row.degree ? 0 : second_coefficient(id);
    }

    std::vector<Row> rows_;
    std::vector<State> states_;
    std::vector<Literal> literals_;
    std::vector<std::int64_t> coefficients_;
    std::vector<std::vector<Occurrence>> occurrences_;  ///< by literal
    std::vector<std::vector<WideOccurrence>> wide_;     ///< those with coefficients beyond 31 bits
    std::vector<std::vector<std::uint32_t>> heads_;     ///< rows by their head
};

}  // namespace sinew::cardinality
