// SPDX-License-Identifier: Apache-2.0
// The public face of the integer engine: variables, constraints, an objective; solve() gives a checked solution, a
// proof that there is none (by exhaustion, in exact arithmetic), or the optimum with a proven bound at any time.
//
//   integer::Model model;
//   const IntVar x = model.add_variable(0, 10), y = model.add_variable(0, 10);
//   model.add_linear({{x, 2}, {y, 3}}, Relation::less_equal, 12);
//   model.add_clause({at_least(x, 3), at_most(y, 1)});                    // x >= 3 or y <= 1
//   const Bound b = is_true(model.add_boolean());
//   model.add_linear_iff(b, {{x, 1}, {y, -1}}, Relation::equal, 0);       // b <-> x = y
//   model.maximize({{x, 1}, {y, 2}});
//   const Result result = model.solve();                                  // result.outcome, result.values[x.index()]
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "exact/rational.hpp"
#include "integer/bound.hpp"
#include "integer/propagator.hpp"

namespace sinew::integer {

struct BoxProblem;
class Engine;

/// coefficient·variable. Coefficients may have any size.
struct Term {
    IntVar variable;
    Integer coefficient;
};

/// Σ terms ⋈ right-hand side.
enum class Relation : std::uint8_t { less_equal, greater_equal, equal, not_equal };

struct Result {
    /// - sat: a solution; the model has no objective.
    /// - unsat: there is no solution (under the assumptions).
    /// - optimum: a solution of proven best value; bound == value.
    /// - feasible: a limit was reached with a solution in hand; the best value lies between value and bound.
    /// - unknown: a limit was reached without a solution; bound still holds.
    Outcome outcome = Outcome::unknown;
    /// With sat, optimum, feasible: by variable; every constraint has been checked on them by exact arithmetic.
    std::vector<Value> values;
    Integer value;  ///< with optimum and feasible: the objective, its constant included
    Integer bound;  ///< with an objective, but for unsat: no solution is better
    /// With unsat under assumptions, without an objective: those of them that the constraints exclude together (not
    /// necessarily a least set); empty when there is no solution without any.
    std::vector<Bound> core;
};

/// Hears of a running solve(), from its own thread.
class Listener {
  public:
    virtual ~Listener() = default;
    /// A solution better than all before; checked.
    virtual void improved(const Integer& /*value*/, std::span<const Value> /*values*/) {}
    /// No solution is better than `bound`; comes nearer to the best value from call to call.
    virtual void bound_moved(const Integer& /*bound*/) {}
};

/// Everything may be added between solves, and stays. Learned clauses serve the next solve.
/// Errors: UsageError for an empty domain and for bounds beyond ±largest_value (about 4.6·10^18); sums, coefficients
/// and right-hand sides may have any size, and nothing ever wraps around.
class Model {
  public:
    /// The seed changes the order of equals in the search.
    explicit Model(const Settings& settings = {});
    Model(Model&&) noexcept;
    Model& operator=(Model&&) noexcept;
    ~Model();

    /// lower <= x <= upper.
    IntVar add_variable(const Integer& lower, const Integer& upper);
    /// Exactly these values, in any order. O(n log n).
    IntVar add_variable(std::span<const Integer> values);
    /// Exactly the values of these ranges, in any order, overlapping or not.
    IntVar add_variable(std::span<const Range> ranges);
    /// [0, 1]; its literals are is_true() and is_false().
    IntVar add_boolean() { return add_variable(0, 1); }
    std::size_t variable_count() const;
    /// The bounds that are known to hold always.
    Value lower(IntVar variable) const;
    Value upper(IntVar variable) const;

    /// A literal that always holds; its negation never does.
    Bound constant(bool value);
    /// A literal that is true iff variable = value. Made once for each value.
    Bound equal(IntVar variable, const Integer& value);

    /// A literal that is true iff Σ terms ⋈ right: a bound where that is one, else a new Boolean's.
    Bound literal_of(std::span<const Term> terms, Relation relation, const Integer& right);
    Bound literal_of(std::initializer_list<Term> terms, Relation relation, const Integer& right) {
        return literal_of(std::span<const Term>(terms.begin(), terms.size()), relation, right);
    }

    /// One of the literals holds. Any number of literals.
    void add_clause(std::span<const Bound> literals);
    void add_clause(std::initializer_list<Bound> literals) { add_clause({literals.begin(), literals.size()}); }

    /// Σ terms ⋈ right. Variables may repeat, coefficients may be 0.
    void add_linear(std::span<const Term> terms, Relation relation, const Integer& right);
    /// literal -> Σ terms ⋈ right (half reified).
    void add_linear_if(Bound literal, std::span<const Term> terms, Relation relation, const Integer& right);
    /// literal <-> Σ terms ⋈ right (reified).
    void add_linear_iff(Bound literal, std::span<const Term> terms, Relation relation, const Integer& right);
    void add_linear(std::initializer_list<Term> terms, Relation relation, const Integer& right) {
        add_linear(std::span<const Term>(terms.begin(), terms.size()), relation, right);
    }
    void add_linear_if(Bound literal, std::initializer_list<Term> terms, Relation relation, const Integer& right) {
        add_linear_if(literal, std::span<const Term>(terms.begin(), terms.size()), relation, right);
    }
    void add_linear_iff(Bound literal, std::initializer_list<Term> terms, Relation relation, const Integer& right) {
        add_linear_iff(literal, std::span<const Term>(terms.begin(), terms.size()), relation, right);
    }

    /// A constraint with an algorithm of its own.
    void add_propagator(std::unique_ptr<Propagator> propagator);

    /// Replaces the objective: Σ terms + constant.
    void minimize(std::span<const Term> terms, const Integer& constant = 0);
    void maximize(std::span<const Term> terms, const Integer& constant = 0);
    void minimize(std::initializer_list<Term> terms) { minimize(std::span<const Term>(terms.begin(), terms.size())); }
    void maximize(std::initializer_list<Term> terms) { maximize(std::span<const Term>(terms.begin(), terms.size())); }

    /// The value a variable is tried at first, until the search learns better.
    void suggest(IntVar variable, Value value);
    /// Variables that everything else follows from are best decided first: `bumps` conflicts' worth before the others.
    void prefer(IntVar variable, double bumps);

    /// Whether solve() adds the linear relaxation of the rows when there is an objective (it does unless told not to):
    /// off where another constraint has one of its own.
    void set_relaxation(bool wanted);

    /// Bounds of these variables by the linear relaxation of all rows added so far, at the root.
    void tighten_by_rows(std::span<const IntVar> variables, const Limits& limits);

    /// Adds a search over boxes of the integers that a network of neurons reads (integer/network_boxes.hpp), which
    /// takes turns with the engine. Neurons and rows must be constraints of the model; its objective is the model's.
    void search_boxes(BoxProblem problem);

    /// What follows from the constraints without any search. False: there is no solution. Where bounds creep over wide
    /// domains it stops before a fixpoint.
    bool propagate();
    /// Decides the model, or finds the best value of its objective, under `assumptions` (literals that hold in this
    /// call only). Never throws for a limit.
    Result solve(std::span<const Bound> assumptions, const Limits& limits, Listener* listener = nullptr);
    Result solve(const Limits& limits = {}, Listener* listener = nullptr) { return solve({}, limits, listener); }

    /// Whether all constraints hold, by exact arithmetic, for a value of every variable.
    bool holds(std::span<const Value> values) const;

    /// What all solves together counted.
    Statistics statistics() const;

  private:
    friend class ModelGroup;
    Engine& engine();
    static Result solve_together(std::span<Model* const> models, const Limits& limits, Listener* listener);

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sinew::integer
