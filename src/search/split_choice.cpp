// SPDX-License-Identifier: Apache-2.0
#include "search/split_choice.hpp"

#include <algorithm>
#include <bit>

#include "base/random.hpp"

namespace sinew::search {

namespace {
constexpr double largest_log_size = 64;
/// Few of 2^open phase patterns are possible in a box.
constexpr double log_patterns_per_phase = 0.6;

/// log2 of the leaves of a tree each of whose splits closes these shares of the root's distance: x^-left + x^-right = 1
/// (Le Bodic and Nemhauser, An abstract model for branching and its application to mixed integer programming, 2017).
double log_tree_size(double left, double right) {
    if (!(left > 0) || !(right > 0)) return largest_log_size;
    double low = 0;
    double high = largest_log_size;
    for (int step = 0; step < 16; ++step) {
        const double middle = (low + high) / 2;
        if (std::exp2(-middle * left) + std::exp2(-middle * right) > 1)
            low = middle;
        else
            high = middle;
    }
    return high;
}
}  // namespace

SplitChoice::SplitChoice(const BoxOptions& options, std::uint64_t seed) : options_(options) {
    if (seed == 0) return;
    Random random(seed);
    options_.input_trials += random.below(options_.input_trials + 1);
    options_.phase_trials += random.below(options_.phase_trials + 1);
    choices_ = random.below(options_.retry_interval);
}

std::size_t SplitChoice::bucket(const Node& node) {
    // Half powers of two.
    const std::uint32_t open = std::min(node.open_phases, 4000U);
    const auto width = static_cast<std::size_t>(std::bit_width(open));
    return open < 4 ? open : std::min<std::size_t>(2 * width + ((open >> (width - 2)) & 1U) - 2, 23);
}

SplitKind SplitChoice::choose(const Node& node) {
    if (!node.input_split) return SplitKind::phase;
    if (!node.phase_split) return SplitKind::input;
    const auto& [inputs, phases] = gains_[bucket(node)];
    if (inputs.count < options_.input_trials || node.open_phases > options_.most_open) return SplitKind::input;
    if (phases.count < options_.phase_trials) return SplitKind::phase;
    const double phase_size = std::min(phases.log_size, log_patterns_per_phase * node.open_phases);
    const bool phases_better = phase_size < inputs.log_size;
    const bool retry = ++choices_ % options_.retry_interval == 0;
    return phases_better != retry ? SplitKind::phase : SplitKind::input;
}

void SplitChoice::learn(const Node& parent, SplitKind kind, double left_gain, double right_gain) {
    Gains& gains = gains_[bucket(parent)][kind == SplitKind::input ? 0 : 1];
    ++gains.count;
    const double weight = std::max(options_.gain_memory, 1.0 / static_cast<double>(gains.count));
    const double left = std::clamp(left_gain, 0.0, 1.0);
    const double right = std::clamp(right_gain, 0.0, 1.0);
    gains.smaller += (std::min(left, right) - gains.smaller) * weight;
    gains.larger += (std::max(left, right) - gains.larger) * weight;
    gains.log_size = log_tree_size(gains.smaller, gains.larger);
}

}  // namespace sinew::search
