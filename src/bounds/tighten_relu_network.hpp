// Bounds of the pre-activations of a ReLU network, layer by layer, each with slopes of its own.
#pragma once

#include "base/limits.hpp"
#include "bounds/relu_lanes.hpp"

namespace sinew::bounds {

struct TightenOptions {
    std::size_t steps = 20;  ///< ascent steps for every bound of an open neuron
    double rate = 0.2;
    double decay = 0.95;
};

/// Slopes that were good for the two bounds of each open neuron, by neuron: where tighten_local starts from. Empty
/// where unknown.
struct SlopeBank {
    std::vector<Slopes> lower;
    std::vector<Slopes> upper;
};

/// Replaces the bounds of every open neuron of `network` by what back-substitution with optimised slopes proves, from
/// the first layer on. Stops between batches when a limit is reached (what was proven stays).
void tighten_layers(ReluNetwork& network, const TightenOptions& options, const Limits& limits);

/// Fills `bank` with slopes for the open neurons of `network`, as it is now; bounds move a little too. Neurons whose
/// slopes would not fit into `bytes` stay empty.
void fill_bank(ReluNetwork& network, const TightenOptions& options, const Limits& limits, std::size_t bytes,
               SlopeBank& bank);

/// Tightens `local` on the region of `splits` for the given positions in network.unstable(), in order. False if the
/// region turns out to be empty.
bool tighten_local(const ReluNetwork& network, ReluLanes& problem, const SlopeBank& bank,
                   std::span<const PhaseSplit> splits, std::span<const std::uint32_t> positions,
                   const TightenOptions& options, LocalBounds& local);

/// The same for one layer and the given components. True if any bound moved by more than a tenth of its width or a
/// phase became fixed.
bool tighten_layer(ReluNetwork& network, ReluLanes& problem, const ReluLayer& layer,
                   std::span<const std::uint32_t> components, const TightenOptions& options, const Limits& limits);

}  // namespace sinew::bounds
