// SPDX-License-Identifier: Apache-2.0
// Linear equalities over inputs say that some inputs follow from the others. Where that is so, boxes are a bad shape: a
// box that is not a point always sticks out of the subspace. So these inputs are taken out. And where two networks that
// match are compared over inputs of their own (monotonicity, fairness, global robustness), what is small and what
// counts is the difference of two inputs: it becomes an input itself.
#pragma once

#include <optional>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::search {

/// A query over the inputs that are left.
struct Subspace {
    model::Query query;
    std::vector<LinearForm> inputs;  ///< of the query that was given, in input_variables() order, over those left

    /// The inputs of the query that was given, where those left have the values of `witness`. Exact.
    std::vector<Rational> inputs_of(const model::Witness& witness) const;
};

/// Equalities are those among the outermost conjuncts of both conditions, also as two inequalities; integers and inputs
/// with listed values are never taken out. An input that the outermost conjuncts compare with another one becomes that
/// and their difference, where neurons match (bounds/neuron_pairs.hpp). Absent where there is none of either. An
/// equivalent query: inputs become an affine layer over those left, all later layers and variables move behind it; what
/// the domains say of those taken out becomes conditions. Contradictory equalities become the condition false.
std::optional<Subspace> without_dependent_inputs(const model::Query& query);

}  // namespace sinew::search
