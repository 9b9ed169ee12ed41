// SPDX-License-Identifier: Apache-2.0
#include "bounds/tighten_network.hpp"

#include <algorithm>
#include <limits>

#include "base/share_out.hpp"

namespace sinew::bounds {

namespace {
constexpr std::size_t pairs = lanes / 2;  // a lane for either bound

/// Both bounds of some components of a layer, at most `pairs`.
void tighten_batch(RelaxedNetwork& network, RelaxedLanes& problem, const NeuronLayer& layer,
                   std::span<const std::uint32_t> batch, const TightenOptions& options, std::size_t steps) {
    problem.clear();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const std::size_t variable = layer.pre + batch[i];
        problem.set(2 * i, Objective::of_variable(variable, 1));
        problem.set(2 * i + 1, Objective::of_variable(variable, -1));
    }
    // A lower bound above 0 fixes the phase: more is of little use.
    const std::vector<double> target(lanes, 0.0);
    problem.optimise(steps, options.rate, options.decay, target);
    for (std::size_t i = 0; i < batch.size(); ++i)
        network.tighten(layer.pre + batch[i], problem.best()[2 * i], -problem.best()[2 * i + 1]);
}
}  // namespace

void LayerTightening::begin_stage() {
    next_ = 0;
    // Interval arithmetic is exact enough in the first layer.
    const bool is_idle = layer_ == 0 || (optimises_ && options_.steps == 0);
    if (is_idle)
        open_.clear();
    else
        open_ = network_.neuron_layers()[layer_].unstable;
    has_begun_ = true;
}

bool LayerTightening::run(const Limits& limits, std::size_t threads) {
    while (problems_.size() < std::max<std::size_t>(threads, 1)) problems_.emplace_back(network_);
    while (layer_ < network_.neuron_layers().size()) {
        if (!has_begun_) begin_stage();
        // Bounds of a layer rest on those of the layers before it alone.
        const std::size_t batches = (open_.size() + pairs - 1) / pairs;
        next_ = work_off(next_, batches, threads, limits, [&](std::size_t batch, std::size_t worker) {
            const std::size_t begin = batch * pairs;
            tighten_batch(network_, problems_[worker], network_.neuron_layers()[layer_],
                          std::span(open_).subspan(begin, std::min(pairs, open_.size() - begin)), options_,
                          optimises_ ? options_.steps : 0);
        });
        const std::size_t source = network_.neuron_layers()[layer_].source;
        if (next_ < batches) {
            network_.refresh(source);
            return false;
        }
        if (!open_.empty()) network_.refresh(source);
        has_begun_ = false;
        if (optimises_) ++layer_;
        optimises_ = !optimises_;
    }
    network_.refresh();
    return true;
}

void tighten_layers(RelaxedNetwork& network, const TightenOptions& options, const Limits& limits) {
    LayerTightening(network, options).run(limits);
}

void SlopeBank::clear(const RelaxedNetwork& network, std::size_t bytes) {
    lower.assign(network.neuron_count(), {});
    upper.assign(network.neuron_count(), {});
    next = 0;
    memory = bytes;
}

namespace {
/// Open neurons that are bounded together: of one layer, whose slopes are those of the layers below.
struct BankBatch {
    std::size_t begin;
    std::size_t end;
    std::size_t below;  ///< open neurons of the layers below
    std::size_t cost;   ///< in bytes
};

/// Those that fit into the bank's memory.
std::vector<BankBatch> batches_for(const RelaxedNetwork& network, const SlopeBank& bank) {
    std::vector<BankBatch> batches;
    const std::vector<std::uint32_t>& open = network.unstable();
    std::size_t memory = bank.memory;
    for (std::size_t begin = bank.next; begin < open.size();) {
        const NeuronLayer& layer = network.layer_of(open[begin]);
        std::size_t end = begin;
        while (end < open.size() && end < begin + pairs && &network.layer_of(open[end]) == &layer) ++end;
        const auto below = static_cast<std::size_t>(
            std::lower_bound(open.begin(), open.end(), static_cast<std::uint32_t>(layer.first)) - open.begin());
        const std::size_t cost = (end - begin) * 2 * below * sizeof(float);
        if (cost > memory) break;
        memory -= cost;
        batches.push_back({begin, end, below, cost});
        begin = end;
    }
    return batches;
}

void fill(const RelaxedNetwork& network, const TightenOptions& options, RelaxedLanes& problem, const BankBatch& batch,
          SlopeBank& bank) {
    if (batch.below == 0) return;
    const std::vector<double> never(lanes, std::numeric_limits<double>::infinity());
    const std::vector<std::uint32_t>& open = network.unstable();
    problem.clear();
    for (std::size_t i = batch.begin; i < batch.end; ++i) {
        const std::size_t variable = network.pre_variable(open[i]);
        problem.set(2 * (i - batch.begin), Objective::of_variable(variable, 1));
        problem.set(2 * (i - batch.begin) + 1, Objective::of_variable(variable, -1));
    }
    problem.optimise(options.steps, options.rate, options.decay, never);
    for (std::size_t i = batch.begin; i < batch.end; ++i) {
        const std::size_t lane = 2 * (i - batch.begin);
        for (const std::size_t side : {0, 1}) {
            Slopes slopes = problem.slopes(lane + side, {});
            slopes.slope.resize(batch.below);
            slopes.slope.shrink_to_fit();
            (side == 0 ? bank.lower : bank.upper)[open[i]] = std::move(slopes);
        }
    }
}
}  // namespace

bool fill_bank(const RelaxedNetwork& network, const TightenOptions& options, const Limits& limits, SlopeBank& bank,
               std::size_t threads) {
    const std::vector<BankBatch> batches = batches_for(network, bank);
    std::deque<RelaxedLanes> problems;
    for (std::size_t t = 0; t < std::max<std::size_t>(threads, 1); ++t) problems.emplace_back(network);
    const std::size_t done = work_off(0, batches.size(), threads, limits, [&](std::size_t b, std::size_t worker) {
        fill(network, options, problems[worker], batches[b], bank);
    });
    for (std::size_t b = 0; b < done; ++b) {
        bank.memory -= batches[b].cost;
        bank.next = batches[b].end;
    }
    return done == batches.size();
}

bool tighten_local(const RelaxedNetwork& network, RelaxedLanes& problem, const SlopeBank& bank,
                   std::span<const NeuronSplit> splits, std::span<const std::uint32_t> positions,
                   const TightenOptions& options, LocalBounds& local) {
    const std::vector<std::uint32_t>& open = network.unstable();
    const std::vector<double> target(lanes, 0.0);
    for (std::size_t begin = 0; begin < positions.size();) {
        const NeuronLayer& layer = network.layer_of(open[positions[begin]]);
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
