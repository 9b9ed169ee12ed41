// SPDX-License-Identifier: Apache-2.0
#include "binarized/gradient_attack.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"

namespace sinew::binarized {

namespace {
constexpr double shares[] = {0.1, 0.05, 0.15, 0.3};  // of the neurons on their ramps, by round
constexpr float kept_momentum = 0.8F;
constexpr std::size_t free_rounds = 4;  // start anywhere; later ones near the best values, but for every eighth
constexpr std::size_t free_again = 8;
constexpr double moved = 0.25;      // share of the digits that start elsewhere than at the best values
constexpr std::size_t closest = 4;  // conditions that rounds aim at in turn
}  // namespace

GradientAttack::GradientAttack(threshold::SoftNetwork& soft, const threshold::ThresholdNetwork& network,
                               const threshold::Ball& ball, std::span<const threshold::ScoreCondition> conditions,
                               const GradientAttackOptions& options)
    : soft_(soft),
      network_(network),
      ball_(ball),
      conditions_(conditions),
      options_(options),
      random_(options.seed),
      best_margin_(std::numeric_limits<std::int64_t>::min()) {
    if (ball.budget) throw UsageError("gradients know no budget");
    for (std::size_t d = 0; d < network.digits.size(); ++d)
        entering_.push_back(static_cast<float>(network.digits[d].entering(ball.centre[d])));
}

std::optional<std::vector<std::uint32_t>> GradientAttack::run(std::size_t evaluations, const Limits& limits) {
    if (conditions_.empty()) return std::nullopt;
    for (; evaluations_ < evaluations; ++round_) {
        if (round_ > 0 && ball_.free.empty()) return std::nullopt;
        start(round_);
        for (std::size_t i = 0; i <= options_.steps; ++i) {
            if (limits.exceeded()) return std::nullopt;
            if (evaluate()) return best_values_;
            if (i == 0) aim();
            if (!step(i)) break;
        }
    }
    return std::nullopt;
}

/// The first round starts in the middle, others anywhere or near the best values so far.
void GradientAttack::start(std::size_t round) {
    place_.resize(ball_.free.size());
    const bool near_best = round >= free_rounds && round % free_again != 0;
    for (std::size_t f = 0; f < place_.size(); ++f) {
        const threshold::FreeDigit& digit = ball_.free[f];
        if (round == 0)
            place_[f] = static_cast<float>(digit.centre - digit.low);
        else if (near_best && !random_.chance(moved))
            place_[f] = static_cast<float>(best_values_[f]);
        else
            place_[f] = static_cast<float>(random_.uniform(0, static_cast<double>(digit.high - digit.low)));
    }
    momentum_.assign(ball_.free.size(), 0);
}

/// Evaluates at the whole numbers nearest to place_. True: a condition holds there.
bool GradientAttack::evaluate() {
    for (std::size_t f = 0; f < ball_.free.size(); ++f) {
        const threshold::FreeDigit& digit = ball_.free[f];
        const auto value = digit.low + static_cast<std::uint32_t>(std::lround(place_[f]));
        entering_[digit.digit] = static_cast<float>(network_.digits[digit.digit].entering(value));
    }
    soft_.evaluate(entering_);
    ++evaluations_;
    margins_.clear();
    std::int64_t best = std::numeric_limits<std::int64_t>::min();
    for (const threshold::ScoreCondition& condition : conditions_) {
        std::int64_t margin = -condition.bound;
        for (const auto& [score, factor] : condition.factors)
            margin += factor * static_cast<std::int64_t>(soft_.scores()[score]);
        margins_.push_back(static_cast<double>(margin));
        best = std::max(best, margin);
    }
    if (best > best_margin_) {
        best_margin_ = best;
        best_values_.clear();
        for (const float place : place_) best_values_.push_back(static_cast<std::uint32_t>(std::lround(place)));
    }
    return best >= 0;
}

/// Even rounds follow whatever is closest, odd ones one of the closest conditions at the start.
void GradientAttack::aim() {
    std::vector<std::size_t> order(conditions_.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return margins_[a] > margins_[b]; });
    aimed_at_ = order[round_ / 2 % std::min(closest, order.size())];
}

/// One step up; false where there is no gradient.
bool GradientAttack::step(std::size_t step) {
    const std::size_t target =
        round_ % 2 == 1
            ? aimed_at_
            : static_cast<std::size_t>(std::max_element(margins_.begin(), margins_.end()) - margins_.begin());
    by_score_.assign(soft_.scores().size(), 0);
    for (const auto& [score, factor] : conditions_[target].factors) by_score_[score] = static_cast<float>(factor);
    soft_.set_widths(shares[round_ % std::size(shares)]);
    const std::span<const float> gradient = soft_.gradient(by_score_);
    double size = 0;
    for (const threshold::FreeDigit& digit : ball_.free) size += std::abs(static_cast<double>(gradient[digit.digit]));
    if (size == 0) return false;
    const auto unit = static_cast<float>(static_cast<double>(ball_.free.size()) / size);
    const double progress = static_cast<double>(step) / static_cast<double>(options_.steps);
    const auto stride = static_cast<float>(0.25 * (1 - progress) + 0.02);
    for (std::size_t f = 0; f < ball_.free.size(); ++f) {
        const threshold::FreeDigit& digit = ball_.free[f];
        const auto gain = static_cast<float>(network_.digits[digit.digit].gain);
        momentum_[f] = kept_momentum * momentum_[f] + unit * gain * gradient[digit.digit];
        if (momentum_[f] == 0) continue;
        const auto span = static_cast<float>(digit.high - digit.low);
        place_[f] = std::clamp(place_[f] + (momentum_[f] > 0 ? stride : -stride) * span, 0.0F, span);
    }
    return true;
}

}  // namespace sinew::binarized
