// SPDX-License-Identifier: Apache-2.0
// What a Network is made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sinew/network.hpp>

#include "model/network.hpp"
#include "model/query.hpp"

namespace sinew {

struct NetworkData {
    model::Network network;
    std::vector<Variable> inputs;           ///< in the order of its file
    std::vector<Variable> outputs;          ///< likewise
    std::vector<std::string> input_names;   ///< by input; empty: as the layer is called
    std::vector<std::string> output_names;  ///< likewise
    std::optional<Precision> precision;
};

/// UsageError where a clip's bounds cross: networks of files may say so (ONNX gives it a meaning); in a program it is a
/// mistake.
model::Activation to_model(const Activation& activation);
model::Precision to_model(const Precision& precision);

/// The network of a query, without what is asked about it.
Network network_of(model::Query query);

/// From the expressions of all components, by variable of its network.
AddedNetwork added_network(const NetworkData& data, std::vector<Expression> values);

}  // namespace sinew
