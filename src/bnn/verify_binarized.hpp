// Queries over binarized networks with real inputs: everything above the first neurons is a pseudo-Boolean problem, and
// whether their phases can be had together a linear one.
#pragma once

#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::bnn {

/// Decides `query` if it is one: bounded real inputs, a chain of layers with sign or hardlim neurons, no input
/// condition, an output condition over the last layer. Absent otherwise, with the reason. Phases that the linear theory
/// refutes become clauses over the few neurons that its proof needs. A sat verdict carries a witness that
/// model::satisfies has confirmed.
std::optional<model::Verdict> verify_binarized(const model::Query& query, const Limits& limits, Observer& observer,
                                               std::string& reason);

}  // namespace sinew::bnn
