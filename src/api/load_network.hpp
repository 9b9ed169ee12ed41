// Networks from files, for Model::add_network().
#pragma once

#include <string>
#include <vector>

#include "model/query.hpp"

namespace sinew {

/// A network with its inputs and outputs in the order of its file, and the precision that a dnn text gives it.
struct LoadedNetwork {
    model::Network network;
    std::vector<Variable> inputs;
    std::vector<Variable> outputs;
    std::optional<model::Precision> precision;
};

/// From .onnx (weights are exact) or .dnn; what else a dnn text says (conditions, domains, objective) is left out.
/// InputError for files that cannot be read, UsageError for other endings.
LoadedNetwork load_network(const std::string& path);

}  // namespace sinew
