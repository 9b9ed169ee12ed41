// SPDX-License-Identifier: Apache-2.0
// Components of a network that are the same by how they are made: the same form over the same components, the same
// activation of the same one. Two copies of a network in one query (VNN-LIB's equal and isomorphic networks, a network
// beside a rewritten one) have nothing but such pairs. Enclosures can never tell that two irrational numbers are equal.
// Multiples and symmetries count: tanh(-s) = -tanh(s), sigmoid(-s) = 1 - sigmoid(s).
#pragma once

#include <vector>

#include "model/network.hpp"

namespace sinew::search {

/// A component as factor·variable + constant.
struct Multiple {
    Variable variable;
    Rational factor = 1;
    Rational constant = 0;
};

/// By variable: what it is of the first variable that it is a multiple of; of itself if there is none before it. Forms
/// are compared exactly; networks with more than `most_weights` weights are left alone.
std::vector<Multiple> equal_components(const model::Network& network, std::size_t most_weights = 200000);

/// `form` with each variable replaced by what it is.
LinearForm with_representatives(const LinearForm& form, const std::vector<Multiple>& representative);

}  // namespace sinew::search
