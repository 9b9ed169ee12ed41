// SPDX-License-Identifier: Apache-2.0
// The network of a query as entries of a `dnn` text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/query.hpp"

namespace sinew::write {

/// 'name': [phase, 'expression', 'activation'], or 'name': 'expression' for an output.
struct DnnEntry {
    std::string name;
    std::optional<std::int64_t> phase;
    std::string expression;
    std::string activation;  ///< empty for outputs
};

struct DnnNetwork {
    std::vector<DnnEntry> entries;
    std::vector<std::string> names;          ///< what an expression calls each variable of the query
    std::vector<std::string> boolean_names;  ///< the inputs that stand for free Booleans
    std::vector<bool> used;                  ///< by variable: an entry speaks of it
};

/// Names and entries for all components of the network.
DnnNetwork dnn_network(const model::Query& query);

}  // namespace sinew::write
