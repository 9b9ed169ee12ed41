// Looks for a witness among the whole numbers of a box of real inputs: images are made of them.
#pragma once

#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "model/query.hpp"

namespace sinew::bnn {

/// Inputs, whole numbers from 0 to 255, at which the output condition should hold; the caller checks them. Absent where
/// none was found, or where `query` is no binarized network with bounded inputs and a condition that one comparison of
/// scores is enough for.
std::optional<std::vector<Rational>> grid_attack(const model::Query& query, const Limits& limits);

}  // namespace sinew::bnn
