// SPDX-License-Identifier: Apache-2.0
// Bounds of a query's integers before any variable is made: domains, what the conditions say outright, and neurons.
#pragma once

#include <span>
#include <vector>

#include "model/query.hpp"
#include "neuron/network_neurons.hpp"

namespace sinew::integer {

/// form ⋈ 0 that must hold, over variables with boxes alone.
struct AssertedAtom {
    LinearForm form;
    model::Relation relation = model::Relation::less_equal;
};

/// The integers of a domain.
neuron::IntegerInterval integers_of(const model::Domain& domain);

/// Tightens `boxes` (by variable) by the atoms and the neurons, to a fixpoint or for a number of rounds. False: a box
/// is empty, so that nothing satisfies them all.
bool tighten(std::span<neuron::IntegerInterval> boxes, std::span<const AssertedAtom> atoms,
             std::span<const neuron::NetworkNeuron> neurons);

}  // namespace sinew::integer
