// SPDX-License-Identifier: Apache-2.0
#include "integer/domains.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "integer/dispatcher.hpp"
#include "integer/propagator.hpp"

namespace sinew::integer {

IntVar Domains::add_variable(std::span<const Range> ranges) {
    require(!ranges.empty() && level() == 0, "a variable has values, and is made at level 0");
    const IntVar variable(variable_count());
    lower_.insert(lower_.end(), {ranges.front().lower, -ranges.back().upper});
    root_lower_.insert(root_lower_.end(), {ranges.front().lower, -ranges.back().upper});
    last_.insert(last_.end(), 2, none);
    // A domain without holes needs no list.
    ranges_.insert(ranges_.end(), ranges.begin(), ranges.end());
    range_begin_.push_back(static_cast<std::uint32_t>(ranges_.size()));
    return variable;
}

std::span<const Range> Domains::ranges(IntVar variable) const {
    const std::size_t begin = range_begin_[variable.index()];
    return std::span<const Range>(ranges_).subspan(begin, range_begin_[variable.index() + 1] - begin);
}

bool Domains::is_long(View view, Value size) const {
    if (upper(view) - lower(view) < size) return false;
    const std::span<const Range> domain = ranges(view.variable());
    return std::any_of(domain.begin(), domain.end(),
                       [size](const Range& range) { return range.upper - range.lower >= size; });
}

Value Domains::next_value(View view, Value value) const {
    const std::span<const Range> domain = ranges(view.variable());
    if (domain.size() == 1) return value;
    if (!view.negative()) {
        const auto at = std::lower_bound(domain.begin(), domain.end(), value,
                                         [](const Range& range, Value wanted) { return range.upper < wanted; });
        return std::max(at->lower, value);
    }
    const auto after = std::upper_bound(domain.begin(), domain.end(), -value,
                                        [](Value wanted, const Range& range) { return wanted < range.lower; });
    return std::max(-(after - 1)->upper, value);
}

Bound Domains::weakest(Bound bound) const {
    const std::span<const Range> domain = ranges(bound.view.variable());
    if (domain.size() == 1) return bound;
    // The domain's largest value below bound.value is the smallest one of the negative view above it, negated.
    const Bound opposite = ~bound;
    if (bound.value <= (bound.view.negative() ? -domain.back().upper : domain.front().lower)) return bound;
    return {bound.view, 1 - next_value(opposite.view, opposite.value)};
}

bool Domains::refuse(Bound bound, Reason reason) {
    // A clause's reason is the same for any bound; for others, the first bound that is too much is explained best.
    refused_ = reason.kind() == ReasonKind::clause ? bound : Bound{bound.view, upper(bound.view) + 1};
    refused_reason_ = reason;
    has_conflict_ = true;
    return false;
}

bool Domains::raise(Bound bound, Reason reason) {
    const std::size_t v = bound.view.index();
    if (bound.value <= lower_[v]) return true;
    if (bound.value > upper(bound.view)) return refuse(bound, reason);
    const Value value = next_value(bound.view, bound.value);  // upper bounds are values, so this is none above it
    const Value before = lower_[v];
    entries_.push_back({value, bound.view, last_[v], level(), reason});
    last_[v] = size() - 1;
    lower_[v] = value;
    dispatcher_->raised(bound.view, before, value);
    return true;
}

bool Domains::raise(Bound bound, const Propagator& reason) {
    return raise(bound, Reason(ReasonKind::propagator, reason.id()));
}

bool Domains::fail(std::span<const Bound> contradiction) {
    contradiction_.assign(contradiction.begin(), contradiction.end());
    refused_ = Bound{};
    has_conflict_ = true;
    return false;
}

Position Domains::position(Bound bound) const {
    if (holds_always(bound)) return none;
    Position at = last_[bound.view.index()];
    while (at != none) {
        const Position before = entries_[at].previous;
        if (before == none || entries_[before].value < bound.value) break;
        at = before;
    }
    return at;
}

void Domains::backtrack(std::uint32_t level) {
    if (level >= this->level()) return;
    const Position begin = level_begin_[level];
    while (size() > begin) {
        const Entry& entry = entries_.back();
        const Value before = value_before(entry);
        lower_[entry.view.index()] = before;
        last_[entry.view.index()] = entry.previous;
        dispatcher_->lowered(entry.view, entry.value, before);
        entries_.pop_back();
    }
    level_begin_.resize(level);
}

void Domains::commit_root() {
    require(level() == 0, "only level 0 holds always");
    for (const Entry& entry : entries_) {
        last_[entry.view.index()] = none;
        root_lower_[entry.view.index()] = lower_[entry.view.index()];
    }
    entries_.clear();
}

}  // namespace sinew::integer
