// SPDX-License-Identifier: Apache-2.0
#include "integer/branching.hpp"

#include <algorithm>
#include <limits>

#include "integer/linear_check.hpp"

namespace sinew::integer {

namespace {
constexpr Value small_domain = 8;  // values are tried one by one
constexpr Value first_box = 15;    // how far from zero wide domains are looked at first

Value nearest_to_zero(Value lower, Value upper) {
    return std::clamp<Value>(0, lower, upper);
}
}  // namespace

void Branching::add_variable() {
    const std::size_t index = saved_.size();
    // The queue prefers the newer of two equals; what is made first is nearer to the user's question.
    const double shuffled = shuffles_ ? random_.uniform() : 1;
    const double first = 1e-3 * shuffled / static_cast<double>(index + 1);
    queue_.add_variable();
    queue_.bump(sat::BoolVar(index), first);
    if (has_wide_) {
        wide_.add_variable();
        wide_.bump(sat::BoolVar(index), first);
    }
    is_deferred_.push_back(0);
    saved_.emplace_back();
    pivot_.push_back(std::numeric_limits<Value>::min());
}

void Branching::defer(IntVar variable) {
    if (is_deferred_[variable.index()] != 0) return;
    is_deferred_[variable.index()] = 1;
    deferred_.push_back(variable);
}

void Branching::on_conflict(std::span<const Bound> seen) {
    for (const Bound bound : seen) {
        const std::size_t variable = bound.view.variable().index();
        queue_.bump(sat::BoolVar(variable));
        if (has_wide_) wide_.bump(sat::BoolVar(variable));
        pivot_[variable] = bound.view.negative() ? 1 - bound.value : bound.value;
    }
    queue_.decay(decay_);
    if (has_wide_) wide_.decay(decay_);
}

void Branching::on_backtrack(const Domains& domains, Position position) {
    for (Position at = domains.size(); at-- > position;) {
        const View view = domains.entry(at).view;
        const sat::BoolVar variable(view.variable().index());
        if (domains.is_fixed(view)) saved_[variable.index()] = domains.lower(view.variable());
        if (!queue_.contains(variable)) queue_.insert(variable);
        if (has_wide_ && !wide_.contains(variable)) wide_.insert(variable);
    }
}

std::optional<Bound> Branching::next(const Domains& domains) {
    const auto is_open = [&](IntVar variable) {
        return is_deferred_[variable.index()] == 0 && !domains.is_fixed(View(variable));
    };
    while (!queue_.empty()) {
        const IntVar variable(queue_.top().index());
        if (is_open(variable)) {
            if (!is_wide(domains, View(variable))) return cut(domains, variable);
            if (!has_wide_) start_wide();
        }
        queue_.pop();
    }
    while (has_wide_ && !wide_.empty()) {
        const IntVar variable(wide_.top().index());
        if (is_open(variable)) return cut(domains, variable);
        wide_.pop();
    }
    for (const IntVar variable : deferred_)
        if (!domains.is_fixed(View(variable))) return at_most(variable, domains.lower(variable));
    return std::nullopt;
}

/// All variables, as active as they are now; those that are not wide have been decided when this queue is asked.
void Branching::start_wide() {
    has_wide_ = true;
    wide_ = queue_;
    for (std::size_t v = 0; v < saved_.size(); ++v) wide_.insert(sat::BoolVar(v));
}

Bound Branching::cut(const Domains& domains, IntVar variable) {
    const Value lower = domains.lower(variable);
    const Value upper = domains.upper(variable);
    const std::optional<Value>& saved = saved_[variable.index()];
    if (is_wide(domains, View(variable))) {
        if (saved && *saved >= lower && *saved <= upper)
            return *saved > lower ? at_least(variable, *saved) : at_most(variable, lower);
        const Value near = nearest_to_zero(lower, upper);
        const Value room = std::max({first_box, near, -near});
        return near + room < upper ? at_most(variable, near + room) : at_least(variable, near - room);
    }
    if (!saved && domains.root_upper(View(variable)) - domains.root_lower(View(variable)) >= wide_range) {
        const Value near = nearest_to_zero(lower, upper);
        return near > lower ? at_least(variable, near) : at_most(variable, near);
    }
    const Value pivot = pivot_[variable.index()];
    if (pivot > lower && pivot <= upper)
        return saved && *saved >= pivot ? at_least(variable, pivot) : at_most(variable, pivot - 1);
    if (saved && *saved > lower && *saved < upper) return at_least(variable, *saved);
    if (saved && *saved >= upper) return at_least(variable, upper);
    if (saved || upper - lower < small_domain) return at_most(variable, lower);
    return at_most(variable, lower + (upper - lower) / 2);
}

}  // namespace sinew::integer
