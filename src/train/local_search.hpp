// SPDX-License-Identifier: Apache-2.0
// Solutions by simulated annealing over single weights: the sums of all neurons at all examples are kept, a change of a
// weight adds one column of contributions and goes on through the neurons whose activity it changes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "train/columns.hpp"
#include "train/incumbent.hpp"

namespace sinew::train {

class LocalSearch {
  public:
    LocalSearch(const Problem& problem, const Columns& columns, std::uint64_t seed);

    /// One annealing of so many moves, from `start`, or from random weights where it is empty; offers what satisfies
    /// the demands.
    void run(std::uint64_t moves, const Weights& start, const Limits& limits, Incumbent& best);

    /// From now on asks for this margin of every neuron, in place of the problem's objectives.
    void aim_at_margin(std::int64_t margin);

  private:
    struct Neuron {
        std::vector<std::int32_t> sums;              ///< by column (above the first layer, by column of an example)
        std::vector<std::int8_t> activity;           ///< ±1
        std::int64_t short_of_aim = 0;               ///< examples at which the sum is too near to 0
        double margin = 0;                           ///< and a little for each example whose sum is farther from 0
        std::vector<std::vector<std::uint8_t>> bad;  ///< by guard and watch: not as active everywhere
    };
    struct Change {
        std::size_t layer;
        std::size_t neuron;
        std::size_t input;
        std::int8_t value;
    };
    struct Energy {
        double shortage = 0;
        double objective = 0;
    };

    void load(const Weights& weights);
    Weights random_weights();
    Weights weights() const { return {weights_}; }
    std::int8_t set(std::size_t layer, std::size_t neuron, std::size_t input, std::int8_t value);
    bool propose();
    bool propose_sparse(std::size_t neuron);
    void refresh(std::size_t layer, std::size_t neuron);
    void go_up(std::size_t layer, std::size_t neuron);
    void touch(std::size_t layer, std::size_t neuron);
    void find_partners();
    void add_contribution(std::size_t layer, std::size_t input, std::int32_t times, std::int8_t weight,
                          std::vector<std::int32_t>& sums) const;
    bool keeps_class(const Columns::Guard::Watch& watch) const;
    std::uint32_t class_at(std::uint32_t column) const;
    std::int64_t robust_count(std::size_t guard) const;
    double wrongness(const Columns::Group& group) const;
    Energy energy();
    double total(const Energy& energy) const { return energy.objective + shortage_price_ * energy.shortage; }

    const Problem& problem_;
    const Columns& columns_;
    Random random_;
    std::size_t upper_end_ = 0;  ///< columns before it concern layers above the first: examples', or all
    /// By column: at an end of a ball around which the class is guarded the other end, else the column itself. A sum
    /// at the low end is the least over the ball: above the first layer, negative weights meet the high end's
    /// activities.
    std::vector<std::uint32_t> partner_;
    bool has_balls_ = false;  ///< around which the class is guarded
    std::vector<std::uint32_t> alive_;
    std::vector<std::vector<std::int8_t>> weights_;
    std::vector<std::vector<Neuron>> neurons_;
    std::vector<std::vector<std::vector<std::uint32_t>>> changed_;  ///< by neuron: columns, by the last change
    std::vector<std::vector<std::size_t>> moved_;                   ///< by layer: neurons with changed columns
    std::vector<std::vector<std::uint32_t>> bad_;                   ///< by guard and watch: how many neurons
    std::int64_t used_ = 0;
    bool wants_margin_ = false;
    bool wants_few_ = false;  ///< weights
    std::vector<Change> changes_;
    std::vector<std::size_t> support_;
    std::int64_t aim_ = 0;
    double fan_ = 16;  ///< how far an output's sum may be off
    double shortage_price_ = 1;
    double hottest_ = 1;
    double coldest_ = 0.1;
};

}  // namespace sinew::train
