// SPDX-License-Identifier: Apache-2.0
#include "integer/division.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "integer/big_row.hpp"
#include "integer/row_sink.hpp"

namespace sinew::integer {

namespace {
enum Place : std::size_t { dividend = 0, divisor = 1, quotient = 2, remainder = 3 };
/// Each rule sees what the others found; more rounds hardly ever find more, and the next call goes on.
constexpr int most_division_rounds = 4;
}  // namespace

void Division::subscribe(Subscriptions& to) {
    for (const View view : views_) {
        to.add(view, 0);
        to.add(-view, 0);
    }
}

/// All four from 0 on, the divisor from 1: x = y·q + r, r < y.
std::optional<Division::Box> Division::narrow(Box box) {
    auto& [x, y, q, r] = box;
    const auto at_least = [](Interval& interval, Wide value) { interval.lower = std::max(interval.lower, value); };
    const auto at_most = [](Interval& interval, Wide value) { interval.upper = std::min(interval.upper, value); };
    // Of a >= 0 and b >= 1.
    const auto rounded_up = [](Wide a, Wide b) { return (a + b - 1) / b; };
    for (int round = 0; round < most_division_rounds; ++round) {
        if (x.empty() || y.empty() || q.empty() || r.empty()) return std::nullopt;
        const Box before = box;
        at_most(r, y.upper - 1);
        at_least(y, r.lower + 1);
        at_least(x, y.lower * q.lower + r.lower);
        at_most(x, y.upper * q.upper + std::min(r.upper, y.upper - 1));
        if (x.empty() || y.empty() || r.empty()) return std::nullopt;
        at_most(r, x.upper - y.lower * q.lower);
        at_least(r, x.lower - y.upper * q.upper);
        // y·q = x - r
        const Wide least = std::max(Wide{0}, x.lower - r.upper);
        const Wide most = x.upper - r.lower;
        if (most < 0) return std::nullopt;
        at_most(q, most / y.lower);
        at_least(q, rounded_up(least, y.upper));
        at_least(q, x.lower / y.upper);
        if (q.empty()) return std::nullopt;
        if (q.lower > 0) at_most(y, most / q.lower);
        if (q.upper > 0) at_least(y, rounded_up(least, q.upper));
        at_least(y, x.lower / (q.upper + 1) + 1);  // x < y·(q + 1)
        const bool same = std::equal(box.begin(), box.end(), before.begin(), [](const Interval& a, const Interval& b) {
            return a.lower == b.lower && a.upper == b.upper;
        });
        if (same) break;
    }
    if (x.empty() || y.empty() || q.empty() || r.empty()) return std::nullopt;
    return box;
}

/// The hull of what is possible; absent: nothing.
std::optional<Division::Box> Division::derive(const Box& box) {
    std::optional<Box> hull;
    const auto turned = [](const Interval& interval, bool negative) {
        return negative ? Interval{-interval.upper, -interval.lower} : interval;
    };
    for (const bool x_negative : {false, true}) {
        for (const bool y_negative : {false, true}) {
            const std::array<bool, 4> negative = {x_negative, y_negative, x_negative != y_negative, x_negative};
            Box magnitudes;
            for (std::size_t i = 0; i < 4; ++i) {
                magnitudes[i] = turned(box[i], negative[i]);
                magnitudes[i].lower = std::max(magnitudes[i].lower, Wide{i == divisor ? 1 : 0});
            }
            const std::optional<Box> found = narrow(magnitudes);
            if (!found) continue;
            const bool is_first = !hull;
            if (is_first) hull.emplace();
            for (std::size_t i = 0; i < 4; ++i) {
                const Interval part = turned((*found)[i], negative[i]);
                Interval& whole = (*hull)[i];
                whole =
                    is_first ? part : Interval{std::min(whole.lower, part.lower), std::max(whole.upper, part.upper)};
            }
        }
    }
    return hull;
}

bool Division::propagate(Domains& domains) {
    Box box;
    for (std::size_t i = 0; i < 4; ++i) box[i] = {domains.lower(views_[i]), domains.upper(views_[i])};
    const std::optional<Box> derived = derive(box);
    if (!derived) return domains.raise({views_[dividend], domains.upper(views_[dividend]) + 1}, *this);
    for (std::size_t i = 0; i < 4; ++i) {
        if (!domains.raise({views_[i], static_cast<Value>((*derived)[i].lower)}, *this)) return false;
        if (!domains.raise({-views_[i], static_cast<Value>(-(*derived)[i].upper)}, *this)) return false;
    }
    return true;
}

bool Division::implies(const Box& box, std::size_t which, bool negative, Value value) {
    const std::optional<Box> derived = derive(box);
    if (!derived) return true;
    const Interval& interval = (*derived)[which];
    return negative ? -interval.upper >= value : interval.lower >= value;
}

void Division::explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
    Box box;
    for (std::size_t i = 0; i < 4; ++i)
        box[i] = {domains.lower_before(views_[i], before), -domains.lower_before(-views_[i], before)};
    // Variables may occur in several places: the place that can say why is taken.
    std::size_t which = 4;
    for (std::size_t i = 0; i < 4 && which == 4; ++i)
        if (views_[i].variable() == implied.view.variable() && implies(box, i, implied.view.negative(), implied.value))
            which = i;
    require(which < 4, "a division can say why");
    for (std::size_t i = 0; i < 4; ++i) {
        for (const bool upper : {false, true}) {
            const View view = upper ? -views_[i] : views_[i];
            Wide& place = upper ? box[i].upper : box[i].lower;
            const Wide known = upper ? -place : place;
            const auto enough = [&](Wide value) {
                place = upper ? -value : value;
                return implies(box, which, implied.view.negative(), implied.value);
            };
            // The weakest of `low` (too weak) to `high` (enough) that still implies it.
            Wide low = domains.root_lower(view);
            Wide high = known;
            if (enough(low)) continue;
            while (high - low > 1) {
                const Wide middle = low + (high - low) / 2;
                (enough(middle) ? high : low) = middle;
            }
            place = upper ? -high : high;
            reason.push_back({view, static_cast<Value>(high)});
        }
    }
}

void Division::relax(const Domains&, RowSink& sink) const {
    const auto& [x, y, q, r] = views_;
    sink.product(y, q, std::array{SinkTerm{x, 1}, SinkTerm{r, -1}});
    const auto below_zero = [&](View view, Value offset) -> std::optional<Bound> {
        const std::optional<Value> most = sink.upper(view);
        if (!most || *most > -offset) return std::nullopt;
        return Bound{-view, offset};
    };
    // |r| <= |y| - 1 and |r| <= |x|, where signs are known.
    for (const View size : {y, -y})
        if (const std::optional<Bound> because = below_zero(-size, 1))
            for (const View side : {r, -r})
                sink.at_most(std::array{SinkTerm{side, 1}, SinkTerm{size, -1}}, -1, {&*because, 1});
    for (const bool negative : {false, true}) {
        const View size = negative ? -x : x;
        const View side = negative ? -r : r;
        const std::optional<Bound> because = below_zero(-size, 0);
        if (!because) continue;
        sink.at_most(std::array{SinkTerm{side, 1}, SinkTerm{size, -1}}, 0, {&*because, 1});
        sink.at_most(std::array{SinkTerm{side, -1}}, 0, {&*because, 1});
    }
}

bool Division::holds(std::span<const Value> values) const {
    const Value by = value_of(views_[divisor], values);
    if (by == 0) return false;
    const Value of = value_of(views_[dividend], values);
    return value_of(views_[quotient], values) == of / by && value_of(views_[remainder], values) == of % by;
}

}  // namespace sinew::integer
