// SPDX-License-Identifier: Apache-2.0
#include "integer/element.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "integer/big_row.hpp"
#include "integer/row_sink.hpp"

namespace sinew::integer {

void Element::subscribe(Subscriptions& to) {
    to.add(result_, 0);
    to.add(-result_, 0);
    for (const ElementEntry& entry : entries_) {
        to.add(entry.chosen.view, 0);
        to.add(-entry.chosen.view, 0);
        if (!entry.view.valid()) continue;
        to.add(entry.view, 0);
        to.add(-entry.view, 0);
    }
}

Value Element::lower(const Domains& domains, const ElementEntry& entry, Side side) const {
    return entry.view.valid() ? domains.lower(side.of(entry.view)) : side.of(entry.number);
}

bool Element::propagate(Domains& domains) {
    return propagate(domains, {false}) && propagate(domains, {true});
}

/// What follows for lower bounds of the result and of entries (of their negatives).
bool Element::propagate(Domains& domains, Side side) {
    const View result = side.of(result_);
    Value least = largest_value + 1;
    for (const ElementEntry& entry : entries_) {
        if (domains.fails(entry.chosen)) continue;
        const Value low = lower(domains, entry, side);
        if (low > domains.upper(result)) {
            if (!domains.raise(~entry.chosen, *this)) return false;
            continue;
        }
        least = std::min(least, low);
        if (domains.holds(entry.chosen) && entry.view.valid() &&
            !domains.raise({side.of(entry.view), domains.lower(result)}, *this))
            return false;
    }
    return domains.raise({result, least}, *this);
}

void Element::explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
    require(explain(domains, implied, before, {false}, reason) || explain(domains, implied, before, {true}, reason),
            "an element can say why");
}

/// Each rule is tried by whether its premises held: variables may occur in several places.
bool Element::explain(const Domains& domains, Bound implied, Position before, Side side,
                      std::vector<Bound>& reason) const {
    const auto held = [&](Bound bound) { return domains.lower_before(bound.view, before) >= bound.value; };
    const View result = side.of(result_);
    const auto is_at_least = [&](const ElementEntry& entry, Value value) {
        return entry.view.valid() ? held({side.of(entry.view), value}) : side.of(entry.number) >= value;
    };
    if (implied.view == result && std::all_of(entries_.begin(), entries_.end(), [&](const ElementEntry& entry) {
            return held(~entry.chosen) || is_at_least(entry, implied.value);
        })) {
        for (const ElementEntry& entry : entries_) {
            if (!is_at_least(entry, implied.value))
                reason.push_back(~entry.chosen);
            else if (entry.view.valid())
                reason.push_back({side.of(entry.view), implied.value});
        }
        return true;
    }
    for (const ElementEntry& entry : entries_) {
        const Bound refused = ~entry.chosen;
        if (implied.view == refused.view && refused.value >= implied.value) {
            // The entry is at least `low`, the result below that.
            const Value low = entry.view.valid() ? 1 - domains.lower_before(-result, before) : side.of(entry.number);
            if (is_at_least(entry, low) && held({-result, 1 - low})) {
                if (entry.view.valid()) reason.push_back({side.of(entry.view), low});
                reason.push_back({-result, 1 - low});
                return true;
            }
        }
        if (entry.view.valid() && implied.view == side.of(entry.view) && held(entry.chosen) &&
            held({result, implied.value})) {
            reason.push_back(entry.chosen);
            reason.push_back({result, implied.value});
            return true;
        }
    }
    return false;
}

void Element::relax(const Domains& domains, RowSink& sink) const {
    for (const ElementEntry& entry : entries_)
        if (entry.view.valid() && domains.holds(entry.chosen))
            sink.equal(std::array{SinkTerm{entry.view, 1}, SinkTerm{result_, -1}}, 0, {&entry.chosen, 1});
}

bool Element::holds(std::span<const Value> values) const {
    const auto is_chosen = [&](const ElementEntry& entry) {
        return value_of(entry.chosen.view, values) >= entry.chosen.value;
    };
    const auto found = std::find_if(entries_.begin(), entries_.end(), is_chosen);
    if (found == entries_.end()) return false;
    const Value chosen = found->view.valid() ? value_of(found->view, values) : found->number;
    return chosen == value_of(result_, values);
}

}  // namespace sinew::integer
