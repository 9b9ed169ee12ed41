// SPDX-License-Identifier: Apache-2.0
// Witnesses for the network as a float32 program runs it: inputs that float32 holds, where the conditions hold with a
// margin that no order of summation takes away (model/float32_radius.hpp).
#pragma once

#include <optional>

#include "base/limits.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::verify {

/// A witness of `query` that every float32 run confirms, found from an exact one: that one with its inputs rounded
/// inside their bounds; else one of larger margin, to which an attack climbs from it. An input whose bounds have no
/// float32 number between them becomes the nearest one, as a runtime has to take it: such a witness is exact but for
/// that. Absent where none is found, also for networks over integers with a precision.
std::optional<model::Witness> float32_witness(const model::Query& query, const model::Witness& exact,
                                              const Limits& limits);

}  // namespace sinew::verify
