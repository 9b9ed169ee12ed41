// SPDX-License-Identifier: Apache-2.0
#include "binarized/attack.hpp"

#include <algorithm>
#include <limits>

#include "base/effort.hpp"
#include "threshold/incremental.hpp"

namespace sinew::binarized {

namespace {
constexpr std::size_t tried_at_once = 96;  // digits looked at before a change, where there are more
constexpr std::uint64_t tabu_steps = 6;
constexpr std::uint64_t updates_in_a_tick = 8;

class Attack {
  public:
    Attack(const threshold::ReducedNetwork& network, const threshold::Ball& ball, const AttackOptions& options)
        : network_(network), ball_(ball), random_(options.seed), options_(options), state_(network) {
        tabu_until_.assign(network.digit_count(), 0);
        for (std::size_t f = 0; f < network.digit_count(); ++f) order_.push_back(static_cast<std::uint32_t>(f));
    }

    std::optional<std::vector<std::uint32_t>> run(const Limits& limits) {
        if (network_.targets.empty()) return std::nullopt;
        if (state_.best_margin() >= 0) return found();
        if (network_.digit_count() == 0) return std::nullopt;
        // Within a budget few changes fit; without one every digit may have to move.
        const std::size_t steps =
            2 * (ball_.budget ? std::min<std::size_t>(network_.digit_count(), 40) : network_.digit_count()) + 10;
        for (std::size_t round = 0; state_.ticks() < options_.ticks && !limits.exceeded(); ++round) {
            if (round != 0) restart();
            for (std::size_t step = 0; step < steps && state_.ticks() < options_.ticks; ++step) {
                if (!improve()) break;
                if (state_.best_margin() >= 0) return found();
                if (limits.exceeded()) return std::nullopt;
            }
        }
        return std::nullopt;
    }

  private:
    struct Move {
        std::uint32_t digit = 0;
        std::uint32_t value = 0;
    };

    std::uint32_t centre(std::uint32_t f) const { return network_.digits[f].centre - network_.digits[f].low; }
    std::int64_t cost(std::uint32_t f, std::uint32_t value) const { return network_.digits[f].cost[value]; }

    std::vector<std::uint32_t> found() const {
        std::vector<std::uint32_t> values;
        for (std::size_t f = 0; f < network_.digit_count(); ++f) values.push_back(state_.digit(f));
        return values;
    }

    void set(std::uint32_t f, std::uint32_t value) {
        spent_ += cost(f, value) - cost(f, state_.digit(f));
        state_.set(f, value);
    }

    /// Back to the centre, then a few random changes.
    void restart() {
        for (std::uint32_t f = 0; f < network_.digit_count(); ++f) set(f, centre(f));
        const std::size_t changes = random_.below(1 + std::min<std::size_t>(network_.digit_count() / 2, 30));
        for (std::size_t i = 0; i < changes; ++i) {
            const auto f = static_cast<std::uint32_t>(random_.below(network_.digit_count()));
            const auto value = static_cast<std::uint32_t>(random_.below(network_.digits[f].cost.size()));
            if (fits(f, value)) set(f, value);
        }
        std::fill(tabu_until_.begin(), tabu_until_.end(), 0);
    }

    bool fits(std::uint32_t f, std::uint32_t value) const {
        return !ball_.budget || spent_ + cost(f, value) - cost(f, state_.digit(f)) <= *ball_.budget;
    }

    /// The values worth trying for a digit: its ends and its neighbours.
    std::vector<std::uint32_t> values_of(std::uint32_t f) const {
        const auto most = static_cast<std::uint32_t>(network_.digits[f].cost.size() - 1);
        const std::uint32_t now = state_.digit(f);
        std::vector<std::uint32_t> values;
        for (const std::uint32_t value : {std::uint32_t{0}, most, now > 0 ? now - 1 : most, now < most ? now + 1 : 0U})
            if (value != now && std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
        return values;
    }

    /// Makes the best of the changes looked at, though it may be for the worse; without one that fits, takes back a
    /// change. False: nothing can be done.
    bool improve() {
        ++step_;
        spend((state_.ticks() - spent_ticks_) / updates_in_a_tick);
        spent_ticks_ = state_.ticks();
        std::optional<Move> best;
        std::int64_t best_margin = std::numeric_limits<std::int64_t>::min();
        std::size_t looked_at = 0;
        state_.save(before_);
        for (std::size_t i = 0; i < order_.size() && looked_at < tried_at_once; ++i) {
            std::swap(order_[i], order_[i + random_.below(order_.size() - i)]);
            const std::uint32_t f = order_[i];
            if (tabu_until_[f] > step_) continue;
            const std::uint32_t now = state_.digit(f);
            bool tried = false;
            for (const std::uint32_t value : values_of(f)) {
                if (!fits(f, value)) continue;
                tried = true;
                state_.set(f, value);
                const std::int64_t margin = state_.best_margin();
                state_.restore(before_);
                state_.restore_digit(f, now);
                if (!best || margin > best_margin) {
                    best = Move{f, value};
                    best_margin = margin;
                }
            }
            looked_at += tried ? 1 : 0;
            if (best && best_margin >= 0) break;
        }
        if (best) {
            set(best->digit, best->value);
            tabu_until_[best->digit] = step_ + tabu_steps;
            return true;
        }
        return take_back();
    }

    bool take_back() {
        std::vector<std::uint32_t> changed;
        for (std::uint32_t f = 0; f < network_.digit_count(); ++f)
            if (state_.digit(f) != centre(f)) changed.push_back(f);
        if (changed.empty()) return false;
        const std::uint32_t f = changed[random_.below(changed.size())];
        set(f, centre(f));
        tabu_until_[f] = step_ + tabu_steps;
        return true;
    }

    const threshold::ReducedNetwork& network_;
    const threshold::Ball& ball_;
    Random random_;
    AttackOptions options_;
    threshold::Incremental state_;
    threshold::Incremental::Saved before_;
    std::vector<std::uint64_t> tabu_until_;
    std::vector<std::uint32_t> order_;
    std::uint64_t step_ = 0;
    std::uint64_t spent_ticks_ = 0;
    std::int64_t spent_ = 0;
};
}  // namespace

std::optional<std::vector<std::uint32_t>> attack(const threshold::ReducedNetwork& network, const threshold::Ball& ball,
                                                 const AttackOptions& options, const Limits& limits) {
    return Attack(network, ball, options).run(limits);
}

}  // namespace sinew::binarized
