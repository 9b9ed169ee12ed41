// SPDX-License-Identifier: Apache-2.0
#include "bounds/tighten_network.hpp"

#include <algorithm>
#include <limits>

#include "base/infinity.hpp"
#include "base/share_out.hpp"

namespace sinew::bounds {

namespace {
constexpr std::size_t pairs = lanes / 2;  // a lane for either bound

/// A lower bound above 0 fixes a ReLU's phase: more is of little use.
double worth_of(const NeuronLayer& layer) {
    return layer.is_relu ? 0 : std::numeric_limits<double>::infinity();
}

}  // namespace

/// Both bounds of some of open_, at most `pairs`.
void LayerTightening::bound(RelaxedLanes& problem, std::size_t begin, std::size_t end) {
    const NeuronLayer& layer = network_.neuron_layers()[layer_];
    const std::size_t count = 2 * (end - begin);
    problem.clear();
    if (options_.listener != nullptr) problem.keep_best();
    for (std::size_t lane = 0; lane < count; ++lane) {
        const std::size_t i = open_[begin + lane / 2];
        const Objective objective = Objective::of_variable(layer.pre + i, lane % 2 == 0 ? 1 : -1);
        if (!optimises_) {
            problem.set(lane, objective);
            continue;
        }
        const Slopes start = bank_ != nullptr ? bank_->start(network_, layer.first + i, lane % 2 == 1) : Slopes();
        problem.set(lane, objective, {}, &start, nullptr, options_.condition);
    }
    const std::vector<double> target(lanes, worth_of(layer));
    problem.optimise(optimises_ ? options_.steps : 0, options_.rate, options_.decay, target);
    for (std::size_t lane = 0; lane < count; ++lane) {
        proven_[2 * begin + lane] = problem.best()[lane];
        if (optimises_ && options_.listener != nullptr)
            options_.listener->proved(layer.pre + open_[begin + lane / 2], lane % 2 == 1, problem.slopes_of_best(lane),
                                      {});
        if (optimises_ && bank_ != nullptr)
            bank_->keep(network_, layer.first + open_[begin + lane / 2], lane % 2 == 1, problem.slopes(lane, {}));
    }
}

std::uint64_t LayerTightening::passes() const {
    std::uint64_t sum = 0;
    for (const RelaxedLanes& problem : problems_) sum += problem.passes();
    return sum;
}

void LayerTightening::begin_stage() {
    next_ = 0;
    // Interval arithmetic is exact enough in the first layer, and plain back-substitution knows of no condition.
    const bool is_conditional = options_.condition != nullptr;
    const bool is_idle =
        optimises_ ? options_.steps == 0 || (layer_ == 0 && !is_conditional) : layer_ == 0 || is_conditional;
    if (is_idle) {
        open_.clear();
    } else {
        // Neighbours share their receptive fields.
        const NeuronLayer& layer = network_.neuron_layers()[layer_];
        open_ = along_curve(network_.reach_map().shape(layer.layer), layer.unstable);
    }
    if (optimises_ && bank_ != nullptr && !open_.empty()) bank_->prepare(network_, network_.neuron_layers()[layer_]);
    proven_.assign(2 * open_.size(), -infinity);
    has_begun_ = true;
}

bool LayerTightening::run(const Limits& limits, std::size_t threads) {
    while (problems_.size() < std::max<std::size_t>(threads, 1)) problems_.emplace_back(network_);
    const std::size_t end = std::min(end_, network_.neuron_layers().size());
    while (layer_ < end) {
        if (!has_begun_) begin_stage();
        // Bounds of a layer rest on those of the layers before it alone, or, under a condition, on what all were when
        // the stage began: they do not depend on the order of batches.
        const std::size_t batches = (open_.size() + pairs - 1) / pairs;
        next_ = work_off(next_, batches, threads, limits, [&](std::size_t batch, std::size_t worker) {
            const std::size_t begin = batch * pairs;
            bound(problems_[worker], begin, std::min(begin + pairs, open_.size()));
        });
        if (next_ < batches) return false;
        const NeuronLayer& layer = network_.neuron_layers()[layer_];
        if (!optimises_ && options_.listener != nullptr) tell_plain(layer);
        for (std::size_t i = 0; i < open_.size(); ++i)
            network_.tighten(layer.pre + open_[i], proven_[2 * i], -proven_[2 * i + 1]);
        if (!open_.empty()) network_.refresh(layer.source);
        has_begun_ = false;
        if (optimises_) ++layer_;
        optimises_ = !optimises_;
    }
    return true;
}

/// Bounds by the usual lines, where they are news.
void LayerTightening::tell_plain(const NeuronLayer& layer) const {
    for (std::size_t side = 0; side < proven_.size(); ++side) {
        const std::size_t variable = layer.pre + open_[side / 2];
        const bool upper = side % 2 == 1;
        if (proven_[side] > (upper ? -network_.upper(variable) : network_.lower(variable)))
            options_.listener->proved(variable, upper, {}, {});
    }
}

void tighten_layers(RelaxedNetwork& network, const TightenOptions& options, const Limits& limits) {
    LayerTightening(network, options).run(limits);
}

Slopes SlopeBank::start(const RelaxedNetwork& network, std::size_t neuron, bool upper) const {
    const NeuronLayer& layer = network.layer_of(neuron);
    const auto found = layers_.find(layer.first);
    if (found == layers_.end()) return {};
    const OfLayer& known = found->second;
    const Slopes& kept = known.sides[2 * (neuron - layer.first) + (upper ? 1 : 0)];
    const std::vector<std::uint32_t>& open = network.unstable();
    const auto below = static_cast<std::size_t>(
        std::lower_bound(open.begin(), open.end(), static_cast<std::uint32_t>(layer.first)) - open.begin());
    if (kept.slope.empty() || below == known.open.size()) return kept;  // lists only shrink
    Slopes start;
    start.row_multiplier = kept.row_multiplier;
    start.slope.reserve(below);
    std::size_t at = 0;
    for (std::size_t u = 0; u < below; ++u) {
        while (at < known.open.size() && known.open[at] < open[u]) ++at;
        if (at == known.open.size() || known.open[at] != open[u]) break;
        start.slope.push_back(kept.slope[at]);
    }
    return start;
}

SlopeBank SlopeBank::within(std::size_t bytes) const {
    SlopeBank copy(bytes);
    for (const auto& [first, layer] : layers_) {
        if (layer.cost > copy.memory_) break;
        copy.memory_ -= layer.cost;
        copy.layers_.emplace(first, layer);
    }
    return copy;
}

void SlopeBank::prepare(const RelaxedNetwork& network, const NeuronLayer& layer) {
    const std::vector<std::uint32_t>& open = network.unstable();
    const auto end = std::lower_bound(open.begin(), open.end(), static_cast<std::uint32_t>(layer.first));
    OfLayer fresh;
    fresh.open.assign(open.begin(), end);
    fresh.sides.resize(2 * layer.size);
    fresh.cost = 2 * layer.unstable.size() * fresh.open.size() * sizeof(float);
    const auto found = layers_.find(layer.first);
    if (found != layers_.end()) {
        if (found->second.open.size() == fresh.open.size()) return;
        // What was known is where the new slopes start from.
        for (const std::uint32_t i : layer.unstable)
            for (const bool upper : {false, true})
                fresh.sides[2 * i + (upper ? 1 : 0)] = start(network, layer.first + i, upper);
        memory_ += found->second.cost;
        layers_.erase(found);
    }
    if (fresh.cost > memory_) return;
    memory_ -= fresh.cost;
    layers_.emplace(layer.first, std::move(fresh));
}

void SlopeBank::keep(const RelaxedNetwork& network, std::size_t neuron, bool upper, Slopes slopes) {
    const NeuronLayer& layer = network.layer_of(neuron);
    const auto found = layers_.find(layer.first);
    if (found == layers_.end()) return;
    slopes.slope.resize(found->second.open.size());
    slopes.slope.shrink_to_fit();
    found->second.sides[2 * (neuron - layer.first) + (upper ? 1 : 0)] = std::move(slopes);
}

bool tighten_local(const RelaxedNetwork& network, RelaxedLanes& problem, const SlopeBank& bank,
                   std::span<const NeuronSplit> splits, std::span<const std::uint32_t> positions,
                   const TightenOptions& options, LocalBounds& local) {
    const std::vector<std::uint32_t>& open = network.unstable();
    for (std::size_t begin = 0; begin < positions.size();) {
        const NeuronLayer& layer = network.layer_of(open[positions[begin]]);
        std::size_t end = begin;
        while (end < positions.size() && end < begin + pairs && &network.layer_of(open[positions[end]]) == &layer)
            ++end;
        const std::vector<double> target(lanes, worth_of(layer));
        problem.clear();
        if (options.listener != nullptr) problem.keep_best();
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint32_t relu = open[positions[i]];
            const std::size_t variable = network.pre_variable(relu);
            const std::size_t lane = 2 * (i - begin);
            for (const bool upper : {false, true}) {
                const Slopes start = bank.start(network, relu, upper);
                problem.set(lane + (upper ? 1 : 0), Objective::of_variable(variable, upper ? -1 : 1), splits, &start,
                            &local, options.condition);
            }
        }
        problem.optimise(options.steps, options.rate, options.decay, target);
        for (std::size_t i = begin; i < end; ++i) {
            double& low = local.lower[positions[i]];
            double& high = local.upper[positions[i]];
            low = std::max(low, problem.best()[2 * (i - begin)]);
            high = std::min(high, -problem.best()[2 * (i - begin) + 1]);
            if (options.listener != nullptr)
                for (const bool upper : {false, true})
                    options.listener->proved(network.pre_variable(open[positions[i]]), upper,
                                             problem.slopes_of_best(2 * (i - begin) + (upper ? 1 : 0)), splits);
            if (low > high) return false;
        }
        begin = end;
    }
    return true;
}

}  // namespace sinew::bounds
