// SPDX-License-Identifier: Apache-2.0
// Bounds of the pre-activations of a ReLU network, layer by layer, each with slopes of its own.
#pragma once

#include <deque>

#include "base/limits.hpp"
#include "bounds/relaxed_lanes.hpp"

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
    std::size_t next = 0;    ///< open neurons before this one have been looked at
    std::size_t memory = 0;  ///< in bytes, for the slopes of the others

    /// Empty again, with so much room.
    void clear(const RelaxedNetwork& network, std::size_t bytes);
};

/// Replaces the bounds of every open neuron of a network by what back-substitution with optimised slopes proves, from
/// the first layer on: first plain back-substitution, which leaves fewer neurons open than interval arithmetic, then
/// slopes. Borrows the network.
class LayerTightening {
  public:
    LayerTightening(RelaxedNetwork& network, const TightenOptions& options) : network_(network), options_(options) {}

    /// Goes on until it is through (true) or a limit is reached; what was proven stays. The bounds do not depend on
    /// the number of threads.
    bool run(const Limits& limits, std::size_t threads = 1);

  private:
    void begin_stage();

    RelaxedNetwork& network_;
    std::deque<RelaxedLanes> problems_;  ///< one a thread
    TightenOptions options_;
    std::size_t layer_ = 0;
    bool optimises_ = false;           ///< the stage: plain, or with slopes
    std::vector<std::uint32_t> open_;  ///< the components of this stage
    std::size_t next_ = 0;             ///< batch of them
    bool has_begun_ = false;
};

/// The same at once, as far as `limits` allow.
void tighten_layers(RelaxedNetwork& network, const TightenOptions& options, const Limits& limits);

/// Fills `bank`, which was cleared, with slopes for the open neurons of `network`, as it is now. Neurons whose slopes
/// would not fit into its memory stay empty. True when it is through; called again after a limit it goes on.
bool fill_bank(const RelaxedNetwork& network, const TightenOptions& options, const Limits& limits, SlopeBank& bank,
               std::size_t threads = 1);

/// Tightens `local` on the region of `splits` for the given positions in network.unstable(), in order. False if the
/// region turns out to be empty.
bool tighten_local(const RelaxedNetwork& network, RelaxedLanes& problem, const SlopeBank& bank,
                   std::span<const NeuronSplit> splits, std::span<const std::uint32_t> positions,
                   const TightenOptions& options, LocalBounds& local);

}  // namespace sinew::bounds
