// SPDX-License-Identifier: Apache-2.0
// What can be asked of a search, and what it answers.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sinew/expression.hpp>
#include <sinew/number.hpp>

namespace sinew {

/// What a solve() came to.
/// - satisfied: a solution; there is no objective.
/// - optimal: a solution of proven best value.
/// - feasible: a solution in hand; the best value lies between objective() and bound(). A limit was reached, or no
///   solution has the best value, only values as near to it as one likes.
/// - unsatisfiable: there is no solution.
/// - unbounded: solutions become better without end.
/// - unknown: there is neither solution nor proof; reason() says why.
enum class Status : std::uint8_t { satisfied, optimal, feasible, unsatisfiable, unbounded, unknown };
std::string_view to_string(Status status);  ///< its name, as above

/// Which engines search. `automatic` chooses by the question; the others are what `--strategy` names.
enum class Strategy : std::uint8_t { automatic, branch_and_bound, lazy, textbook, binarized };

/// A look at a running search. Counts that make no sense for a search stay 0.
struct SearchProgress {
    std::uint64_t nodes = 0;      ///< of the search tree that were looked at
    std::uint64_t open = 0;       ///< nodes that are still to be searched
    std::uint64_t conflicts = 0;  ///< of clause learning
    std::uint64_t depth = 0;      ///< of the search tree, or of decisions
};

/// How the search is run.
struct SolveOptions {
    std::optional<double> seconds;                 ///< of wall time
    std::optional<std::size_t> bytes;              ///< of resident memory of the whole process
    const std::atomic<bool>* interrupt = nullptr;  ///< stops the search when it becomes true
    /// Called during an optimisation, from its thread, with the objective of each better solution.
    std::function<void(const Rational&)> on_improvement{};
    /// Likewise with each better bound of the objective.
    std::function<void(const Rational&)> on_bound{};
    /// Of a Model: two or more neurons are also bounded together, with the linear constraints around them.
    bool network_bounds = true;
    /// Of a Query (a Model has its seed from the beginning, and one thread).
    std::uint64_t seed = 0;
    int threads = 1;                          ///< 0: all processors that this process may use
    Strategy strategy = Strategy::automatic;  ///< of questions without an objective
    /// Options of single engines, "ENGINE.NAME=VALUE" each, the later of two standing (`sinew verify --set help` lists
    /// them); UsageError for one that does not exist, or a value out of its range.
    std::vector<std::string> settings{};
    /// Called now and then during the search, perhaps from another thread, one call at a time.
    std::function<void(const SearchProgress&)> on_progress{};
};

/// What is left out of the next solutions, beside a solution that is there: its neighbourhood, or its linear region.
struct Exclusion {
    /// Solutions in which every one of `over` is nearer than this to its value: a box without its surface. 0: the
    /// values alone, for whole numbers and Booleans; a real quantity wants a distance above 0, as it has values without
    /// end beside any other.
    Rational distance = 0;
    std::vector<Expression> over{};  ///< empty: all inputs (of a Model: all variables), Booleans among them
    /// Instead of that: solutions in which every neuron is on the same piece of its activation, of a Query over
    /// piecewise-linear networks.
    bool region = false;
};

/// An answer, and the values of a solution: exact, and checked against what was asked before anyone sees them.
class Solution {
  public:
    Status status() const { return status_; }  ///< what it came to
    /// With unknown, and with feasible where a limit was reached: why the search ended. Else empty.
    const std::string& reason() const { return reason_; }
    /// The engine that found the answer; empty without one.
    const std::string& decided_by() const { return decided_by_; }
    /// Whether there are values: with satisfied, optimal, feasible.
    bool has_values() const { return !values_.empty(); }
    /// The exact value of any expression over the variables of what was asked. UsageError without values. Over reals a
    /// network's tansig and sigmoid neurons have irrational values: then it is within error(expression) of the value
    /// returned.
    Rational value(const Expression& expression) const;
    /// 0 but for such neurons and what depends on them.
    Rational error(const Expression& expression) const;
    /// Whether the condition holds of the values, exactly. UsageError where they are not exact.
    bool holds(const Condition& condition) const;
    /// With optimal and feasible (UsageError otherwise).
    const Rational& objective() const;
    /// With an objective, unless unsatisfiable: no solution is better. Absent if nothing was proven yet.
    const std::optional<Rational>& bound() const { return bound_; }
    /// Wall time of the search.
    double seconds() const { return seconds_; }
    /// What the components counted, in the order that they tell it; names are not stable between versions.
    const std::vector<std::pair<std::string, double>>& statistics() const { return statistics_; }

    /// For the library itself.
    struct Data;
    Solution() = default;
    explicit Solution(Data data);  ///< for the library itself

  private:
    void check(const LinearForm& form) const;

    Status status_ = Status::unknown;
    std::string reason_;
    std::string decided_by_;
    std::vector<Rational> values_;  ///< by variable
    std::vector<double> errors_;    ///< by variable; empty: all 0
    std::vector<bool> booleans_;    ///< by Boolean of a Query
    double seconds_ = 0;
    std::optional<Rational> objective_;
    std::optional<Rational> bound_;
    std::vector<std::pair<std::string, double>> statistics_;
};

}  // namespace sinew
