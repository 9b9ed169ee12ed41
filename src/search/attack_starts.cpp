// SPDX-License-Identifier: Apache-2.0
// Where the attack's descents begin, and which disjunct each of them is after.
#include <algorithm>
#include <cmath>

#include "base/infinity.hpp"
#include "search/attack.hpp"

namespace sinew::search {

using bounds::lanes;

namespace {
/// Steps to where a random combination of outputs is large, each as long as the box.
constexpr std::size_t diversifying_steps = 2;
/// The best points from which descents go on; and how long their steps are then, with few inputs and with many.
constexpr std::size_t best_points = 8;
constexpr double short_steps = 0.05;
constexpr double wide_short_steps = 0.3;
}  // namespace

/// The next descent's points and targets; gives the length of its steps. `starts` are tried first.
double Attack::begin_descent(Starts starts, const Limits& limits) {
    const bool wide = is_wide();
    momentum_.fill(0);
    choose_targets();
    const bool goes_on = starts.empty() && !elite_.empty() && (wide ? descents_ % 3 == 2 : descents_ % 2 == 1);
    if (!goes_on) {
        place(starts);
        if (wide && starts.empty() && descents_ > 0) diversify(limits);
        return 1;
    }
    place_near_best();
    if (!wide) std::fill_n(choice_, lanes, 0U);
    return wide ? wide_short_steps : short_steps;
}

void Attack::place(Starts starts) {
    for (std::size_t j = 0; j < lanes; ++j) {
        const bool centre = j == starts.size() && descents_ == 0;
        const bool corner = j % 4 == 1;
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            const double lower = lower_.row(i)[j];
            const double upper = upper_.row(i)[j];
            const double at = j < starts.size() ? starts[j][i]
                              : centre          ? 0.5 * lower + 0.5 * upper
                              : corner          ? (random_.chance(0.5) ? lower : upper)
                                                : lower + (upper - lower) * random_.uniform();
            point(i)[j] = std::min(std::max(at, lower), upper);
        }
    }
    momentum_.fill(0);
}

/// One of the best points so far, half of the time mixed with another one, with some inputs at random ends.
void Attack::place_near_best() {
    const std::size_t few = std::min(elite_.size(), best_points);
    for (std::size_t j = 0; j < lanes; ++j) {
        const std::vector<double>& one = elite_[j < best_points ? j % few : random_.below(few)].inputs;
        const std::vector<double>& other = elite_[random_.below(elite_.size())].inputs;
        const double mixed = j % 2 == 0 ? 0.3 : 0;
        const double changed = 0.02 * static_cast<double>(1U << (j / 2 % 4));
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            double at = random_.chance(mixed) ? other[i] : one[i];
            if (random_.chance(changed)) at = random_.chance(0.5) ? lower_.row(i)[j] : upper_.row(i)[j];
            point(i)[j] = std::min(std::max(at, lower_.row(i)[j]), upper_.row(i)[j]);
        }
    }
}

/// From where the points are to where a random combination of outputs is large.
void Attack::diversify(const Limits& limits) {
    bounds::LaneMatrix weights(outputs_.size());
    for (std::size_t o = 0; o < outputs_.size(); ++o)
        for (std::size_t j = 0; j < lanes; ++j) weights.row(o)[j] = random_.uniform(-1, 1);
    for (std::size_t s = 0; s < diversifying_steps && !outputs_.empty() && !limits.exceeded(); ++s) {
        network_.forward();
        ++evaluations_;
        network_.clear_adjoints();
        for (std::size_t o = 0; o < outputs_.size(); ++o)
            std::copy_n(weights.row(o), lanes, network_.adjoints().row(outputs_[o]));
        network_.backward();
        ++gradients_;
        step(1, 0, true);
    }
    momentum_.fill(0);
}

/// Every disjunct once, then mostly those that came nearest: each half as often as the one before it. The first lane
/// always follows the best disjunct of its points.
void Attack::choose_targets() {
    std::fill_n(choice_, lanes, 0U);
    const std::size_t count = condition_.disjuncts();
    if (count < 2) return;
    if (descents_ == 0) offset_ = random_.below(count + 1);
    if (descents_ == 0 || descents_ * lanes <= count) {
        for (std::size_t j = 0; j < lanes; ++j)
            choice_[j] = static_cast<std::uint32_t>((offset_ + descents_ * lanes + j) % (count + 1));
        return;
    }
    std::vector<std::uint32_t> nearest(count);
    for (std::size_t d = 0; d < count; ++d) nearest[d] = static_cast<std::uint32_t>(d);
    const auto few = nearest.begin() + static_cast<std::ptrdiff_t>(std::min(count, lanes));
    std::partial_sort(nearest.begin(), few, nearest.end(), [&](std::uint32_t a, std::uint32_t b) {
        return disjunct_margins_[a] > disjunct_margins_[b] || (disjunct_margins_[a] == disjunct_margins_[b] && a < b);
    });
    for (std::size_t j = 1; j < lanes; ++j) {
        std::size_t rank = 0;
        while (rank + 1 < std::min(count, lanes) && random_.chance(0.5)) ++rank;
        choice_[j] = nearest[rank] + 1;
    }
}

}  // namespace sinew::search
