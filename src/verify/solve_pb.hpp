// SPDX-License-Identifier: Apache-2.0
// A pseudo-Boolean problem straight to its engine: what `sinew solve F.opb` does.
#pragma once

#include <cstdint>
#include <optional>

#include "base/limits.hpp"
#include "cardinality/options.hpp"
#include "model/pseudo_boolean.hpp"
#include "proof/veripb_writer.hpp"
#include "verify/solve_cnf.hpp"

namespace sinew::verify {

/// sat: a solution is known (with an objective perhaps not an optimal one); unknown and timeout: none is.
struct PbAnswer : FormulaAnswer {
    bool optimal = false;               ///< with sat and an objective: nothing is better
    std::optional<std::int64_t> value;  ///< with sat and an objective: the objective's value
    std::optional<std::int64_t> bound;  ///< with an objective, but for unsat: no solution is better than this
};

/// Hears of solutions and bounds while they are found, in terms of the problem's own objective.
class PbListener {
  public:
    virtual ~PbListener() = default;
    virtual void improved(std::int64_t /*value*/) {}
    virtual void bound_raised(std::int64_t /*bound*/) {}
};

/// Decides the problem, or optimises it where it has an objective.
/// The listener hears from several threads, one at a time. With a proof (of one thread) it searches as prove_pb() does.
PbAnswer solve_pb(const model::PseudoBoolean& problem, const cardinality::Options& options, const Limits& limits,
                  PbListener* listener = nullptr, int threads = 1, proof::VeripbWriter* proof = nullptr);

}  // namespace sinew::verify
