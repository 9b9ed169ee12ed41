// SPDX-License-Identifier: Apache-2.0
// How far a sum over digits can go within a budget of changes.
#include <algorithm>

#include "threshold/reduced_network.hpp"

namespace sinew::threshold {

namespace {
__extension__ using Wide = __int128;

/// What changing one digit can add: at most `most`, and at most gain / cost for each unit of the budget.
struct Item {
    std::int64_t most = 0;
    std::int64_t gain = 0;
    std::int64_t cost = 1;
};

/// The best ratio and the greatest gain of moving a digit away from its centre.
Item item_of(const FreeDigit& digit, std::int64_t coefficient, bool& is_free) {
    Item item;
    for (std::uint32_t v = digit.low; v <= digit.high; ++v) {
        const std::int64_t gain = coefficient * (std::int64_t{v} - std::int64_t{digit.centre});
        if (gain <= 0) continue;
        const std::int64_t cost = digit.cost[v - digit.low];
        item.most = std::max(item.most, gain);
        if (cost == 0) is_free = true;
        if (item.gain == 0 || Wide{gain} * item.cost > Wide{item.gain} * cost) {
            item.gain = gain;
            item.cost = std::max<std::int64_t>(cost, 1);
        }
    }
    return item;
}

/// The most that the digits can add to the sum at the centre; `sign` -1: to its negation.
std::int64_t most_gain(std::span<const VariableTerm> terms, const Ball& ball, std::int64_t sign,
                       std::vector<Item>& items) {
    items.clear();
    std::int64_t total = 0;
    for (const VariableTerm& term : terms) {
        bool is_free = !ball.budget.has_value();
        const Item item = item_of(ball.free[term.variable], sign * term.coefficient, is_free);
        if (item.most == 0) continue;
        if (is_free)
            total += item.most;
        else
            items.push_back(item);
    }
    if (items.empty()) return total;
    std::ranges::sort(items,
                      [](const Item& a, const Item& b) { return Wide{a.gain} * b.cost > Wide{b.gain} * a.cost; });
    // A rational rest of the budget, rest / scale, would be exact; rounding what an item uses down and what the last
    // one adds up is safe.
    std::int64_t rest = *ball.budget;
    for (const Item& item : items) {
        const std::int64_t used = static_cast<std::int64_t>(Wide{item.most} * item.cost / item.gain);
        if (used <= rest) {
            rest -= used;
            total += item.most;
            continue;
        }
        const Wide part = (Wide{rest} * item.gain + item.cost - 1) / item.cost;
        total += std::min(item.most, static_cast<std::int64_t>(part));
        break;
    }
    return total;
}
}  // namespace

SumRange digit_range(std::span<const VariableTerm> terms, const Ball& ball) {
    std::int64_t centre = 0;
    for (const VariableTerm& term : terms) {
        const FreeDigit& digit = ball.free[term.variable];
        centre += term.coefficient * (std::int64_t{digit.centre} - std::int64_t{digit.low});
    }
    thread_local std::vector<Item> items;
    return {centre - most_gain(terms, ball, -1, items), centre + most_gain(terms, ball, 1, items)};
}

}  // namespace sinew::threshold
