// SPDX-License-Identifier: Apache-2.0
#include "search/phase_proof.hpp"

#include <algorithm>
#include <vector>

namespace sinew::search {

PhaseProof::PhaseProof(proof::NetworkProofWriter& writer, const bounds::RelaxedNetwork& network,
                       std::span<const double> lower, std::span<const double> upper)
    : writer_(writer), network_(network) {
    std::vector<double> sides;
    for (std::size_t i = 0; i < lower.size(); ++i) sides.insert(sides.end(), {lower[i], upper[i]});
    root_ = writer.root(sides);
}

proof::NodeId PhaseProof::split(proof::NodeId node, std::uint32_t neuron, double point) {
    return writer_.split(node, static_cast<std::uint32_t>(network_.pre_variable(neuron)), point, point);
}

proof::ProofLines PhaseProof::lines(const bounds::Slopes& slopes, std::span<const bounds::NeuronSplit> splits) const {
    proof::ProofLines result;
    for (std::size_t u = 0; u < slopes.slope.size(); ++u)
        result.slopes.emplace_back(static_cast<std::uint32_t>(network_.pre_variable(network_.unstable()[u])),
                                   slopes.slope[u]);
    for (std::size_t s = 0; s < splits.size() && s < slopes.multiplier.size(); ++s)
        if (slopes.multiplier[s] != 0)
            result.sides.emplace_back(static_cast<std::uint32_t>(network_.pre_variable(splits[s].neuron)),
                                      splits[s].above ? -slopes.multiplier[s] : slopes.multiplier[s]);
    std::sort(result.slopes.begin(), result.slopes.end());
    std::sort(result.sides.begin(), result.sides.end());
    return result;
}

void PhaseProof::close(proof::NodeId node, std::span<const float> slope_of_neuron) {
    bounds::Slopes slopes;
    if (!slope_of_neuron.empty())
        for (const std::uint32_t neuron : network_.unstable()) slopes.slope.push_back(slope_of_neuron[neuron]);
    close(node, slopes, {});
}

void PhaseProof::close(proof::NodeId node, const bounds::Slopes& slopes, std::span<const bounds::NeuronSplit> splits) {
    writer_.close(node, lines(slopes, splits));
}

proof::ProofLines PhaseProof::lines_below(std::size_t variable, const bounds::Slopes& slopes,
                                          std::span<const bounds::NeuronSplit> splits) const {
    proof::ProofLines result = lines(slopes, splits);
    const model::Network& network = network_.network();
    const model::LayerId own = network.component(Variable(variable)).layer;
    std::erase_if(result.slopes,
                  [&](const auto& slope) { return !(network.component(Variable(slope.first)).layer < own); });
    return result;
}

void PhaseProof::Listener::proved(std::size_t variable, bool upper, const bounds::Slopes& slopes,
                                  std::span<const bounds::NeuronSplit> splits) {
    const proof::ProofCase only{false, true, 0, 0, proof_.lines_below(variable, slopes, splits)};
    proof_.writer_.fact(node_, static_cast<std::uint32_t>(variable), upper, {&only, 1});
}

}  // namespace sinew::search
