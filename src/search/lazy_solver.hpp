// SPDX-License-Identifier: Apache-2.0
// DPLL(T) over an encoding: the Boolean core with the linear theory beside it. Incremental under assumptions.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "linear/linear_theory.hpp"
#include "model/verdict.hpp"
#include "sat/solver.hpp"
#include "search/encoding.hpp"

namespace sinew::search {

class LazySolver {
  public:
    /// Takes over the encoding's Boolean variables (same numbers), clauses, output clauses and constraints.
    LazySolver(const Encoding& encoding, const Settings& settings, sat::Tracer* tracer = nullptr);

    /// What can be known of neurons before any decision, one after the other: bounds by exact interval arithmetic, the
    /// chord between them as the neuron's other side (Ehlers, ATVA 2017), and phases that the linear theory rules out:
    /// a pre-activation that cannot be positive makes its phase false, also where 0 itself can be reached and either
    /// would do. Two checks a neuron. True when it is through; called again after a limit it goes on.
    bool strengthen(std::span<const Breakpoint> breakpoints, const Limits& limits);

    /// The neuron's distance from its breakpoint lies there, somebody proved: its phase, or the chord between them.
    /// Between solves.
    void between(const Breakpoint& breakpoint, const std::optional<Rational>& lower,
                 const std::optional<Rational>& upper);

    /// A literal that is new and demands form ⋈ 0 where it is true, over columns. Between solves.
    sat::Literal new_condition(const LinearForm& form, model::Relation relation);
    /// form ⋈ 0 in every solution, somebody proved, over columns. Between solves.
    void add_fact(const LinearForm& form, model::Relation relation);

    /// Takes over what `first`, made of the same encoding, knows of all solutions since the last time: its choices of
    /// phases at breakpoints too, on which solvers that share a question must agree.
    void agree_with(const LazySolver& first);

    /// Decides everything under `assumptions`, integers included. After unknown it may be called again and goes on with
    /// what it has learned. `slice`: when the search is to be interrupted; `limits`: what ends a linear program.
    Answer solve(std::span<const sat::Literal> assumptions, const Limits& limits) {
        return solve(assumptions, limits, limits);
    }
    Answer solve(std::span<const sat::Literal> assumptions, const Limits& slice, const Limits& limits);

    /// After unsat under assumptions: those that cannot be true together.
    std::span<const sat::Literal> failed_assumptions() const { return solver_.failed_assumptions(); }

    /// After sat: the exact value of a column; 0 for a variable that no constraint mentions.
    Rational value(Variable variable) const;
    /// After sat: the solution as one of `query`, whose Booleans are `booleans`, by exact evaluation at its inputs.
    model::Witness witness(const model::Query& query, std::span<const sat::Literal> booleans) const;
    /// After sat: whether a literal is true.
    bool is_true(sat::Literal literal) const { return solver_.model_value(literal.variable()) != literal.negated(); }

    /// The core, and how many of its variables are the encoding's.
    sat::Solver& core() { return solver_; }
    std::size_t encoded_variables() const { return encoded_variables_; }

    std::uint64_t integer_splits() const { return theory_.integer_splits(); }
    Statistics statistics() const;

  private:
    std::optional<Rational> extreme(const LinearForm& form, Side side) const;
    void bound_neuron(const Breakpoint& breakpoint);
    bool is_impossible(const LinearForm& form);
    void add_clauses(std::span<const std::vector<sat::Literal>> clauses);

    linear::LinearTheory theory_;  // must outlive the core
    sat::Solver solver_;
    std::size_t encoded_variables_;
    struct Fact {
        LinearForm form;
        model::Relation relation;
    };
    std::vector<Fact> facts_;       ///< added since this was made
    std::size_t agreed_facts_ = 0;  ///< of another's, those that this has too
    std::size_t strengthened_ = 0;  ///< breakpoints before this one are done
    std::uint64_t fixed_ = 0;
};

}  // namespace sinew::search
