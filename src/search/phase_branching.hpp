// Branch and bound over ReLU phases for wide inputs: back-substitution with optimised slopes and split multipliers
// (bounds/relu_lanes.hpp), sixteen children at a time, starting from what was learned at their parents.
// Wang et al., β-CROWN, NeurIPS 2021; branching after De Palma et al., Improved branch and bound for neural network
// verification via Lagrangian decomposition (FSB), 2021.
#pragma once

#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "search/attack.hpp"
#include "search/disjuncts.hpp"
#include "search/witness.hpp"

namespace sinew::search {

enum class PhaseOutcome { refuted, satisfied, open };

struct PhaseResult {
    PhaseOutcome outcome = PhaseOutcome::open;
    std::optional<Confirmation> confirmation;  ///< with satisfied
    std::string reason;                        ///< with open: why
    Statistics statistics;
};

struct PhaseOptions {
    Limits limits;
    Settings settings;
    std::size_t root_steps = 20;  ///< ascent steps for each intermediate bound
    std::size_t steps = 12;       ///< ascent steps of a node
};

/// Can phase_branching say anything about this query? (ReLU network, finite box, few disjuncts.)
bool phase_branching_applies(const model::Query& query);

/// Refutes every disjunct, or finds a witness, or stops at a limit.
PhaseResult phase_branching(const model::Query& query, const PhaseOptions& options, Observer& observer);

}  // namespace sinew::search
