// The search for an assignment of clauses and linear rows: conflict-driven learning with the Boolean core's clauses,
// trail, queue and clause analysis (sat/), counted rows beside them, and two ways to learn from a conflict: a clause
// from the rows' lazily written reasons, or a linear row by cutting planes (Elffers and Nordström, IJCAI 2018).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "cardinality/constraint.hpp"
#include "cardinality/cutting_planes.hpp"
#include "cardinality/options.hpp"
#include "cardinality/row_database.hpp"
#include "cardinality/worth.hpp"
#include "sat/analyze.hpp"
#include "sat/core.hpp"
#include "sat/reduce_schedule.hpp"
#include "sat/restart.hpp"

namespace sinew::cardinality {

enum class Answer : std::uint8_t { sat, unsat, unknown };

/// Constraints are added at level 0, between searches; every add…() returns whether the problem can still be satisfied.
/// Facts: literals true at level 0.
class Engine : private sat::TheoryHook {
  public:
    explicit Engine(const Options& options);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    BoolVar new_variable();
    std::size_t variable_count() const { return core_.trail.variable_count(); }
    bool add_clause(std::span<const Literal> literals);
    bool add(const Constraint& constraint);
    /// output ⇔ Σ terms ≥ bound, as two rows with the output as their head.
    bool add_reified(Literal output, std::span<const Term> terms, std::int64_t bound);
    /// Puts `constraint` in the place of the one that the last call with this slot put there, which it implies.
    bool replace(std::size_t slot, const Constraint& constraint);
    /// Takes away what lies in the slots from `first` on: the caller knows that the rest implies it.
    void clear_slots(std::size_t first);
    bool unsat() const { return unsat_; }

    void set_phase(Literal preferred);
    void prefer(BoolVar variable, std::uint32_t priority);
    /// Variables through which the ones that cost something act on the rest: they are decided before all others, and
    /// from each conflict a clause over them alone is learned beside the usual one.
    void set_gates(std::span<const BoolVar> gates);

    /// Decides everything added under `assumptions`; gives up after `conflicts` more. Ends at level 0.
    Answer solve(std::span<const Literal> assumptions, const Limits& limits, std::uint64_t conflicts);
    /// After sat.
    const std::vector<bool>& model() const { return model_; }
    /// After unsat: the assumptions that fail together, none if unsat().
    std::span<const Literal> failed_assumptions() const { return failed_; }

    /// Propagates the facts; false when that is a contradiction.
    bool propagate_facts();
    /// 1 if the literal is a fact, -1 if its negation is.
    int fact(Literal literal) const {
        const int value = core_.trail.value(literal);
        return value == 0 || core_.trail.level(literal) > 0 ? 0 : value;
    }
    /// At level 0.
    std::size_t fact_count() const { return core_.trail.size(); }
    const RowDatabase& rows() const { return rows_; }
    /// Drops the row for good: the caller knows that the others imply it.
    void drop_row(RowId id) { rows_.mark_garbage(id); }
    /// Takes facts out of the rows, forgets garbage; row ids change. False: a contradiction came out.
    bool simplify();

    std::uint64_t conflicts() const { return core_.counters.conflicts; }
    /// Work done, in a unit that repeats exactly (about a cache line looked at).
    std::uint64_t effort() const { return core_.counters.ticks + (cutting_.effort() + terms_seen_) / 8; }
    /// Counts work done on the engine's rows from outside.
    void add_effort(std::uint64_t terms) { terms_seen_ += terms; }
    const Options& options() const { return options_; }
    Statistics statistics() const;

  private:
    friend class CuttingPlanes;
    struct Conflict {
        sat::ClauseRef clause;
        RowId row;
        bool valid() const { return clause.valid() || row.valid(); }
    };
    static constexpr std::uint32_t batch = 16;  ///< this many literals from one row can wait to be counted
    static constexpr std::uint32_t gate_priority = ~std::uint32_t{0};
    static constexpr std::size_t longest_projection = 30;

    // The hook: clause analysis asks why a row implied something; nothing else of it is used.
    void assigned(Literal) override {}
    void new_level() override {}
    void backtrack(std::size_t) override {}
    void propagate(sat::Inferences&) override {}
    void final_check(sat::Inferences&) override {}
    void explain(Literal implied, std::vector<Literal>& reason) override;

    bool contradiction();
    bool add_row(const Constraint& constraint);
    bool assign_fact(Literal literal);
    Constraint without_facts(const Constraint& constraint) const;
    Conflict propagate_all();
    Literal next_to_count();
    bool scan(RowId id);
    void place_positions();
    bool is_row_reason(BoolVar variable) const;
    void select_causes(RowId id, std::uint32_t before, Literal implied, std::vector<Literal>& causes);
    void backtrack_to(std::uint32_t level);
    bool learn_from(Conflict conflict);
    void learn_clause(std::span<const Literal> clause, std::uint32_t level, std::uint32_t glue);
    bool learn_row(const Constraint& constraint);
    void project();
    void add_projected();
    bool is_free(BoolVar variable) const;
    std::uint32_t conflict_level(std::span<const Literal> literals) const;
    void after_conflict(std::uint32_t glue);
    void bump_row(RowId id);
    void decide(Literal literal);
    Literal next_decision();
    bool next_assumption(std::span<const Literal> assumptions);
    void restart(std::size_t assumption_count);
    bool reduce_rows();
    void remember_best(std::size_t conflict_free);
    void rephase_if_due();
    void reduce_clauses_if_due();
    Answer search(std::span<const Literal> assumptions, const Limits& limits, std::uint64_t conflict_limit);

    Options options_;
    sat::Core core_;
    sat::Analyzer analyzer_;
    sat::RestartPolicy restart_;
    RowDatabase rows_;
    CuttingPlanes cutting_;
    Worth worth_;

    std::vector<RowId> row_reason_;        ///< by variable; meant where the trail says so
    std::vector<std::uint32_t> position_;  ///< of the variable on the trail
    std::vector<std::uint8_t> counted_;    ///< whether rows_ knows of the variable's value
    std::vector<std::uint8_t> may_wait_;   ///< implied in a large batch: counted after everything else
    std::size_t seen_ = 0;                 ///< the trail before this has a position, and is counted or waits
    std::vector<Literal> waiting_;
    std::size_t waiting_head_ = 0;
    std::vector<std::uint32_t> priority_;
    std::vector<BoolVar> preferred_;  ///< by priority, the highest first
    std::vector<RowId> slots_;
    std::vector<Literal> scratch_;
    struct Cause {
        std::uint32_t position;
        std::int64_t coefficient;
        Literal literal;
    };
    std::vector<Cause> causes_;
    bool has_gates_ = false;
    std::vector<std::uint8_t> in_projection_;  ///< by variable
    std::vector<Literal> projected_;
    std::vector<Literal> failed_;
    std::vector<bool> model_;
    float row_increment_ = 1;
    std::uint64_t rows_learned_ = 0;
    std::uint64_t terms_seen_ = 0;  ///< by explanations and outsiders
    std::uint64_t learned_rows_now_ = 0;
    std::uint64_t reduce_at_ = 2000;
    std::uint64_t reductions_ = 0;
    std::uint64_t rephase_at_ = 1000;
    std::uint64_t rephased_ = 0;
    std::size_t words_after_collection_ = 0;
    std::size_t unremovable_ = 0;  ///< learned clauses that the last reduction could not touch
    sat::ReduceSchedule reduce_;
    RowId pending_;  ///< learned, and not looked at yet
    bool unsat_ = false;
};

}  // namespace sinew::cardinality
