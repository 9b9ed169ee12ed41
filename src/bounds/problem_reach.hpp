// SPDX-License-Identifier: Apache-2.0
// What the objectives of RelaxedLanes reach: by lane, so that no lane depends on what is asked in the others, and of
// all lanes together, which is what the passes work on.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "bounds/reach.hpp"
#include "bounds/relaxed_network.hpp"

namespace sinew::bounds {

/// Borrows the network. Lists are of components, in order; they hold until clear(), and while the network is not
/// refreshed.
class ProblemReach {
  public:
    explicit ProblemReach(const RelaxedNetwork& network);

    /// No lane reaches anything.
    void clear();
    /// What the objective of `lane` mentions …
    void add(std::size_t lane, std::size_t variable);
    /// … is all: the lane reaches whatever that depends on. `top`: the layers mentioned are below this.
    void close(std::size_t lane, std::size_t top);
    /// All lanes are closed: makes the lists.
    void list();
    bool is_listed() const { return listed_; }

    /// Components of `among`, which are of network layer `layer` and in order, that `lane` reaches.
    std::span<const std::uint32_t> of_lane(std::size_t lane, std::size_t layer, std::span<const std::uint32_t> among);

    /// That some lane reaches: the live ones of a layer, and the open neurons of a layer of them.
    std::span<const std::uint32_t> rows(std::size_t layer) const;
    std::span<const std::uint32_t> live(const NeuronLayer& layer) const;
    std::span<const std::uint32_t> unstable(const NeuronLayer& layer) const;
    /// rows() of an affine layer and of what its term `term` reads.
    Selection selection(std::size_t layer, std::size_t term) const;
    /// body(first component, count) for runs that together are all of the layer that is reached, live or not.
    template <class Body>
    void over_runs(std::size_t layer, Body body) const {
        bounds::over_runs(network_->reach_map().shape(layer), all_[layer], body);
    }

  private:
    bool is_whole(const ImageBox& box, std::size_t layer) const;

    const RelaxedNetwork* network_;
    std::array<Boxes, lanes> boxes_;
    Boxes all_;
    bool listed_ = false;
    std::vector<std::vector<std::uint32_t>> rows_;             ///< by layer, unless the box is whole
    std::vector<std::vector<std::uint32_t>> live_, unstable_;  ///< by layer of neurons, likewise
    std::vector<std::uint32_t> chosen_;
};

}  // namespace sinew::bounds
