// SPDX-License-Identifier: Apache-2.0
// The search for an assignment of clauses and linear rows: the clause-learning core with rows as its theory, and two
// ways to learn from a conflict: a clause from the rows' lazily written reasons, or a linear row by cutting planes
// (Elffers and Nordström, IJCAI 2018).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "cardinality/options.hpp"
#include "cardinality/row_learner.hpp"

namespace sinew::cardinality {

/// Constraints are added at level 0, between searches; every add…() returns whether the problem can still be satisfied.
/// Facts: literals true at level 0.
class Engine {
  public:
    explicit Engine(const Options& options);

    BoolVar new_variable() { return solver_.new_variable(); }
    std::size_t variable_count() const { return solver_.variable_count(); }
    bool add_clause(std::span<const Literal> literals) { return solver_.add_clause(literals); }
    /// Everything else about rows: RowTheory says what the members of the same names do.
    bool add(Constraint constraint, RowProof::Id id = 0) { return rows_.add(std::move(constraint), id); }
    bool add_reified(Literal output, std::span<const Term> terms, std::int64_t bound,
                     const std::array<RowProof::Id, 2>* ids = nullptr) {
        return rows_.add_reified(output, terms, bound, ids);
    }
    bool replace(std::size_t slot, Constraint constraint, RowProof::Id id = 0) {
        return rows_.replace(slot, std::move(constraint), id);
    }
    bool add_clause(std::span<const Literal> literals, RowProof::Id id) { return rows_.add_clause(literals, id); }
    void clear_slots(std::size_t first) { rows_.clear_slots(first); }
    void drop_row(RowId id) { rows_.drop(id); }
    bool simplify() { return rows_.simplify(); }
    const RowDatabase& rows() const { return rows_.rows(); }
    bool unsat() const { return solver_.unsat(); }

    /// A theory beside the rows, on the same trail; it hears of the variables that it is told to watch. It must outlive
    /// this.
    void add_theory(sat::TheoryHook& theory) { solver_.add_theory(theory); }
    void watch(BoolVar variable, const sat::TheoryHook& theory) { solver_.watch_theory_variable(variable, theory); }

    void set_phase(Literal preferred) { solver_.set_phase(preferred); }
    void prefer(BoolVar variable, std::uint32_t priority) { rows_.prefer(variable, priority); }
    void set_gates(std::span<const BoolVar> gates) { learner_.set_gates(gates); }

    /// Decides everything added under `assumptions`; gives up after `conflicts` more. Ends at level 0.
    Answer solve(std::span<const Literal> assumptions, const Limits& limits, std::uint64_t conflicts);
    /// After sat.
    const std::vector<bool>& model() const { return solver_.model(); }
    /// After unsat: the assumptions that fail together, none if unsat().
    std::span<const Literal> failed_assumptions() const { return solver_.failed_assumptions(); }
    /// What the proof calls the clause by that says so.
    RowProof::Id failed_id() const { return solver_.failed_id(); }

    /// Propagates the facts; false when that is a contradiction.
    bool propagate_facts() { return solver_.propagate() != sat::Step::conflict; }
    /// 1 if the literal is a fact, -1 if its negation is.
    int fact(Literal literal) const { return solver_.fact(literal); }
    /// What the proof calls a fact by.
    RowProof::Id fact_id(BoolVar variable) const { return solver_.core().fact_ids[variable.index()]; }
    /// nullptr: none is written.
    EngineProof* proof() { return proof_ ? &*proof_ : nullptr; }
    /// Forgets in the proof what the engine has derived, but for facts: before it goes.
    void leave_proof();
    /// At level 0.
    std::size_t fact_count() const { return solver_.trail().size(); }

    /// For several engines of one problem.
    sat::Solver& core() { return solver_; }

    std::uint64_t conflicts() const { return solver_.counters().conflicts; }
    /// Work done, in ticks.
    std::uint64_t effort() const { return solver_.effort(); }
    /// Counts work done on the engine's rows from outside.
    void add_effort(std::uint64_t terms) { rows_.add_effort(terms); }
    const Options& options() const { return options_; }
    Statistics statistics() const;

  private:
    Options options_;
    std::optional<EngineProof> proof_;
    sat::Solver solver_;
    RowTheory rows_;
    RowLearner learner_;
};

}  // namespace sinew::cardinality
