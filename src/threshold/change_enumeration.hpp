// SPDX-License-Identifier: Apache-2.0
// Every cheap change of an input, seen through the first layer: where few inputs may change, what matters is which
// neurons switch, and many changes switch the same. Going through all of them then answers what search would have to
// prove, at about a nanosecond each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"

namespace sinew::threshold {

/// One way to change one input.
struct Change {
    std::uint32_t input = 0;             ///< of several changes of one input at most one is made
    std::int64_t cost = 1;               ///< > 0
    std::vector<std::int32_t> movement;  ///< what it adds to the distance of each neuron
};

/// How many ways there are to make at most one change of each input within the budget (at least 1: none), as a double;
/// costs[i]: of the changes of input i. With a wide budget at most so many.
double count_choices(const std::vector<std::vector<std::int64_t>>& costs, std::optional<std::int64_t> budget);

/// Depth-first over all sets of changes within a budget. A neuron is on while its distance is >= 0. The distances of
/// the neurons that the budget can switch stand side by side in machine words, one, two or four bytes each, biased so
/// that the top bit tells the neuron's state: a change is one addition a word, and words that nothing can switch any
/// more are left out.
class ChangeEnumeration {
  public:
    enum class Result : std::uint8_t {
        exhausted,  ///< every choice was made
        stopped,    ///< by the visitor
        limit,      ///< of time or memory
    };
    /// Called with the neurons that are on (bit j % 64 of word j / 64) and the total cost; true stops. The same states
    /// may be shown again; the unchanged ones are not shown.
    using Visitor = std::function<bool(std::span<const std::uint64_t> states, std::int64_t cost)>;

    static constexpr std::int64_t largest_budget = 4096;

    /// `distance`: of each neuron, unchanged. Changes that cost more than `budget` are left out. Throws UsageError
    /// where the budget is beyond largest_budget, a cost is not positive, or a movement has another size than
    /// `distance`.
    ChangeEnumeration(std::span<const std::int64_t> distance, std::span<const Change> changes, std::int64_t budget);

    /// How many choices there are: what run() has to go through at most.
    double choices() const { return choices_; }
    /// Whether the distances fit four bytes; run() needs that.
    bool fits() const { return fits_; }
    /// Neurons that the budget might switch.
    std::size_t critical() const { return critical_.size(); }

    Result run(const Visitor& visit, const Limits& limits);
    /// The changes (indices into those given) of the call that is being made or that stopped run().
    std::span<const std::uint32_t> chosen() const { return chosen_; }

  private:
    /// What the search keeps of a level: the words after the changes so far.
    struct Level {
        std::vector<std::uint64_t> words;
        std::uint64_t hash = 0;           ///< of their top bits: linear, so that a change adds to it
        std::vector<std::uint32_t> near;  ///< words in which one more change may switch a neuron
    };

    void measure_reach(std::span<const Change> changes);
    void pack(std::span<const std::int64_t> distance, std::span<const Change> changes);
    std::int64_t field(std::uint64_t word, std::size_t place) const;
    bool can_switch(std::uint64_t word, std::int64_t reach) const;
    Result search(std::size_t depth, std::size_t first, std::int64_t spent, const Visitor& visit, const Limits& limits);
    std::uint64_t hash_of(std::span<const std::uint64_t> words) const;
    /// Whether the states after that movement were shown lately; they are remembered if not.
    bool seen_before(const Level& level, const std::uint64_t* movement);
    void write_states(std::span<const std::uint64_t> words);

    std::int64_t budget_;
    double choices_ = 0;
    bool fits_ = true;
    std::vector<std::uint32_t> order_;     ///< changes by cost
    std::vector<std::uint32_t> input_;     ///< by place in order_
    std::vector<std::int64_t> cost_;       ///< by place in order_
    std::int64_t tabled_ = 0;              ///< reach_ and step_ hold budgets up to this; larger ones are like the last
    std::vector<std::int64_t> reach_;      ///< by budget: how far a distance can move
    std::vector<std::int64_t> step_;       ///< by budget: how far one change can move it
    std::vector<std::uint32_t> critical_;  ///< neurons by their place in the words
    unsigned width_ = 8;                   ///< bits of a field
    std::uint64_t top_bits_ = 0;
    std::size_t word_count_ = 0;
    std::vector<std::uint64_t> movement_;  ///< by place in order_, word_count_ each
    std::vector<std::uint64_t> states_, initial_states_;
    std::vector<Level> levels_;
    std::vector<std::uint8_t> input_used_;
    std::vector<std::uint32_t> chosen_;
    int remembered_bits_ = 1;
    std::vector<std::uint64_t> multiplier_;
    std::vector<std::uint64_t> recent_;  ///< top bits of states shown lately, by their hash
    std::uint64_t steps_ = 0;
};

}  // namespace sinew::threshold
