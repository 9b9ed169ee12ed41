// SPDX-License-Identifier: Apache-2.0
// The neuron of the first layer with the least weight whose activities are given at some columns: all choices of 1, 2,
// 3, … weights by branch and bound, each with so many of them positive and so many negative. All arithmetic is on
// integers.
//
// With p positive and n negative weights left, no column gains more than its p best positive and its n best negative
// weights, so that a column's deficit rules out every weight that leaves too little to the others: sets of weights, as
// bits, are intersected column by column. Where features are never negative, an active column gains by positive weights
// alone and an inactive one by negative ones, which is what makes the sets small. What is left is branched on at the
// column with the fewest weights of at least its deficit's share; a weight that was tried is excluded from then on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "train/columns.hpp"

namespace sinew::train {

class NeuronWeight {
  public:
    using Word = std::uint64_t;
    /// A row's sets of weights by what they add at least. Views, so that a search over rows touches little memory.
    struct Lookup {
        const Word* sets = nullptr;              ///< of the weights that add most: 0, step, 2·step, …
        const std::uint32_t* offsets = nullptr;  ///< into sets, by value - least; null: by bisection of adds
        const std::int32_t* adds = nullptr;      ///< descending
        std::size_t count = 0;
        std::int32_t least = 0;
        std::int32_t greatest = 0;
    };

    /// sign, by column: 1 active, -1 not, 0 either. The columns are looked at here alone.
    NeuronWeight(const Columns& columns, std::span<const std::int8_t> sign);

    /// Whether the tables are of a size that can be kept; else no search does anything.
    bool fits_memory() const { return fits_; }
    /// Looks at up to `nodes` more nodes for neurons of weight below `below`; what was begun and not finished begins
    /// anew at the next call, so that later calls should have more.
    void search(std::int64_t below, std::uint64_t nodes, const Limits& limits);

    /// Every neuron with these activities has at least this weight.
    std::int64_t bound() const { return weight_; }
    /// A neuron of weight bound(); empty while none is found.
    const std::vector<std::int8_t>& weights() const { return found_; }

  private:
    enum class Outcome : std::uint8_t { found, none, stopped };
    struct Row {
        std::vector<std::uint32_t> order;  ///< weights by what they add, descending
        std::vector<std::int32_t> adds;    ///< in this order
        std::vector<std::uint32_t> offsets;
        std::vector<Word> sets;
    };
    struct Level {
        std::vector<std::int32_t> deficit;
        std::vector<Word> viable;
        std::vector<std::uint32_t> rows;  ///< those that ruled a node out, first
    };

    void collect(const Columns& columns, std::span<const std::int8_t> sign);
    void build_row(std::size_t row);
    Outcome choose(std::size_t positive, std::size_t negative, Level& level);
    Outcome finish(bool negative, Level& level);
    bool narrow(std::size_t positive, std::size_t negative, Level& level) const;
    Outcome branch(std::size_t positive, std::size_t negative, Level& level, std::size_t row, std::size_t shares);
    Outcome begin(std::size_t positive, std::size_t negative);
    void keep();
    std::size_t shares_of(std::size_t row, std::size_t positive, std::size_t negative) const;
    bool is_negative(std::uint32_t weight) const { return weight >= negative_begin_; }
    std::uint32_t mate(std::uint32_t weight) const {
        return is_negative(weight) ? weight - negative_begin_ : weight + negative_begin_;
    }

    std::size_t features_ = 0;
    std::size_t rows_ = 0;
    std::vector<std::uint32_t> feature_of_;  ///< by weight, without the side
    std::uint32_t negative_begin_ = 0;       ///< weights from here on are negative; a multiple of the word's bits
    std::size_t words_ = 0;
    std::vector<std::vector<std::int32_t>> adds_;  ///< by weight, by row
    std::vector<Word> useful_;
    std::vector<std::int32_t> needs_;
    std::vector<Row> table_;
    std::vector<Lookup> lookup_;
    std::vector<std::vector<std::int32_t>> best_[2];  ///< by side, by number, by row: what so many add at most
    std::vector<Level> levels_;
    std::vector<std::uint32_t> chosen_;
    bool fits_ = true;

    std::int64_t weight_ = 0;
    std::size_t next_negative_ = 0;  ///< of weight_, cases with fewer negative weights are done
    std::vector<std::int8_t> found_;
    std::uint64_t nodes_left_ = 0;
    const Limits* limits_ = nullptr;
};

}  // namespace sinew::train
