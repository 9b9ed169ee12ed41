// SPDX-License-Identifier: Apache-2.0
// Models over integers and reals: linear constraints and Boolean conditions, neurons and whole networks among them, an
// objective; solved exactly.
//
//   sinew::Model model;
//   const Expression heat = model.add_variable("heat", 0, 1000);
//   const Expression fan = model.add_variable("fan", 0, 3);
//   const Precision thousandths{1000};                                     // fixed-point numbers, 1000 steps a unit
//   const Expression warm = model.add_neuron(tansig, decimal("0.8") * heat - decimal("0.5"), thousandths);
//   model.add(implies(warm >= 250, fan >= 2));
//   model.add(2 * fan + heat / 100 <= 13);
//   model.maximize(heat - 50 * fan);
//   const Solution best = model.solve();
//   if (best.status() == Status::optimal) std::cout << best.value(heat);   // exact
//
// docs/modelling.md tells larger examples.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sinew/expression.hpp>
#include <sinew/network.hpp>
#include <sinew/number.hpp>
#include <sinew/solution.hpp>

namespace sinew {

/// Everything may be added between solves, and stays. Arithmetic is exact throughout. Not for several threads at once.
/// UsageError for expressions that speak of variables which this model has not.
///
/// Without reals the integer engine solves: what it has learned serves the next solve; integers have at most 62 bits
/// (UsageError for a variable beyond ±(2^62 - 1)), sums and coefficients any number. With the first real the model
/// becomes one that is solved as a Query is, each time anew: sizes have no limit, networks are layers, and tansig and
/// sigmoid are allowed as written (apply(), add_network() without a precision), but not with a precision.
class Model {
  public:
    explicit Model(std::uint64_t seed = 0);  ///< the same seed, the same run
    Model(Model&&) noexcept;                 ///< what was moved from may only be assigned or destroyed
    Model& operator=(Model&&) noexcept;      ///< what was moved from may only be assigned or destroyed
    ~Model();

    /// An integer variable in [lower, upper]. UsageError if it has no value. Names may be empty; they are for name().
    Expression add_variable(std::string name, const Integer& lower, const Integer& upper);
    /// An integer variable with these values, in any order. UsageError without any.
    Expression add_variable(std::string name, const std::vector<Integer>& values);
    /// A real variable in [lower, upper], unbounded where a bound is absent (UsageError where they cross; or where a
    /// tansig or sigmoid neuron has a precision: its model is over integers alone).
    Expression add_real(std::string name, const std::optional<Rational>& lower = std::nullopt,
                        const std::optional<Rational>& upper = std::nullopt);
    /// Whether one was added.
    bool has_reals() const;
    /// Those of add_variable() and add_real(), in order.
    std::vector<Expression> variables() const;
    /// The name that a single variable was given; else empty.
    std::string name(const Expression& variable) const;

    /// Constrains. A disjunction of bounds is a clause, a comparison a linear constraint.
    void add(const Condition& condition);
    /// The same for one linear comparison (<=, <, >=, >, ==); UsageError for others.
    void add_linear(const Condition& comparison);
    /// 1 where the condition holds, else 0: to count conditions.
    Expression indicator(const Condition& condition);

    /// One neuron as a constraint over integers with `precision` steps a unit (docs/neuron_constraints.md); returns its
    /// output, a new variable. `argument` is Σ w_i·X_i + b over variables X_i, with p = precision.steps, in the scaled
    /// reading: output = round(p·act(b + Σ w_i·X_i/p)). X_i may be any variables; over reals the sum is a real, and the
    /// output an integer still. UsageError if the activation is not monotone, a clip's bounds cross, p < 1, or
    /// the model has reals and the activation is tansig or sigmoid.
    Expression add_neuron(const Activation& activation, const Expression& argument, const Precision& precision);
    /// act(argument) as it is written, without rounding: a layer of one neuron, whose values are rational. UsageError
    /// for a clip whose bounds cross; without reals also for tansig and sigmoid, and where the values over a common
    /// denominator do not fit 62 bits.
    Expression apply(const Activation& activation, const Expression& argument);
    /// The greatest of the members (UsageError without any), as apply().
    Expression maximum(const std::vector<Expression>& members);
    /// |argument|, as apply().
    Expression magnitude(const Expression& argument);

    /// A whole network on `inputs`, which stand for its input components in order (UsageError for another number).
    /// With a precision every neuron is an integer neuron constraint, and inputs must be single variables; without one
    /// all is as written (without reals: for piecewise-linear networks). UsageError as above.
    AddedNetwork add_network(const Network& network, const std::vector<Expression>& inputs,
                             const std::optional<Precision>& precision = std::nullopt);

    void minimize(const Expression& objective);  ///< replaces the objective
    void maximize(const Expression& objective);  ///< replaces the objective

    /// Decides the model, or finds the best value of its objective, with a proof by exact arithmetic. Never throws for
    /// a limit.
    Solution solve(const SolveOptions& options = {});

    /// Constrains: later solutions differ from this one in the model's variables, or those of `how`, or by its distance
    /// (docs of Exclusion; regions are of a Query). UsageError for a solution without values, and for a real quantity
    /// with distance 0.
    void exclude(const Solution& solution, const Exclusion& how = {});
    /// solve(), and what is found is excluded: all solutions one after the other (with an objective, the best first),
    /// until one has no values.
    Solution next(const Exclusion& how = {}, const SolveOptions& options = {});

    /// For other solvers, as Query::export_as() has it: "smt2", "lp" or "dnn". Neurons with a precision are layers with
    /// integers that are their outputs rounded. UsageError for what a format cannot say: SMT-LIB and LP have no tansig
    /// and sigmoid.
    std::string export_as(const std::string& format);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sinew
