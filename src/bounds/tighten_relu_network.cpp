#include "bounds/tighten_relu_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

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
    network.refresh();
}

void fill_bank(ReluNetwork& network, const TightenOptions& options, const Limits& limits, std::size_t bytes,
               SlopeBank& bank) {
    constexpr std::size_t pairs = lanes / 2;
    ReluLanes problem(network);
    bank.lower.assign(network.relu_count(), {});
    bank.upper.assign(network.relu_count(), {});
    const std::vector<double> never(lanes, std::numeric_limits<double>::infinity());
    const std::vector<std::uint32_t> open = network.unstable();
    for (std::size_t begin = 0; begin < open.size();) {
        // A batch stays within one layer: its slopes are those of the layers below.
        const ReluLayer& layer = network.layer_of(open[begin]);
        std::size_t end = begin;
        while (end < open.size() && end < begin + pairs && &network.layer_of(open[end]) == &layer) ++end;
        const auto below = static_cast<std::size_t>(
            std::lower_bound(open.begin(), open.end(), static_cast<std::uint32_t>(layer.first)) - open.begin());
        const std::size_t cost = (end - begin) * 2 * below * sizeof(float);
        if (cost > bytes || limits.exceeded()) return;
        bytes -= cost;
        if (below > 0) {
            problem.clear();
            for (std::size_t i = begin; i < end; ++i) {
                const std::size_t variable = network.pre_variable(open[i]);
                problem.set(2 * (i - begin), Objective::of_variable(variable, 1));
                problem.set(2 * (i - begin) + 1, Objective::of_variable(variable, -1));
            }
            problem.optimise(options.steps, options.rate, options.decay, never);
            for (std::size_t i = begin; i < end; ++i) {
                const std::size_t lane = 2 * (i - begin);
                for (const std::size_t side : {0, 1}) {
                    Slopes slopes = problem.slopes(lane + side, {});
                    slopes.slope.resize(below);
                    slopes.slope.shrink_to_fit();
                    (side == 0 ? bank.lower : bank.upper)[open[i]] = std::move(slopes);
                }
            }
        }
        begin = end;
    }
}

bool tighten_local(const ReluNetwork& network, ReluLanes& problem, const SlopeBank& bank,
                   std::span<const PhaseSplit> splits, std::span<const std::uint32_t> positions,
                   const TightenOptions& options, LocalBounds& local) {
    constexpr std::size_t pairs = lanes / 2;
    const std::vector<std::uint32_t>& open = network.unstable();
    const std::vector<double> target(lanes, 0.0);
    for (std::size_t begin = 0; begin < positions.size();) {
        const ReluLayer& layer = network.layer_of(open[positions[begin]]);
        std::size_t end = begin;
        while (end < positions.size() && end < begin + pairs && &network.layer_of(open[positions[end]]) == &layer)
            ++end;
        problem.clear();
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint32_t relu = open[positions[i]];
            const std::size_t variable = network.pre_variable(relu);
            const std::size_t lane = 2 * (i - begin);
            problem.set(lane, Objective::of_variable(variable, 1), splits, &bank.lower[relu], &local);
            problem.set(lane + 1, Objective::of_variable(variable, -1), splits, &bank.upper[relu], &local);
        }
        problem.optimise(options.steps, options.rate, options.decay, target);
        for (std::size_t i = begin; i < end; ++i) {
            double& low = local.lower[positions[i]];
            double& high = local.upper[positions[i]];
            low = std::max(low, problem.best()[2 * (i - begin)]);
            high = std::min(high, -problem.best()[2 * (i - begin) + 1]);
            if (low > high) return false;
        }
        begin = end;
    }
    return true;
}

}  // namespace sinew::bounds
