// Components of a network that are the same by how they are made: the same form over the same components, the same
// activation of the same one. Two copies of a network in one query (VNN-LIB's equal and isomorphic networks, a network
// beside a rewritten one) have nothing but such pairs. Enclosures can never tell that two irrational numbers are equal.
#pragma once

#include <vector>

#include "model/network.hpp"

namespace sinew::search {

/// By variable: the first variable that is the same component, itself if there is none before it. Forms are compared
/// exactly; networks with more than `most_weights` weights are left alone.
std::vector<Variable> equal_components(const model::Network& network, std::size_t most_weights = 200000);

/// `form` with each variable replaced by its representative.
LinearForm with_representatives(const LinearForm& form, const std::vector<Variable>& representative);

}  // namespace sinew::search
