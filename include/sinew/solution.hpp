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
/// - feasible: a solution in hand; the best value lies between objective() and bound(). A limit was reached, or the
/// best
///   value is approached but not attained.
/// - unsatisfiable: there is no solution.
/// - unbounded: solutions become better without end.
/// - unknown: there is neither solution nor proof; reason() says why.
enum class Status : std::uint8_t { satisfied, optimal, feasible, unsatisfiable, unbounded, unknown };
std::string_view to_string(Status status);

/// How the search is run.
struct SolveOptions {
    std::optional<double> seconds;                 ///< of wall time
    std::optional<std::size_t> bytes;              ///< of resident memory of the whole process
    const std::atomic<bool>* interrupt = nullptr;  ///< stops the search when it becomes true
    /// Called during an optimisation, from its thread, with the objective of each better solution, and with each better
    /// bound of it.
    std::function<void(const Rational&)> on_improvement{};
    std::function<void(const Rational&)> on_bound{};
    /// Of a Model: two or more neurons are also bounded together, with the linear constraints around them.
    bool network_bounds = true;
    /// Of a Query (a Model has its seed from the beginning, and one thread).
    std::uint64_t seed = 0;
    int threads = 1;
};

/// An answer, and the values of a solution: exact, and checked against what was asked before anyone sees them.
class Solution {
  public:
    Status status() const { return status_; }
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
    /// What the components counted, in the order that they tell it; names are not stable between versions.
    const std::vector<std::pair<std::string, double>>& statistics() const { return statistics_; }

    /// For the library itself.
    struct Data;
    Solution() = default;
    explicit Solution(Data data);

  private:
    Status status_ = Status::unknown;
    std::string reason_;
    std::string decided_by_;
    std::vector<Rational> values_;  ///< by variable
    std::vector<double> errors_;    ///< by variable; empty: all 0
    std::optional<Rational> objective_;
    std::optional<Rational> bound_;
    std::vector<std::pair<std::string, double>> statistics_;
};

}  // namespace sinew
