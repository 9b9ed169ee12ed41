// SPDX-License-Identifier: Apache-2.0
// The part of relaxed_lanes.hpp that is about other neurons than ReLU: in every lane a pencil of lines on either side
// (relaxation.hpp), the line in use, and multipliers of splits at any point.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/infinity.hpp"
#include "bounds/problem_reach.hpp"
#include "bounds/relaxed_lane_kernels.hpp"
#include "bounds/relaxed_network.hpp"

namespace sinew::bounds {

/// Borrows the network. Neurons are those of layers that are not ReLU.
class PencilLanes {
  public:
    explicit PencilLanes(const RelaxedNetwork& network);

    void clear();
    /// What lane `lane` is to have from prepare() on. `places`: of network.unstable() or a prefix, nan where unknown;
    /// `lower`, `upper`: bounds of the same neurons on the lane's region, or none. `splits`: of neurons that the lane
    /// reaches, all with a multiplier (network.has_multiplier).
    void set(std::size_t lane, std::span<const float> places, const std::vector<double>* lower,
             const std::vector<double>* upper, std::span<const NeuronSplit> splits, std::span<const float> multipliers);
    /// Before the first pass after set(): lines of what is reached, which is listed.
    void prepare(const ProblemReach& reach);

    PencilLines lines(const NeuronLayer& layer);
    /// Adds what the splits' constants are to each lane's constant, and what rounding errors are a multiple of.
    void add_constants(double* constant, double* absolute) const;
    /// Before the first step of a problem.
    void begin_ascent(const ProblemReach& reach);
    void ascend_multipliers(const LaneMatrix& values, double rate, double square_correction,
                            std::span<const double, lanes> scale);
    /// Whether a lane's splits and bounds exclude each other: nothing is in its region.
    bool empty(std::size_t lane) const { return empty_[lane]; }

    /// The place of the choice in use (below the neuron if `below`), for set().
    float place(std::size_t lane, std::size_t neuron, bool below) const;
    /// The multiplier of a split, for set().
    float multiplier(std::size_t lane, const NeuronSplit& split) const;

  private:
    /// The splits of one neuron: its pre-activation lies between them.
    struct Sides {
        std::uint32_t neuron;
        double lower = -infinity;
        double upper = infinity;
        Moments moments{};
    };
    /// What several lanes may have in common.
    struct Request {
        std::vector<float> places;
        const std::vector<double>* lower;
        const std::vector<double>* upper;
    };

    std::size_t row_of(std::size_t neuron) const {
        const NeuronLayer& layer = network_->layer_of(neuron);
        return layer.first_pencil + neuron - layer.first;
    }
    Pencils pencils(const Request& request, const NeuronLayer& layer, std::size_t i, std::size_t open,
                    Interval& input) const;
    void store(std::size_t row, std::span<const std::size_t> to, const Pencils& pencils, double magnitude);

    const RelaxedNetwork* network_;
    LaneMatrix line_, pencil_, state_, place_;  ///< by neuron: 4, 12, 4 and 6 rows each
    LaneMatrix shift_;                          ///< what splits add to the coefficient: their multipliers, with a sign
    std::array<std::shared_ptr<const Request>, lanes> requests_;
    std::array<std::vector<Sides>, lanes> sides_;
    std::array<bool, lanes> empty_{};
    std::vector<std::pair<std::size_t, std::size_t>> shifted_;  ///< rows and lanes whose shift may not be 0
    bool is_prepared_ = false;
};

}  // namespace sinew::bounds
