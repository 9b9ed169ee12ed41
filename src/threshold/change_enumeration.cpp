// SPDX-License-Identifier: Apache-2.0
#include "threshold/change_enumeration.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"

namespace sinew::threshold {

namespace {
/// States remembered: no more than there are choices, and few enough for the second-level cache.
constexpr int most_remembered_bits = 17;
/// Budgets up to here are told apart in tables.
constexpr std::int64_t largest_table = 2048;
/// Choices within budgets up to here are counted exactly, within larger ones from above.
constexpr std::int64_t widest_count = 4096;
/// Nodes between two looks at the clock.
constexpr std::uint64_t patience = 1024;

std::int64_t largest_movement(const Change& change) {
    std::int64_t largest = 0;
    for (const std::int32_t m : change.movement) largest = std::max(largest, std::abs(std::int64_t{m}));
    return largest;
}
}  // namespace

ChangeEnumeration::ChangeEnumeration(std::span<const std::int64_t> distance, std::span<const Change> changes,
                                     std::int64_t budget)
    : budget_(budget) {
    if (budget < 0) throw UsageError("the budget of an enumeration is negative");
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (changes[i].cost <= 0) throw UsageError("the cost of a change must be positive");
        if (changes[i].movement.size() != distance.size())
            throw UsageError("a change must say a movement for each neuron");
        if (changes[i].cost <= budget) order_.push_back(static_cast<std::uint32_t>(i));
    }
    std::ranges::stable_sort(order_,
                             [&](std::uint32_t a, std::uint32_t b) { return changes[a].cost < changes[b].cost; });
    std::uint32_t inputs = 0;
    for (const std::uint32_t i : order_) {
        input_.push_back(changes[i].input);
        cost_.push_back(changes[i].cost);
        inputs = std::max(inputs, changes[i].input + 1);
    }
    input_used_.assign(inputs, 0);
    tabled_ = std::min(budget, largest_table);
    std::vector<std::vector<std::int64_t>> costs(inputs);
    for (std::size_t place = 0; place < order_.size(); ++place) costs[input_[place]].push_back(cost_[place]);
    choices_ = count_choices(costs, budget);
    measure_reach(changes);
    pack(distance, changes);
}

double count_choices(const std::vector<std::vector<std::int64_t>>& costs, std::optional<std::int64_t> budget) {
    double product = 1;
    for (const std::vector<std::int64_t>& of_input : costs) product *= static_cast<double>(of_input.size() + 1);
    if (!budget) return product;
    // ways[c]: choices that cost c altogether; costs of a larger budget are divided and rounded down.
    const std::int64_t divisor = *budget / widest_count + 1;
    std::vector<double> ways(static_cast<std::size_t>(*budget / divisor) + 1, 0.0);
    ways[0] = 1;
    std::vector<double> next;
    for (const std::vector<std::int64_t>& of_input : costs) {
        next = ways;
        for (const std::int64_t exact : of_input) {
            const auto cost = static_cast<std::size_t>(exact / divisor);
            for (std::size_t c = cost; c < ways.size(); ++c) next[c] += ways[c - cost];
        }
        ways.swap(next);
    }
    return std::min(product, std::accumulate(ways.begin(), ways.end(), 0.0));
}

/// Within a budget, repeating a change is allowed here; without, each input's largest movement counts once. The smaller
/// of these upper bounds.
void ChangeEnumeration::measure_reach(std::span<const Change> changes) {
    std::vector<std::int64_t> of_input(input_used_.size(), 0);
    for (const std::uint32_t i : order_) {
        std::int64_t& largest = of_input[changes[i].input];
        largest = std::max(largest, largest_movement(changes[i]));
    }
    const std::int64_t all = std::accumulate(of_input.begin(), of_input.end(), std::int64_t{0});
    const std::size_t size = static_cast<std::size_t>(tabled_) + 1;
    step_.assign(size, 0);
    reach_.assign(size, 0);
    for (const std::uint32_t i : order_) {
        std::int64_t& step = step_[static_cast<std::size_t>(std::min(changes[i].cost, tabled_))];
        step = std::max(step, largest_movement(changes[i]));
    }
    for (std::size_t c = 1; c < size; ++c) {
        reach_[c] = reach_[c - 1];
        for (std::size_t cost = 1; cost <= c; ++cost)
            if (step_[cost] > 0) reach_[c] = std::max(reach_[c], step_[cost] + reach_[c - cost]);
    }
    for (std::size_t c = 0; c < size; ++c) {
        if (c > 0) step_[c] = std::max(step_[c], step_[c - 1]);
        reach_[c] = std::min(reach_[c], all);
    }
    if (tabled_ < budget_) reach_.back() = all;
}

void ChangeEnumeration::pack(std::span<const std::int64_t> distance, std::span<const Change> changes) {
    const std::int64_t reach = reach_.back();
    states_.assign((distance.size() + 63) / 64, 0);
    for (std::size_t j = 0; j < distance.size(); ++j) {
        if (distance[j] >= 0) states_[j / 64] |= std::uint64_t{1} << (j % 64);
        if (distance[j] < reach && distance[j] >= -reach) critical_.push_back(static_cast<std::uint32_t>(j));
    }
    initial_states_ = states_;
    // The ones nearest to switching first: the words at the end are then often out of reach together.
    std::ranges::stable_sort(critical_, [&](std::uint32_t a, std::uint32_t b) {
        return std::abs(2 * distance[a] + 1) < std::abs(2 * distance[b] + 1);
    });
    // A field holds bias + distance, and a distance moves by `reach` from at most `reach`.
    if (reach > 63) width_ = 16;
    if (reach > 16383) width_ = 32;
    if (reach > (std::int64_t{1} << 30) - 1) {
        fits_ = false;
        return;
    }
    const std::size_t fields = 64 / width_;
    const std::int64_t bias = std::int64_t{1} << (width_ - 1);
    word_count_ = (critical_.size() + fields - 1) / fields;
    for (std::size_t f = 0; f < fields; ++f) top_bits_ |= static_cast<std::uint64_t>(bias) << (f * width_);
    levels_.resize(1);
    levels_[0].words.assign(word_count_, 0);
    movement_.assign(order_.size() * word_count_, 0);
    for (std::size_t c = 0; c < word_count_ * fields; ++c) {
        const bool used = c < critical_.size();  // an unused field stays on for good
        const std::int64_t value = used ? bias + distance[critical_[c]] : 2 * bias - 1;
        const std::size_t shift = c % fields * width_;
        levels_[0].words[c / fields] += static_cast<std::uint64_t>(value) << shift;
        for (std::size_t i = 0; used && i < order_.size(); ++i) {
            const std::int64_t movement = changes[order_[i]].movement[critical_[c]];
            movement_[i * word_count_ + c / fields] += static_cast<std::uint64_t>(movement) << shift;
        }
    }
    Random random(word_count_);
    for (std::size_t w = 0; w < word_count_; ++w) multiplier_.push_back(random.next() | 1U);
    remembered_bits_ = std::clamp(std::ilogb(choices_) + 1, 1, most_remembered_bits);
    recent_.resize((std::size_t{1} << remembered_bits_) * word_count_);
}

std::int64_t ChangeEnumeration::field(std::uint64_t word, std::size_t place) const {
    const std::uint64_t mask = (std::uint64_t{1} << width_) - 1;
    const auto bias = static_cast<std::int64_t>(std::uint64_t{1} << (width_ - 1));
    return static_cast<std::int64_t>(word >> (place * width_) & mask) - bias;
}

bool ChangeEnumeration::can_switch(std::uint64_t word, std::int64_t reach) const {
    for (std::size_t f = 0; f < 64 / width_; ++f) {
        const std::int64_t distance = field(word, f);
        if (distance < reach && distance >= -reach) return true;
    }
    return false;
}

std::uint64_t ChangeEnumeration::hash_of(std::span<const std::uint64_t> words) const {
    std::uint64_t hash = 0;
    for (std::size_t w = 0; w < words.size(); ++w) hash += (words[w] & top_bits_) * multiplier_[w];
    return hash;
}

bool ChangeEnumeration::seen_before(const Level& level, const std::uint64_t* movement) {
    std::uint64_t hash = level.hash;
    for (const std::uint32_t w : level.near) {
        const std::uint64_t word = level.words[w];
        hash += (((word + movement[w]) & top_bits_) - (word & top_bits_)) * multiplier_[w];
    }
    hash = (hash ^ (hash >> 32)) * 0x94d049bb133111ebULL;  // its top bits depend on all of the sum
    std::uint64_t* slot = recent_.data() + (hash >> (64 - remembered_bits_)) * word_count_;
    std::uint64_t difference = 0;
    for (std::size_t w = 0; w < word_count_; ++w) difference |= slot[w] ^ ((level.words[w] + movement[w]) & top_bits_);
    if (difference == 0) return true;
    for (std::size_t w = 0; w < word_count_; ++w) slot[w] = (level.words[w] + movement[w]) & top_bits_;
    return false;
}

void ChangeEnumeration::write_states(std::span<const std::uint64_t> words) {
    const std::size_t fields = 64 / width_;
    for (std::size_t c = 0; c < critical_.size(); ++c) {
        const std::uint64_t on = words[c / fields] >> (c % fields * width_ + width_ - 1) & 1U;
        std::uint64_t& state = states_[critical_[c] / 64];
        const std::size_t bit = critical_[c] % 64;
        state = (state & ~(std::uint64_t{1} << bit)) | on << bit;
    }
}

ChangeEnumeration::Result ChangeEnumeration::run(const Visitor& visit, const Limits& limits) {
    require(fits_, "the distances fit");
    chosen_.clear();
    std::ranges::fill(input_used_, std::uint8_t{0});
    if (word_count_ == 0) return Result::exhausted;
    for (std::size_t i = 0; i < recent_.size(); ++i)  // an empty slot holds the unchanged states, which are not shown
        recent_[i] = levels_[0].words[i % word_count_] & top_bits_;
    const std::int64_t affordable = cost_.empty() ? 0 : budget_ / cost_.front();
    const std::size_t deepest = std::min(static_cast<std::size_t>(affordable), input_used_.size()) + 2;
    levels_.resize(deepest);
    for (Level& level : levels_) {
        level.words.resize(word_count_);
        level.near.reserve(word_count_);
    }
    chosen_.reserve(deepest);
    return search(0, 0, 0, visit, limits);
}

ChangeEnumeration::Result ChangeEnumeration::search(std::size_t depth, std::size_t first, std::int64_t spent,
                                                    const Visitor& visit, const Limits& limits) {
    if (++steps_ % patience == 0 && limits.exceeded()) return Result::limit;
    Level& level = levels_[depth];
    const auto left = static_cast<std::size_t>(std::min(budget_ - spent, tabled_));
    level.hash = hash_of(level.words);
    level.near.clear();
    bool any = false;
    for (std::uint32_t w = 0; w < word_count_; ++w) {
        any = any || can_switch(level.words[w], reach_[left]);
        if (can_switch(level.words[w], step_[left])) level.near.push_back(w);
    }
    if (!any) return Result::exhausted;  // whatever is still changed switches nothing
    const std::uint64_t* const words = level.words.data();
    for (std::size_t i = first; i < order_.size() && cost_[i] <= budget_ - spent; ++i) {
        if (input_used_[input_[i]] != 0) continue;
        const std::uint64_t* const movement = movement_.data() + i * word_count_;
        std::uint64_t switched = 0;
        for (const std::uint32_t w : level.near) switched |= (words[w] + movement[w]) ^ words[w];
        const std::int64_t total = spent + cost_[i];
        const bool deeper = i + 1 < order_.size() && cost_[i + 1] <= budget_ - total;
        const bool shows = (switched & top_bits_) != 0 && !seen_before(level, movement);
        if (!shows && !deeper) continue;
        std::vector<std::uint64_t>& next = levels_[depth + 1].words;
        for (std::size_t w = 0; w < word_count_; ++w) next[w] = words[w] + movement[w];
        chosen_.push_back(order_[i]);
        if (shows) {
            write_states(next);
            if (visit(states_, total)) return Result::stopped;
        }
        if (deeper) {
            input_used_[input_[i]] = 1;
            const Result result = search(depth + 1, i + 1, total, visit, limits);
            if (result != Result::exhausted) return result;
            input_used_[input_[i]] = 0;
        }
        chosen_.pop_back();
    }
    return Result::exhausted;
}

}  // namespace sinew::threshold
