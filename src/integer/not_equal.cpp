// SPDX-License-Identifier: Apache-2.0
#include "integer/not_equal.hpp"

#include "integer/big_row.hpp"

namespace sinew::integer {

void NotEqual::subscribe(Subscriptions& to) {
    for (const RowTerm& term : terms_) {
        to.add(term.view, 0);
        to.add(-term.view, 0);
    }
    if (condition_.view.valid()) to.add(condition_.view, 0);
}

/// A term that is not fixed, other than `skipped`; the number of terms if there is none.
std::size_t NotEqual::open_beside(const Domains& domains, std::size_t skipped) const {
    std::size_t i = 0;
    while (i < terms_.size() && (i == skipped || domains.is_fixed(terms_[i].view))) ++i;
    return i;
}

bool NotEqual::propagate(Domains& domains) {
    const std::size_t none = terms_.size();
    if (first_ < none && domains.is_fixed(terms_[first_].view)) {
        const std::size_t other = open_beside(domains, second_);
        if (other != none) first_ = other;
    }
    if (second_ < none && domains.is_fixed(terms_[second_].view)) {
        const std::size_t other = open_beside(domains, first_);
        if (other != none) second_ = other;
    }
    const auto is_open = [&](std::size_t i) { return i < none && !domains.is_fixed(terms_[i].view); };
    if (is_open(first_) && is_open(second_)) return true;
    const bool conditional = condition_.view.valid();
    if (conditional && domains.fails(condition_)) return true;
    const std::size_t open = is_open(first_) ? first_ : is_open(second_) ? second_ : none;
    if (conditional && !domains.holds(condition_) && open != none) return true;
    LinearRows::Wide rest = value_;
    for (std::size_t i = 0; i < none; ++i)
        if (i != open) rest -= static_cast<LinearRows::Wide>(terms_[i].coefficient) * domains.lower(terms_[i].view);
    if (open == none) {
        if (rest != 0) return true;
        if (conditional) return domains.raise(~condition_, *this);
        std::vector<Bound> all;
        for (const RowTerm& term : terms_) {
            all.push_back({term.view, domains.lower(term.view)});
            all.push_back({-term.view, -domains.upper(term.view)});
        }
        return domains.fail(all);
    }
    const RowTerm& term = terms_[open];
    if (rest % term.coefficient != 0) return true;
    const LinearRows::Wide forbidden = rest / term.coefficient;
    if (forbidden == domains.lower(term.view)) return domains.raise({term.view, domains.lower(term.view) + 1}, *this);
    if (forbidden == domains.upper(term.view)) return domains.raise({-term.view, 1 - domains.upper(term.view)}, *this);
    return true;
}

void NotEqual::explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
    for (const RowTerm& term : terms_) {
        if (term.view.variable() == implied.view.variable()) {
            // It had the forbidden value as this bound before, one below what is implied.
            reason.push_back({implied.view, domains.lower_before(implied.view, before)});
            continue;
        }
        reason.push_back({term.view, domains.lower_before(term.view, before)});
        reason.push_back({-term.view, domains.lower_before(-term.view, before)});
    }
    if (condition_.view.valid() && condition_.view.variable() != implied.view.variable()) reason.push_back(condition_);
}

bool NotEqual::holds(std::span<const Value> values) const {
    if (condition_.view.valid() && value_of(condition_.view, values) < condition_.value) return true;
    LinearRows::Wide sum = 0;
    for (const RowTerm& term : terms_)
        sum += static_cast<LinearRows::Wide>(term.coefficient) * value_of(term.view, values);
    return sum != value_;
}

}  // namespace sinew::integer
