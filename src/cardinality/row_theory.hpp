// SPDX-License-Identifier: Apache-2.0
// Linear constraints over Booleans as a theory beside the clause-learning core: rows that are counted, imply literals,
// and say why when they are asked.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cardinality/constraint.hpp"
#include "cardinality/engine_proof.hpp"
#include "cardinality/row_database.hpp"
#include "sat/solver.hpp"

namespace sinew::cardinality {

/// Constraints are added at level 0, between searches; every add…() returns whether the core can still be satisfied.
/// What is a clause or a fact goes to the core. It hears of every literal, so that it knows the trail's order.
///
///   sat::Solver solver;
///   RowTheory rows(solver);                  // adds itself to the solver's theories
///   rows.add(normalized(terms, bound));      // Σ terms ≥ bound
///   solver.solve();
class RowTheory : public sat::TheoryHook {
  public:
    /// The solver is at level 0, and must live as long as this is used, and this as long as the solver searches.
    explicit RowTheory(sat::Solver& solver, EngineProof* proof = nullptr);
    RowTheory(const RowTheory&) = delete;
    RowTheory& operator=(const RowTheory&) = delete;

    /// Of a proof (EngineProof) `id` is the constraint as it stands, 0 what is given next.
    bool add(Constraint constraint, RowProof::Id id = 0);
    /// output ⇔ Σ terms ≥ bound, as two rows with the output as their head.
    bool add_reified(Literal output, std::span<const Term> terms, std::int64_t bound,
                     const std::array<RowProof::Id, 2>* ids = nullptr);
    /// Puts `constraint` in the place of the one that the last call with this slot put there, which it implies.
    bool replace(std::size_t slot, Constraint constraint, RowProof::Id id = 0);
    /// Takes away what lies in the slots from `first` on: the caller knows that the rest implies it.
    void clear_slots(std::size_t first);
    /// Drops the row for good: the caller knows that the others imply it.
    void drop(RowId id) { rows_.mark_garbage(id); }
    /// Dropped rows are still there, and may be reasons, until they are collected: then a proof forgets them.
    void forget_dropped();
    /// A clause that the row of the proof is.
    bool add_clause(std::span<const Literal> clause, RowProof::Id id);
    EngineProof* proof() const { return proof_; }
    /// Takes facts out of the rows, forgets garbage; row ids change. False: a contradiction came out.
    bool simplify();
    const RowDatabase& rows() const { return rows_; }

    /// Variables that are decided before all others, those of the highest priority first; 0 leaves it to the core.
    void prefer(BoolVar variable, std::uint32_t priority);
    std::uint32_t priority(BoolVar variable) const {
        return variable.index() < priority_.size() ? priority_[variable.index()] : 0;
    }

    /// Counts work done on the rows from outside, in terms looked at.
    void add_effort(std::uint64_t terms) { terms_seen_ += terms; }
    std::uint64_t effort() const override { return ticks_ + terms_seen_ / 8; }
    std::size_t constraint_count() const override { return rows_.size(); }

    // For learners.
    /// The row that the last conflict was given for.
    RowId broken() const { return broken_; }
    /// The row that implied an assigned variable, invalid if something else did.
    RowId reason(BoolVar variable) const { return variables_[variable.index()].row; }
    /// When the variable was assigned: its place on the trail.
    std::uint32_t position(BoolVar variable) const { return variables_[variable.index()].position; }
    /// Makes position() true of the whole trail, also of what propagate() has not seen yet.
    void place_positions();
    RowDatabase::Row& row(RowId id) { return rows_.row(id); }
    /// Adds a row that follows from the others, at any level, at which it may imply something or be broken; it has two
    /// terms at least.
    RowId learn(const Constraint& constraint, std::uint32_t glue, RowProof::Id id);

    void assigned(Literal literal) override;
    void new_level() override { level_begin_.push_back(told_.size()); }
    void backtrack(std::size_t level) override;
    void propagate(sat::Inferences& out) override;
    void explain(Literal implied, std::vector<Literal>& reason) override;
    void final_check(sat::Inferences& out) override;
    std::optional<Literal> suggest_decision() override;

  private:
    static constexpr std::uint32_t batch = 16;  ///< this many literals from one row can wait to be counted

    struct Variable {
        RowId row;                   ///< that implied it; invalid while it is undefined
        std::uint32_t position = 0;  ///< on the trail; meant while it is assigned
        bool is_told = false;
        bool is_counted = false;  ///< the rows know of its value
        bool may_wait = false;    ///< implied in a large batch: counted after everything else
    };
    struct Cause {
        std::uint32_t position;
        std::int64_t coefficient;
        Literal literal;
    };

    void grow();
    bool add_row(const Constraint& constraint, RowProof::Id id);
    RowProof::Id simplify_facts(Constraint& constraint, RowProof::Id id);
    bool is_counted_false(Literal literal) const {
        return trail_.is_false(literal) && variables_[literal.variable().index()].is_counted;
    }
    Literal next_to_count();
    bool scan(RowId id, sat::Inferences& out);
    void report(RowId broken, sat::Inferences& out);
    void select_causes(RowId id, std::uint32_t before, Literal implied, std::vector<Literal>& causes);

    sat::Solver& solver_;
    EngineProof* proof_;  ///< nullptr: none is written
    const sat::Trail& trail_;
    RowDatabase rows_;
    std::vector<Variable> variables_;
    std::vector<Literal> told_;  ///< the trail as far as assigned() has heard of it
    std::vector<std::size_t> level_begin_;
    std::size_t seen_ = 0;    ///< of told_, what is before this is counted or waits
    std::size_t placed_ = 0;  ///< the trail before this has positions
    std::vector<Literal> waiting_;
    std::size_t waiting_head_ = 0;
    std::vector<Literal> said_;  ///< by the last propagate()
    RowId pending_;              ///< learned, and not looked at yet
    RowId broken_;
    std::vector<std::uint32_t> priority_;
    std::vector<BoolVar> preferred_;  ///< by priority, the highest first
    std::vector<RowId> slots_;
    CuttingSteps steps_;
    std::vector<Cause> causes_;
    std::vector<Literal> clause_;
    std::uint64_t ticks_ = 0;       ///< by counting and scanning
    std::uint64_t terms_seen_ = 0;  ///< by explanations, learners and outsiders
};

}  // namespace sinew::cardinality
