// SPDX-License-Identifier: Apache-2.0
#include "integer/linear_rows.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::integer {

namespace {
using Wide = LinearRows::Wide;
__extension__ using UnsignedWide = unsigned __int128;

bool has_view(Bound bound) {
    return bound.view.valid();
}

Wide range(const Domains& domains, View view) {
    return static_cast<Wide>(domains.upper(view)) - domains.lower(view);
}
}  // namespace

Wide to_wide(const Integer& value) {
    const Integer magnitude = abs(value);
    const Integer high = magnitude >> 64;
    const Integer low = magnitude - (high << 64);
    require(high < (Integer(1) << 63), "a number of 128 bits");
    const auto word = [](const Integer& part) { return static_cast<UnsignedWide>(mpz_get_ui(part.get_mpz_t())); };
    static_assert(sizeof(unsigned long) == 8);
    const auto result = static_cast<Wide>((word(high) << 64U) | word(low));
    return value < 0 ? -result : result;
}

Integer to_integer(Wide value) {
    const bool negative = value < 0;
    const UnsignedWide magnitude = negative ? -static_cast<UnsignedWide>(value) : static_cast<UnsignedWide>(value);
    Integer result(static_cast<unsigned long>(magnitude >> 64U));
    result = (result << 64) + Integer(static_cast<unsigned long>(magnitude));
    if (negative) result = -result;
    return result;
}

bool LinearRows::fits(const Domains& domains, std::span<const RowTerm> terms, const Integer& bound) {
    // Twice the largest sum, and a step past each bound, stays within 127 bits.
    Integer largest = abs(bound) + 2;
    for (const RowTerm& term : terms) {
        const Integer magnitude(
            std::max(std::abs(domains.root_lower(term.view)), std::abs(domains.root_upper(term.view))));
        largest += Integer(term.coefficient) * (magnitude + 2);
    }
    return largest < (Integer(1) << 125);
}

void LinearRows::add_variable() {
    uses_.resize(uses_.size() + 2);
    conditions_.resize(conditions_.size() + 2);
}

std::uint32_t LinearRows::add(const Domains& domains, std::span<const RowTerm> terms, Wide bound, Bound condition) {
    const auto index = static_cast<std::uint32_t>(rows_.size());
    Row row{.slack = bound,
            .trigger = 0,
            .bound = bound,
            .begin = static_cast<std::uint32_t>(terms_.size()),
            .size = static_cast<std::uint32_t>(terms.size()),
            .condition = condition,
            .active = !has_view(condition) || domains.holds(condition)};
    std::vector<RowTerm> sorted(terms.begin(), terms.end());
    std::stable_sort(sorted.begin(), sorted.end(), [&](const RowTerm& a, const RowTerm& b) {
        return a.coefficient * range(domains, a.view) > b.coefficient * range(domains, b.view);
    });
    for (const RowTerm& term : sorted) {
        require(term.coefficient > 0, "coefficients of rows are positive");
        row.slack -= static_cast<Wide>(term.coefficient) * domains.lower(term.view);
        row.trigger = std::max(row.trigger, term.coefficient * range(domains, term.view));
        uses_[term.view.index()].push_back({term.coefficient, index});
    }
    terms_.insert(terms_.end(), sorted.begin(), sorted.end());
    if (has_view(condition)) conditions_[condition.view.index()].push_back({condition.value, index});
    rows_.push_back(row);
    enqueue(index);
    return index;
}

void LinearRows::tighten(std::uint32_t row, Wide bound) {
    if (bound >= rows_[row].bound) return;
    rows_[row].slack -= rows_[row].bound - bound;
    rows_[row].bound = bound;
    enqueue(row);
}

void LinearRows::enqueue(std::uint32_t index) {
    if (rows_[index].queued) return;
    rows_[index].queued = true;
    queue_.push_back(index);
}

void LinearRows::wake_if_due(std::uint32_t index) {
    const Row& row = rows_[index];
    if (row.slack < (row.active ? row.trigger : Wide{0})) enqueue(index);
}

void LinearRows::raised(View view, Value before, Value after) {
    const Wide step = static_cast<Wide>(after) - before;
    for (const Use& use : uses_[view.index()]) {
        rows_[use.row].slack -= use.coefficient * step;
        wake_if_due(use.row);
    }
    for (const Condition& condition : conditions_[view.index()]) {
        if (before >= condition.threshold || after < condition.threshold) continue;
        rows_[condition.row].active = true;
        wake_if_due(condition.row);
    }
}

void LinearRows::lowered(View view, Value before, Value after) {
    const Wide step = static_cast<Wide>(before) - after;
    for (const Use& use : uses_[view.index()]) rows_[use.row].slack += use.coefficient * step;
    for (const Condition& condition : conditions_[view.index()])
        if (before >= condition.threshold && after < condition.threshold) rows_[condition.row].active = false;
}

void LinearRows::wake_all() {
    for (std::uint32_t index = 0; index < rows_.size(); ++index) wake_if_due(index);
}

void LinearRows::forget_work() {
    for (std::size_t i = next_; i < queue_.size(); ++i) rows_[queue_[i]].queued = false;
    queue_.clear();
    next_ = 0;
}

bool LinearRows::propagate(Domains& domains) {
    const std::uint32_t index = queue_[next_++];
    if (next_ == queue_.size()) {
        queue_.clear();
        next_ = 0;
    }
    Row& row = rows_[index];
    row.queued = false;
    ++propagations_;
    const Reason reason(ReasonKind::row, index);
    if (row.slack < 0 && !row.active) return domains.raise(~row.condition, reason);
    if (row.slack < 0) {
        contradiction_.clear();
        if (has_view(row.condition)) contradiction_.push_back(row.condition);
        weaken(domains, row, View(), domains.size(), -row.slack - 1, contradiction_);
        return domains.fail(contradiction_);
    }
    if (!row.active) return true;
    const Wide slack = row.slack;
    const RowTerm* const terms = terms_.data() + row.begin;
    for (std::uint32_t i = 0; i < row.size; ++i) {
        const View view = terms[i].view;
        if (terms[i].coefficient * range(domains, view) <= slack) continue;
        // Less than the range, so it fits a Value's arithmetic.
        const auto room = static_cast<Value>(slack / terms[i].coefficient);
        if (!domains.raise({-view, -(domains.lower(view) + room)}, reason)) return false;
    }
    return true;
}

/// Appends bounds of the row's views (but `skipped`) that hold before `before`; their sum may fall short of what was
/// known by `surplus`. Views that can be left out are, then others are weakened.
void LinearRows::weaken(const Domains& domains, const Row& row, View skipped, Position before, Wide surplus,
                        std::vector<Bound>& reason) const {
    const RowTerm* const terms = terms_.data() + row.begin;
    const std::size_t first = reason.size();
    kept_.clear();
    for (std::uint32_t i = row.size; i-- > 0;) {
        const View view = terms[i].view;
        if (view == skipped) continue;
        const Value known = domains.lower_before(view, before);
        const Wide gain = (static_cast<Wide>(known) - domains.root_lower(view)) * terms[i].coefficient;
        if (gain == 0) continue;
        if (gain <= surplus) {
            surplus -= gain;
            continue;
        }
        reason.push_back({view, known});
        kept_.push_back({view, terms[i].coefficient});
    }
    for (std::size_t i = kept_.size(); i-- > 0 && surplus > 0;) {
        const auto step = static_cast<Value>(surplus / kept_[i].value);
        reason[first + i].value -= step;
        surplus -= static_cast<Wide>(step) * kept_[i].value;
    }
}

void LinearRows::explain(const Domains& domains, std::uint32_t index, Bound implied, Position before,
                         std::vector<Bound>& reason) const {
    const Row& row = rows_[index];
    // What the known bounds amount to, beyond the row's bound.
    Wide excess = -row.bound;
    Wide needed = 1;
    View skipped;
    for (const RowTerm& term : terms(index)) {
        if (term.view == -implied.view) {
            // x <= u follows where the other terms reach bound + 1 - c·(u + 1).
            skipped = term.view;
            needed -= term.coefficient * (1 - static_cast<Wide>(implied.value));
            continue;
        }
        excess += static_cast<Wide>(term.coefficient) * domains.lower_before(term.view, before);
    }
    if (skipped.valid() && has_view(row.condition)) reason.push_back(row.condition);
    weaken(domains, row, skipped, before, excess - needed, reason);
}

}  // namespace sinew::integer
