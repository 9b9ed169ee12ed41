#include "integer/branching.hpp"

#include <algorithm>
#include <limits>

namespace sinew::integer {

namespace {
constexpr double decay = 0.95;
constexpr Value small_domain = 8;  // values are tried one by one
}  // namespace

void Branching::add_variable() {
    const std::size_t index = saved_.size();
    queue_.add_variable();
    // The queue prefers the newer of two equals; what is made first is nearer to the user's question.
    const double shuffled = shuffles_ ? random_.uniform() : 1;
    queue_.bump(sat::BoolVar(index), 1e-3 * shuffled / static_cast<double>(index + 1));
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
        pivot_[variable] = bound.view.negative() ? 1 - bound.value : bound.value;
    }
    queue_.decay(decay);
}

void Branching::on_backtrack(const Domains& domains, Position position) {
    for (Position at = domains.size(); at-- > position;) {
        const View view = domains.entry(at).view;
        const sat::BoolVar variable(view.variable().index());
        if (domains.is_fixed(view)) saved_[variable.index()] = domains.lower(view.variable());
        if (!queue_.contains(variable)) queue_.insert(variable);
    }
}

std::optional<Bound> Branching::next(const Domains& domains) {
    while (!queue_.empty()) {
        const IntVar variable(queue_.top().index());
        if (is_deferred_[variable.index()] == 0 && !domains.is_fixed(View(variable))) return cut(domains, variable);
        queue_.pop();
    }
    for (const IntVar variable : deferred_)
        if (!domains.is_fixed(View(variable))) return at_most(variable, domains.lower(variable));
    return std::nullopt;
}

Bound Branching::cut(const Domains& domains, IntVar variable) {
    const Value lower = domains.lower(variable);
    const Value upper = domains.upper(variable);
    const std::optional<Value>& saved = saved_[variable.index()];
    const Value pivot = pivot_[variable.index()];
    if (pivot > lower && pivot <= upper)
        return saved && *saved >= pivot ? at_least(variable, pivot) : at_most(variable, pivot - 1);
    if (saved && *saved > lower && *saved < upper) return at_least(variable, *saved);
    if (saved && *saved >= upper) return at_least(variable, upper);
    if (saved || upper - lower < small_domain) return at_most(variable, lower);
    return at_most(variable, lower + (upper - lower) / 2);
}

}  // namespace sinew::integer
