// A pseudo-Boolean problem straight to its engine: what `sinew solve F.opb` does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "cardinality/options.hpp"
#include "model/pseudo_boolean.hpp"
#include "model/verdict.hpp"

namespace sinew::verify {

struct PbAnswer {
    /// sat: a solution is known (with an objective perhaps not an optimal one); unsat; unknown and timeout: none is.
    model::Status status = model::Status::unknown;
    bool optimal = false;               ///< with sat and an objective: nothing is better
    std::vector<bool> values;           ///< with sat: of named variable v at v - 1; checked against the problem
    std::vector<std::int32_t> names;    ///< named variable v is names[v - 1] in the file; empty where it is v itself
    std::optional<std::int64_t> value;  ///< with sat and an objective: the objective's value
    std::optional<std::int64_t> bound;  ///< with an objective, but for unsat: no solution is better than this
    std::string reason;                 ///< what stopped the search, if anything did
    double seconds = 0;
    Statistics statistics;
};

/// Hears of solutions and bounds while they are found, in terms of the problem's own objective.
class PbListener {
  public:
    virtual ~PbListener() = default;
    virtual void improved(std::int64_t /*value*/) {}
    virtual void bound_raised(std::int64_t /*bound*/) {}
};

/// Decides the problem, or optimises it where it has an objective.
PbAnswer solve_pb(const model::PseudoBoolean& problem, const cardinality::Options& options, const Limits& limits,
                  PbListener* listener = nullptr);

}  // namespace sinew::verify
