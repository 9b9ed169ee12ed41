// SPDX-License-Identifier: Apache-2.0
// Bounds of the pre-activations of a ReLU network, layer by layer, each with slopes of its own.
#pragma once

#include <deque>
#include <limits>
#include <map>

#include "base/limits.hpp"
#include "bounds/relaxed_lanes.hpp"

namespace sinew::bounds {

/// Told of every bound that is proved with lines of its own, before it takes effect; by several threads.
class BoundListener {
  public:
    virtual ~BoundListener() = default;
    /// Of a pre-activation, where `splits` hold.
    virtual void proved(std::size_t variable, bool upper, const Slopes& slopes,
                        std::span<const NeuronSplit> splits) = 0;
};

struct TightenOptions {
    std::size_t steps = 20;  ///< ascent steps for every bound of an open neuron
    double rate = 0.2;
    double decay = 0.95;
    const Condition* condition = nullptr;  ///< if given: bounds hold where it does
    BoundListener* listener = nullptr;
};

/// Slopes that were good for the two bounds of each open neuron: where the next bounding of it starts from. Filled by
/// what tightens bounds, as far as the memory goes; without slopes of a neuron its bounds start from DeepPoly's.
class SlopeBank {
  public:
    /// Empty, with so much room.
    explicit SlopeBank(std::size_t bytes = 0) : memory_(bytes) {}

    /// For the bound of `neuron` on one side; what of the network's unstable() below it is known.
    Slopes start(const RelaxedNetwork& network, std::size_t neuron, bool upper) const;
    /// As much of it as has room in so many bytes.
    SlopeBank within(std::size_t bytes) const;
    /// Makes place for slopes of the open neurons of a layer, by the unstable() of now, whose neurons below the layer's
    /// first are those of the slopes. Those that the layer had are forgotten if that has changed.
    void prepare(const RelaxedNetwork& network, const NeuronLayer& layer);
    /// Threads may do this at the same time for different neurons of a prepared layer.
    void keep(const RelaxedNetwork& network, std::size_t neuron, bool upper, Slopes slopes);

  private:
    struct OfLayer {
        std::vector<std::uint32_t> open;  ///< the neurons below, whose slopes they are
        std::vector<Slopes> sides;        ///< two a neuron of the layer
        std::size_t cost = 0;
    };
    std::map<std::size_t, OfLayer> layers_;  ///< by the first neuron of a layer
    std::size_t memory_ = 0;
};

/// Replaces the bounds of every open neuron of a network by what back-substitution with optimised slopes proves, from
/// the first layer on: first plain back-substitution, which leaves fewer neurons open than interval arithmetic, then
/// slopes. Borrows the network.
class LayerTightening {
  public:
    /// `bank`, if given, is read and filled. Of neuron layers `first` to `end` - 1.
    LayerTightening(RelaxedNetwork& network, const TightenOptions& options, SlopeBank* bank = nullptr,
                    std::size_t first = 0, std::size_t end = all_layers)
        : network_(network), options_(options), bank_(bank), layer_(first), end_(end) {}
    static constexpr std::size_t all_layers = std::numeric_limits<std::size_t>::max();

    /// Goes on until it is through (true) or a limit is reached; what was proven stays. The bounds do not depend on
    /// the number of threads.
    bool run(const Limits& limits, std::size_t threads = 1);
    std::uint64_t passes() const;

  private:
    void begin_stage();
    void tell_plain(const NeuronLayer& layer) const;
    void bound(RelaxedLanes& problem, std::size_t begin, std::size_t end);

    RelaxedNetwork& network_;
    std::deque<RelaxedLanes> problems_;  ///< one a thread
    TightenOptions options_;
    SlopeBank* bank_;
    std::size_t layer_;
    std::size_t end_;
    bool optimises_ = false;           ///< the stage: plain, or with slopes
    std::vector<std::uint32_t> open_;  ///< the components of this stage
    std::vector<double> proven_;       ///< two for each of them: lower bounds, and negatives of upper ones
    std::size_t next_ = 0;             ///< batch of them
    bool has_begun_ = false;
};

/// The same at once, as far as `limits` allow.
void tighten_layers(RelaxedNetwork& network, const TightenOptions& options, const Limits& limits);

/// Tightens `local` on the region of `splits` for the given positions in network.unstable(), in order. False if the
/// region turns out to be empty.
bool tighten_local(const RelaxedNetwork& network, RelaxedLanes& problem, const SlopeBank& bank,
                   std::span<const NeuronSplit> splits, std::span<const std::uint32_t> positions,
                   const TightenOptions& options, LocalBounds& local);

}  // namespace sinew::bounds
