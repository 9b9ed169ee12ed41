// DPLL(T) over an encoding: the Boolean core with the linear theory beside it. Incremental under assumptions.
#pragma once

#include <optional>
#include <span>

#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "linear/linear_theory.hpp"
#include "sat/solver.hpp"
#include "search/encoding.hpp"

namespace sinew::search {

class LazySolver {
  public:
    /// Takes over the encoding's Boolean variables (same numbers), clauses, output clauses and constraints. `limits`
    /// bound every solve().
    LazySolver(const Encoding& encoding, const Settings& settings, const Limits& limits, sat::Tracer* tracer = nullptr);

    /// What can be known of neurons before any decision, one after the other: bounds by exact interval arithmetic, the
    /// chord between them as the neuron's other side (Ehlers, ATVA 2017), and phases that the linear theory rules out:
    /// a pre-activation that cannot be positive makes its phase false, also where 0 itself can be reached and either
    /// would do. Two checks a neuron.
    void strengthen(std::span<const Breakpoint> breakpoints);

    sat::Result solve(std::span<const sat::Literal> assumptions = {});

    /// After unsat under assumptions: those that cannot be true together.
    std::span<const sat::Literal> failed_assumptions() const { return solver_.failed_assumptions(); }

    /// After sat: the exact value of a column; 0 for a variable that no constraint mentions.
    Rational value(Variable variable) const;
    /// After sat: whether a literal is true.
    bool is_true(sat::Literal literal) const { return solver_.model_value(literal.variable()) != literal.negated(); }

    /// After sat: absent where all integers are integers. Else the model is none yet, and impose_split() asks for a
    /// better one.
    const std::optional<LinearForm>& split() const { return theory_.split(); }
    /// Demands from now on that split() is at most 0 or at least 1, which it is at all integers.
    void impose_split();

    Statistics statistics() const;

  private:
    std::optional<Rational> extreme(const LinearForm& form, Side side) const;
    void bound_neuron(const Breakpoint& breakpoint);
    bool is_impossible(const LinearForm& form);
    void add_clauses(std::span<const std::vector<sat::Literal>> clauses);

    Limits limits_;
    linear::LinearTheory theory_;  // must outlive the core
    sat::Solver solver_;
    std::uint64_t fixed_ = 0;
};

}  // namespace sinew::search
