#include "bounds/tighten_relu_network.hpp"

#include <cmath>

namespace sinew::bounds {

bool tighten_layer(ReluNetwork& network, ReluLanes& problem, const ReluLayer& layer,
                   std::span<const std::uint32_t> components, const TightenOptions& options, const Limits& limits) {
    constexpr std::size_t pairs = lanes / 2;
    bool moved = false;
    std::vector<double> target(lanes);
    for (std::size_t begin = 0; begin < components.size() && !limits.exceeded(); begin += pairs) {
        const auto batch = components.subspan(begin, std::min(pairs, components.size() - begin));
        problem.clear();
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const std::size_t variable = layer.pre + batch[i];
            problem.set(2 * i, Objective::of_variable(variable, 1));
            problem.set(2 * i + 1, Objective::of_variable(variable, -1));
        }
        // A lower bound above 0 fixes the phase: more is of little use.
        std::fill(target.begin(), target.end(), 0.0);
        problem.optimise(options.steps, options.rate, options.decay, target);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const std::size_t variable = layer.pre + batch[i];
            const double low = network.lower(variable);
            const double high = network.upper(variable);
            network.tighten(variable, problem.best()[2 * i], -problem.best()[2 * i + 1]);
            const double width = network.upper(variable) - network.lower(variable);
            moved = moved || width < 0.9 * (high - low) || network.lower(variable) >= 0 || network.upper(variable) <= 0;
        }
    }
    return moved;
}

void tighten_layers(ReluNetwork& network, const TightenOptions& options, const Limits& limits) {
    ReluLanes problem(network);
    for (std::size_t l = 0; l < network.relu_layers().size() && !limits.exceeded(); ++l) {
        // Interval arithmetic's bounds first give way to plain back-substitution, which leaves fewer neurons open.
        std::vector<std::uint32_t> open = network.relu_layers()[l].unstable;
        TightenOptions plain;
        plain.steps = 0;
        const bool first = l == 0;
        if (!first) tighten_layer(network, problem, network.relu_layers()[l], open, plain, limits);
        network.refresh();
        open = network.relu_layers()[l].unstable;
        if (!first && options.steps > 0) {
            tighten_layer(network, problem, network.relu_layers()[l], open, options, limits);
            network.refresh();
        }
    }
}

}  // namespace sinew::bounds
