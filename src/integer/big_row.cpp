// SPDX-License-Identifier: Apache-2.0
#include "integer/big_row.hpp"

#include "base/error.hpp"
#include "integer/row_sink.hpp"

namespace sinew::integer {

void BigRow::subscribe(Subscriptions& to) {
    for (const Term& term : terms_) to.add(term.view, 0);
    if (condition_.view.valid()) to.add(condition_.view, 0);
}

bool BigRow::propagate(Domains& domains) {
    const bool conditional = condition_.view.valid();
    if (conditional && domains.fails(condition_)) return true;
    slack_ = bound_;
    for (const Term& term : terms_) slack_ -= term.coefficient * domains.lower(term.view);
    if (slack_ < 0) {
        if (conditional) return domains.raise(~condition_, *this);
        std::vector<Bound> contradiction;
        weaken(domains, View(), domains.size(), -slack_ - 1, contradiction);
        return domains.fail(contradiction);
    }
    if (conditional && !domains.holds(condition_)) return true;
    for (const Term& term : terms_) {
        span_ = domains.upper(term.view);
        span_ -= domains.lower(term.view);
        if (term.coefficient * span_ <= slack_) continue;
        room_ = slack_ / term.coefficient;  // less than the span
        room_ += domains.lower(term.view);
        if (!domains.raise({-term.view, -room_.get_si()}, *this)) return false;
    }
    return true;
}

void BigRow::weaken(const Domains& domains, View skipped, Position before, Integer surplus,
                    std::vector<Bound>& reason) {
    for (const Term& term : terms_) {
        if (term.view == skipped) continue;
        const Value known = domains.lower_before(term.view, before);
        span_ = known;
        span_ -= domains.root_lower(term.view);
        if (span_ == 0) continue;
        if (term.coefficient * span_ <= surplus) {
            surplus -= term.coefficient * span_;
            continue;
        }
        room_ = surplus / term.coefficient;
        surplus -= room_ * term.coefficient;
        reason.push_back({term.view, known - room_.get_si()});
    }
}

void BigRow::explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
    Integer surplus = -bound_ - 1;
    View skipped;
    for (const Term& term : terms_) {
        if (term.view == -implied.view) {
            skipped = term.view;
            surplus += term.coefficient * (1 - implied.value);
        } else {
            surplus += term.coefficient * domains.lower_before(term.view, before);
        }
    }
    if (skipped.valid() && condition_.view.valid()) reason.push_back(condition_);
    weaken(domains, skipped, before, std::move(surplus), reason);
}

void BigRow::relax(const Domains& domains, RowSink& sink) const {
    if (condition_.view.valid() && !domains.holds(condition_)) return;
    std::vector<SinkTerm> terms;
    for (const Term& term : terms_) terms.push_back({term.view, term.coefficient});
    sink.at_most(terms, bound_, {&condition_, condition_.view.valid() ? 1U : 0U});
}

bool BigRow::holds(std::span<const Value> values) const {
    if (condition_.view.valid() && value_of(condition_.view, values) < condition_.value) return true;
    Integer sum = 0;
    for (const Term& term : terms_) sum += term.coefficient * value_of(term.view, values);
    return sum <= bound_;
}

}  // namespace sinew::integer
