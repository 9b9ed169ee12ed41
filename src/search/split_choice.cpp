#include "search/split_choice.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sinew::search {

namespace {
/// Splits of each kind to see before they are compared (a split that turns out useless doubles what is below it, so
/// phases wait until the nodes with many descendants are behind), and how often the worse kind is tried again.
constexpr std::uint64_t input_trials = 24;
constexpr std::uint64_t phase_trials = 4;
constexpr std::uint64_t retry_interval = 64;
constexpr double largest_log_size = 64;
/// Few of 2^open phase patterns are possible in a box.
constexpr double log_patterns_per_phase = 0.6;
/// Phases are not tried where there are more of them: it would take too many tries to learn that they lose.
constexpr std::uint32_t most_open = 32;
/// Means follow the search as it moves through the tree.
constexpr double memory = 0.02;

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
    if (inputs.count < input_trials || node.open_phases > most_open) return SplitKind::input;
    if (phases.count < phase_trials) return SplitKind::phase;
    const double phase_size = std::min(phases.log_size, log_patterns_per_phase * node.open_phases);
    const bool phases_better = phase_size < inputs.log_size;
    const bool retry = ++choices_ % retry_interval == 0;
    return phases_better != retry ? SplitKind::phase : SplitKind::input;
}

void SplitChoice::learn(const Node& parent, SplitKind kind, double left_gain, double right_gain) {
    Gains& gains = gains_[bucket(parent)][kind == SplitKind::input ? 0 : 1];
    ++gains.count;
    const double weight = std::max(memory, 1.0 / static_cast<double>(gains.count));
    const double left = std::clamp(left_gain, 0.0, 1.0);
    const double right = std::clamp(right_gain, 0.0, 1.0);
    gains.smaller += (std::min(left, right) - gains.smaller) * weight;
    gains.larger += (std::max(left, right) - gains.larger) * weight;
    gains.log_size = log_tree_size(gains.smaller, gains.larger);
}

}  // namespace sinew::search
