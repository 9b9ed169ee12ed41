// SPDX-License-Identifier: Apache-2.0
#include "integer/all_different.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "integer/big_row.hpp"

namespace sinew::integer {

namespace {
struct HallInterval {
    Value lower;
    Value upper;
};

/// The numbers of variables by ascending upper bound.
std::vector<std::size_t> by_upper(const std::vector<HallInterval>& box) {
    std::vector<std::size_t> order(box.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return box[i].upper < box[j].upper; });
    return order;
}

/// Variables with upper bounds up to some value, by descending lower bound: those within [a, upper] are the first ones.
class Inner {
  public:
    explicit Inner(const std::vector<HallInterval>& box) : box_(box) {}
    void add(std::size_t i) {
        const auto after =
            std::find_if(order_.begin(), order_.end(), [&](std::size_t j) { return box_[j].lower <= box_[i].lower; });
        order_.insert(after, i);
    }
    /// How many of the first ones fill [a, upper], or are too many for it; the most such; 0 if there are none.
    std::size_t filling(Value upper) const {
        std::size_t found = 0;
        for (std::size_t k = 0; k < order_.size(); ++k) {
            const bool is_last = k + 1 == order_.size() || box_[order_[k + 1]].lower != box_[order_[k]].lower;
            const auto values = static_cast<std::uint64_t>(upper - box_[order_[k]].lower) + 1;
            if (is_last && k + 1 >= values) found = k + 1;
            if (k + 1 > values) return k + 1;
        }
        return found;
    }
    std::span<const std::size_t> first(std::size_t count) const { return std::span(order_).first(count); }

  private:
    const std::vector<HallInterval>& box_;
    std::vector<std::size_t> order_;
};
}  // namespace

void AllDifferent::subscribe(Subscriptions& to) {
    for (const View view : views_) {
        to.add(view, 0);
        to.add(-view, 0);
    }
}

bool AllDifferent::propagate(Domains& domains) {
    if (!sees_intervals()) return propagate_values(domains);
    return propagate_intervals(domains, false) && propagate_intervals(domains, true);
}

bool AllDifferent::propagate_intervals(Domains& domains, bool negative) {
    std::vector<HallInterval> box(views_.size());
    for (std::size_t i = 0; i < box.size(); ++i) {
        const View one = view(i, negative);
        box[i] = {domains.lower(one), domains.upper(one)};
    }
    const std::vector<std::size_t> order = by_upper(box);
    Inner inner(box);
    for (std::size_t k = 0; k < order.size(); ++k) {
        inner.add(order[k]);
        const Value upper = box[order[k]].upper;
        if (k + 1 < order.size() && box[order[k + 1]].upper == upper) continue;
        const std::size_t count = inner.filling(upper);
        if (count == 0) continue;
        const auto fill = inner.first(count);
        const Value lower = box[fill.back()].lower;
        if (count > static_cast<std::uint64_t>(upper - lower) + 1) {
            std::vector<Bound> all;
            for (const std::size_t i : fill) {
                all.push_back({view(i, negative), lower});
                all.push_back({-view(i, negative), -upper});
            }
            return domains.fail(all);
        }
        for (std::size_t rest = k + 1; rest < order.size(); ++rest) {
            const std::size_t i = order[rest];
            if (box[i].lower < lower || box[i].lower > upper) continue;
            if (!domains.raise({view(i, negative), upper + 1}, *this)) return false;
        }
    }
    return true;
}

bool AllDifferent::propagate_values(Domains& domains) {
    std::vector<std::pair<Value, std::size_t>> taken;
    for (std::size_t i = 0; i < views_.size(); ++i)
        if (domains.is_fixed(views_[i])) taken.emplace_back(domains.lower(views_[i]), i);
    std::sort(taken.begin(), taken.end());
    for (std::size_t k = 1; k < taken.size(); ++k) {
        if (taken[k - 1].first != taken[k].first) continue;
        const View first = views_[taken[k - 1].second];
        const View second = views_[taken[k].second];
        const Value value = taken[k].first;
        return domains.fail(std::vector<Bound>{{first, value}, {-first, -value}, {second, value}, {-second, -value}});
    }
    const auto is_taken = [&](Value value) {
        const auto found = std::lower_bound(taken.begin(), taken.end(), std::pair<Value, std::size_t>(value, 0));
        return found != taken.end() && found->first == value;
    };
    for (const View one : views_) {
        if (domains.is_fixed(one)) continue;
        for (const View side : {one, -one}) {
            const Value lower = domains.lower(side);
            if (is_taken(side.negative() == one.negative() ? lower : -lower) &&
                !domains.raise({side, lower + 1}, *this))
                return false;
        }
    }
    return true;
}

void AllDifferent::explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
    require(sees_intervals() ? explain_by_interval(domains, implied, before, reason)
                             : explain_by_value(domains, implied, before, reason),
            "different variables can say why");
}

/// The intervals that were full before: the bounds that held then are at least as strong as those that were seen.
bool AllDifferent::explain_by_interval(const Domains& domains, Bound implied, Position before,
                                       std::vector<Bound>& reason) const {
    for (std::size_t j = 0; j < views_.size(); ++j) {
        if (views_[j].variable() != implied.view.variable()) continue;
        const bool negative = views_[j] != implied.view;
        std::vector<HallInterval> box(views_.size());
        for (std::size_t i = 0; i < box.size(); ++i) {
            const View one = view(i, negative);
            box[i] = {domains.lower_before(one, before), -domains.lower_before(-one, before)};
        }
        const std::vector<std::size_t> order = by_upper(box);
        Inner inner(box);
        for (std::size_t k = 0; k < order.size(); ++k) {
            if (order[k] == j) continue;
            inner.add(order[k]);
            const Value upper = box[order[k]].upper;
            const std::size_t count = inner.filling(upper);
            if (count == 0) continue;
            const auto fill = inner.first(count);
            const Value lower = box[fill.back()].lower;
            // Too many for their interval: they contradict each other already, whatever this variable is.
            const bool is_too_many = count > static_cast<std::uint64_t>(upper - lower) + 1;
            if (!is_too_many && (box[j].lower < lower || upper + 1 < implied.value)) continue;
            if (!is_too_many) reason.push_back({implied.view, lower});
            for (const std::size_t i : fill) {
                reason.push_back({view(i, negative), lower});
                reason.push_back({-view(i, negative), -upper});
            }
            return true;
        }
    }
    return false;
}

bool AllDifferent::explain_by_value(const Domains& domains, Bound implied, Position before,
                                    std::vector<Bound>& reason) const {
    const Value lower = domains.lower_before(implied.view, before);
    if (implied.value > lower + 1) return false;
    for (std::size_t j = 0; j < views_.size(); ++j) {
        if (views_[j].variable() != implied.view.variable()) continue;
        const bool negative = views_[j] != implied.view;
        for (std::size_t i = 0; i < views_.size(); ++i) {
            const View one = view(i, negative);
            if (i == j || domains.lower_before(one, before) != lower || domains.lower_before(-one, before) != -lower)
                continue;
            reason.insert(reason.end(), {{implied.view, lower}, {one, lower}, {-one, -lower}});
            return true;
        }
    }
    return false;
}

bool AllDifferent::holds(std::span<const Value> values) const {
    std::vector<Value> sorted;
    for (const View one : views_) sorted.push_back(value_of(one, values));
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

}  // namespace sinew::integer
