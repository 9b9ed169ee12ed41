// SPDX-License-Identifier: Apache-2.0
// The cut of what no engine's tree cuts: unbounded inputs, free Booleans, neurons with a precision.
#pragma once

#include "units/splitting.hpp"

namespace sinew::units {

/// The shallowest leaf first, on Booleans that the conditions name, then on integers with bounds, then on phases of
/// neurons from the first layer on; a short search of each leaf drops those that are decided at once.
Splitting split_plainly(const model::Query& query, const engine::Part& part, const verify::Options& options,
                        std::size_t wanted, Observer& observer);

}  // namespace sinew::units
