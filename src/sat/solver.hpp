// SPDX-License-Identifier: Apache-2.0
// The conflict-driven clause-learning core (Marques-Silva and Sakallah 1999; Eén and Sörensson, SAT 2003) with theories
// beside it. solve() runs the whole search; the step-by-step members let a caller with a search of its own drive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "sat/analyze.hpp"
#include "sat/conflict_learner.hpp"
#include "sat/core.hpp"
#include "sat/exports.hpp"
#include "sat/reduce_schedule.hpp"
#include "sat/restart.hpp"
#include "sat/search_loop.hpp"
#include "sat/theory_link.hpp"

namespace sinew::sat {

/// Glossary. level: the number of decisions open; level 0 holds facts. trail: true literals in the order they became
/// true. learned clause: implied by the others, may be forgotten by reduction. unsat() is final: nothing can be
/// satisfied any more, whatever the assumptions.
///
/// A theory may call new_variable(), watch_theory_variable(), set_phase() and the const members from inside its
/// callbacks, and nothing else: clauses go through Inferences.
class Solver {
  public:
    explicit Solver(const Options& options = {});
    Solver(const Solver&) = delete;
    Solver& operator=(const Solver&) = delete;

    // The problem. All of it may be called at any level, before, between and during searches.
    BoolVar new_variable();
    std::size_t variable_count() const { return core_.trail.variable_count(); }
    /// Adds a clause for ever. Above level 0 it may backtrack: to where the clause becomes unit if it is, to level 0 if
    /// it has one literal; a clause that is false leaves a conflict to resolve. Returns !unsat().
    bool add_clause(std::span<const Literal> literals);
    bool add_clause(std::initializer_list<Literal> literals) {
        return add_clause(std::span<const Literal>(literals.begin(), literals.size()));
    }
    /// Room for clauses to come; only speed depends on it.
    void reserve(std::size_t variables, std::size_t clauses, std::size_t literals);
    /// Theories are asked in the order in which they were added: the cheap ones first. A theory must outlive the
    /// solver, and be added at level 0, at most 200 of them.
    void add_theory(TheoryHook& theory, Hears hears = Hears::watched);
    /// The theory's assigned() hears of this variable from now on (also if it has its value already).
    void watch_theory_variable(BoolVar variable, const TheoryHook& theory);
    /// Learns beside the core; nullptr for none. It must outlive the solver. A proof hears from it itself.
    void set_learner(ConflictLearner* learner) { learner_ = learner; }
    /// Hears of every clause learned; nullptr for none. It must outlive the solver.
    void set_exports(Exports* exports) { exports_ = exports; }
    /// To be set before the first variable; nullptr for none.
    void set_tracer(Tracer* tracer) {
        core_.tracer = tracer;
        if (tracer != nullptr && tracer->wants_antecedents()) core_.clauses.keep_ids();
    }
    /// The value tried first when the variable is decided, until the search learns better.
    void set_phase(Literal preferred);
    /// Brings a variable forward in the order of decisions by `bumps` conflicts' worth.
    void bump(BoolVar variable, double bumps) { core_.queue.bump(variable, bumps); }

    // The whole search.
    /// Decides the clauses under `assumptions` (and the theories). unknown: a limit was reached, or so many conflicts;
    /// called again it goes on with what was learned. Ends at level 0.
    Answer solve(std::span<const Literal> assumptions = {}, const Limits& limits = {},
                 std::uint64_t conflict_budget = ~std::uint64_t{0});
    /// After sat: the value found. Variables newer than the answer are false.
    bool model_value(BoolVar variable) const;
    const std::vector<bool>& model() const { return model_; }
    /// After unsat under assumptions: a subset of them that cannot be true together; empty if unsat() without any.
    std::span<const Literal> failed_assumptions() const { return failed_; }
    /// Of the clause that says so, in a proof with numbers.
    ClauseId failed_id() const { return failed_id_; }
    bool unsat() const { return unsat_; }

    // Step by step.
    std::uint32_t level() const { return core_.trail.level(); }
    std::span<const Literal> trail() const { return core_.trail.literals(); }
    const Trail& assignment() const { return core_.trail; }
    Truth value(Literal literal) const;
    /// 1 if the literal is true at level 0, -1 if its negation is, else 0.
    int fact(Literal literal) const {
        const int value = core_.trail.value(literal);
        return value == 0 || core_.trail.level(literal) > 0 ? 0 : value;
    }
    /// Opens a level with an undefined literal. Clause propagation must have come to its end without conflict.
    void decide(Literal literal);
    /// Clauses and theories to their common fixpoint: quiet or conflict. Lemmas may make it backtrack below the level
    /// it was called at.
    Step propagate();
    /// Clauses alone: cheap, to redo a list of decisions before the theories are asked.
    Step propagate_clauses();
    /// Every variable is assigned and propagate() was quiet: asks the theories. quiet: the assignment is a model;
    /// progress: they have found something out that propagate() has to see to.
    Step final_check();
    bool has_conflict() const { return has_conflict_; }
    /// The clause whose literals are all false.
    std::span<const Literal> conflict() const { return conflict_; }
    /// Learns from the conflict and goes back to where the learned clause implies something new. False: unsat().
    bool resolve_conflict();
    /// What the last resolve_conflict() learned; the first literal is the one it implied.
    std::span<const Literal> learned_clause() const { return analyzer_.learned(); }
    void backtrack(std::uint32_t level);
    /// An undefined literal: a theory's suggestion, else the core's; invalid when everything is assigned.
    Literal next_decision();
    /// Forgets useless learned clauses when it is time to. propagate() must have been quiet.
    void reduce_if_due();

    // For theories and learners.
    /// A clause that follows, and may be forgotten again; as add_clause(), at any level. Its literals are distinct, and
    /// none is a fact or false for ever. A proof has it as `id`.
    void add_learned(std::span<const Literal> literals, std::uint32_t glue, ClauseId id = 0);
    /// The literal of an undefined variable that the core would decide.
    Literal decision_of(BoolVar variable) const { return decision_literal(core_, variable, restart_.stable()); }
    double activity(BoolVar variable) const { return core_.queue.activity(variable); }
    /// What the core knows, for learners; they change the activities of its queue alone.
    Core& core() { return core_; }
    const Core& core() const { return core_; }
    /// The clause that implied an assigned variable, written out first if a theory did.
    std::span<const Literal> reason(BoolVar variable) {
        return core_.clauses[reason_clause(core_, variable)].literals();
    }

    const Counters& counters() const { return core_.counters; }
    /// Work done by core and theories, in ticks that repeat exactly.
    std::uint64_t effort() const;
    Statistics statistics() const;

  private:
    enum class Call { propagate, final_check };
    class Driver;

    void add(std::span<const Literal> literals, ClauseKind kind, ClauseId id);
    void add_distinct(std::vector<Literal>& literals, ClauseKind kind, std::uint32_t glue, ClauseId id);
    void place_watches(std::vector<Literal>& literals) const;
    ClauseRef store(ClauseKind kind, std::span<const Literal> literals, std::uint32_t glue, ClauseId id);
    void add_fact(Literal literal, ClauseId id);
    void know_fact(Literal literal, ClauseId id);
    void become_unsat(std::span<const Literal> conflict, ClauseId id);
    void set_conflict(ClauseRef clause);
    void set_conflict(std::span<const Literal> clause, const TheoryHook* theory, ClauseId id);
    std::uint32_t conflict_level() const;
    void consult(std::size_t theory, Call call);
    void apply_inferences(std::size_t theory);
    void apply_literal(Literal literal, std::size_t theory);
    void seal_root();
    void trace_propagations();
    void remember_phases(std::size_t conflict_free);
    void learn_clause();
    void learn_second(std::span<const Literal> clause, ClauseId id);
    void after_conflict(std::uint32_t glue);
    void open_level();
    void rephase_if_due();

    Core core_;
    Analyzer analyzer_;
    RestartPolicy restart_;
    std::vector<TheoryLink> links_;  ///< by theory
    ConflictLearner* learner_ = nullptr;
    Exports* exports_ = nullptr;
    Inferences inferences_;
    std::vector<Literal> conflict_;
    ClauseRef conflict_clause_;
    ClauseId conflict_id_ = 0;
    const TheoryHook* conflict_theory_ = nullptr;
    bool has_conflict_ = false;
    bool unsat_ = false;
    bool in_theory_ = false;
    std::uint32_t theory_level_ = 0;
    std::size_t sealed_ = 0;
    std::size_t traced_ = 0;
    ReduceSchedule reduce_;
    std::size_t unremovable_ = 0;  ///< learned clauses that the last reduction could not touch
    std::uint64_t rephase_at_ = 0;
    std::uint64_t rephased_ = 0;
    std::size_t words_after_collection_ = 0;
    std::uint64_t spent_ = 0;  ///< of effort(), what has been told
    std::vector<Literal> scratch_;
    std::vector<Literal> failed_;
    ClauseId failed_id_ = 0;
    std::vector<bool> model_;
};

}  // namespace sinew::sat
