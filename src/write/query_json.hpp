// SPDX-License-Identifier: Apache-2.0
// What a query asks, and of which network, for machines and for pages (docs/json.md).
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "model/query.hpp"

namespace sinew::write {

/// `asked`: counts, bounds of the inputs where they are few, conditions and objective as text where they are short.
nlohmann::ordered_json asked_json(const model::Query& query);

/// `network`: its layers, and how many neurons of each the bounds of the inputs fix. Costs what bounding the network
/// once costs: some evaluations, or where it is small one tightening.
nlohmann::ordered_json network_json(const model::Query& query);

}  // namespace sinew::write
