// SPDX-License-Identifier: Apache-2.0
// Large neighbourhoods of a network with hidden layers. One first neuron is freed and all else stays: where the network
// is right with either of its activities the neuron may do as it likes, elsewhere its activity is given, so that what
// is left is a problem of one neuron, which is solved exactly (neuron_weight.hpp, neuron_margin.hpp). And a first
// network of few weights: a neuron for each class that tells it from all others, connected to its output.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "train/columns.hpp"
#include "train/incumbent.hpp"
#include "train/neuron_margin.hpp"
#include "train/separate_outputs.hpp"

namespace sinew::train {

/// Whether the first objective is one that a neuron alone can improve, there are hidden layers, and the examples are
/// few enough for a neuron's tables.
bool has_neighbourhoods(const Problem& problem);

class Neighbourhoods {
  public:
    /// Both must outlive this.
    Neighbourhoods(const Problem& problem, const Columns& columns, std::uint64_t seed);

    /// Frees each first neuron of the incumbent once, in random order, with so many nodes for each.
    void run(std::uint64_t nodes, const Limits& limits, Incumbent& best);

  private:
    std::vector<std::int8_t> demanded(const Weights& weights, std::size_t neuron) const;
    bool is_right_with(const Weights& weights, std::vector<std::int64_t> activities, std::uint32_t label) const;
    std::vector<std::int64_t> sums(std::span<const std::int8_t> row) const;
    std::vector<std::int8_t> lighter(std::span<const std::int8_t> row, std::span<const std::int8_t> signs,
                                     std::uint64_t nodes, const Limits& limits) const;
    std::vector<std::int8_t> wider(std::span<const std::int8_t> row, std::span<const std::int8_t> signs,
                                   std::uint64_t nodes, const Limits& limits);
    std::int64_t margin_of(std::span<const std::int64_t> sums) const;
    void polish(std::vector<std::int8_t>& row, std::span<const std::int8_t> signs, const Limits& limits);

    const Problem& problem_;
    const Columns& columns_;
    Random random_;
    std::optional<NeuronMargin> margin_;
};

/// Networks of one neuron a class, each connected to its output; of several classes whose greatest sum wins one needs
/// none.
class Detectors {
  public:
    /// `problem` must outlive this.
    Detectors(const Problem& problem, std::uint64_t seed, const Limits& limits);

    /// Whether the problem is of least weight, of several classes, with hidden layers wide enough.
    static bool apply_to(const Problem& problem);
    /// Looks further for each class's neuron, with so many moves and nodes (separate_outputs.hpp), and offers the
    /// network.
    void run(std::uint64_t moves, std::uint64_t nodes, const Limits& limits, Incumbent& best);

  private:
    const Problem& problem_;
    std::unique_ptr<Problem> flat_;
    std::unique_ptr<Columns> columns_;
    std::optional<SeparateOutputs> outputs_;
};

}  // namespace sinew::train
