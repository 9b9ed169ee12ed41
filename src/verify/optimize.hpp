// A query with an objective in; the best value out, with a solution that has it and a proof that none is better.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::verify {

/// - optimum: the witness has the best value; bound == value.
/// - feasible: a limit was reached, or the best value is not attained; it lies between value and bound.
/// - unsat: no input satisfies the conditions.
/// - unbounded: solutions become better without end.
/// - unknown, timeout: no solution was found; a bound may be known.
enum class OptimumStatus : std::uint8_t { optimum, feasible, unsat, unbounded, unknown, timeout };
std::string_view to_string(OptimumStatus status);

struct Optimum {
    OptimumStatus status = OptimumStatus::unknown;
    std::optional<model::Witness> witness;
    std::optional<Rational> value;  ///< of the objective at the witness; with radii, one that it does not miss
    std::optional<Rational> bound;  ///< no solution is better
    std::string reason;             ///< why there is no proven optimum
    double seconds = 0;
    Statistics statistics;
};

/// Hears of better solutions and bounds, as they are found.
class OptimizeListener : public Observer {
  public:
    /// The witness has been checked.
    virtual void improved(const Rational& /*value*/, const model::Witness& /*witness*/) {}
    virtual void bound_moved(const Rational& /*bound*/) {}
};

struct OptimizeOptions {
    Limits limits;
    Settings settings;
};

/// Finds the best value of the query's objective (UsageError if it has none). Over integers by the integer engine; over
/// reals, or where that one does not take the query, by questions to verify() and exact linear programs. Every witness
/// has been confirmed by exact evaluation, and so has its value; with tanh or sigmoid neurons by certified enclosures,
/// and then the optimum lies between value and bound.
Optimum optimize(const model::Query& query, const OptimizeOptions& options, OptimizeListener& listener);

}  // namespace sinew::verify
