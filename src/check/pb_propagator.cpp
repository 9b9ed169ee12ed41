// SPDX-License-Identifier: Apache-2.0
#include "check/pb_propagator.hpp"

#include <algorithm>
#include <utility>

namespace sinew::check {

void PbPropagator::add_variables(std::size_t count) {
    values_.resize(values_.size() + count);
    hinted_.resize(values_.size());
    occurrences_.resize(2 * values_.size());
}

/// Slacks are then within 127 bits whatever is assigned.
std::size_t PbPropagator::add(PbRow row) {
    checked_sum(row.most(), checked_product(row.degree, -1));
    rows_.push_back({std::move(row)});
    return rows_.size() - 1;
}

/// Lists keep what is gone until there is more of it than of the rest.
void PbPropagator::remove(std::size_t id) {
    rows_[id].alive = false;
    rows_[id].row = {};
    if (id >= counted_rows_ || ++removed_ <= 1000 + counted_rows_ / 4) return;
    removed_ = 0;
    for (auto& list : occurrences_) std::erase_if(list, [&](const Occurrence& o) { return !rows_[o.row].alive; });
}

PbPropagator::Look PbPropagator::look(const PbRow& row) {
    Wide slack = -row.degree;
    Wide largest = 0;
    for (const PbTerm& term : row.terms) {
        const int known = value(hinted_, term.literal);
        if (known >= 0) slack += term.coefficient;
        if (known == 0) largest = std::max(largest, term.coefficient);
    }
    if (slack < 0) return Look::contradiction;
    if (largest <= slack) return Look::nothing;
    for (const PbTerm& term : row.terms) {
        if (term.coefficient <= slack || value(hinted_, term.literal) != 0) continue;
        hinted_[index(term.literal) / 2] = term.literal < 0 ? -1 : 1;
        hinted_trail_.push_back(term.literal);
        ++propagations_;
    }
    return Look::implied;
}

/// Once is enough where the hints stand in the order of propagation.
bool PbPropagator::follows(const PbRow& row, std::span<const std::size_t> hints) {
    if (row.degree <= 0) return true;
    const PbRow negated = negation(row);
    Look all = look(negated);
    for (Look now = Look::implied; all != Look::contradiction && now == Look::implied;) {
        now = negated.terms.size() > 1 ? look(negated) : Look::nothing;
        for (std::size_t i = 0; i < hints.size() && all != Look::contradiction; ++i) {
            all = look(rows_[hints[i]].row);
            if (all == Look::implied) now = Look::implied;
        }
    }
    for (const std::int32_t literal : hinted_trail_) hinted_[index(literal) / 2] = 0;
    hinted_trail_.clear();
    return all == Look::contradiction;
}

void PbPropagator::assign(std::int32_t literal) {
    values_[index(literal) / 2] = literal < 0 ? -1 : 1;
    trail_.push_back(literal);
}

/// Everything on the trail is counted.
void PbPropagator::count(Counted& counted, std::size_t place) {
    counted.slack = checked_product(counted.row.degree, -1);
    for (const PbTerm& term : counted.row.terms) {
        if (value(term.literal) >= 0) counted.slack = checked_sum(counted.slack, term.coefficient);
        counted.largest = std::max(counted.largest, term.coefficient);
        occurrences_[index(term.literal)].push_back({place, term.coefficient});
    }
}

void PbPropagator::count_new() {
    for (; counted_rows_ < rows_.size(); ++counted_rows_) {
        if (!rows_[counted_rows_].alive) continue;
        count(rows_[counted_rows_], counted_rows_);
        if (!contradiction_) contradiction_ = !scan(counted_rows_) || !propagate();
    }
}

/// False: the row cannot be satisfied any more.
bool PbPropagator::scan(std::size_t place) {
    const Counted& counted = rows_[place];
    if (!counted.alive) return true;
    if (counted.slack < 0) return false;
    if (counted.slack >= counted.largest) return true;
    for (const PbTerm& term : counted.row.terms)
        if (term.coefficient > counted.slack && value(term.literal) == 0) assign(term.literal);
    return true;
}

/// A literal that is begun is counted to its end, also after a contradiction, so that undo() finds it so.
bool PbPropagator::propagate() {
    bool possible = true;
    while (possible && counted_ < trail_.size()) {
        ++propagations_;
        for (const Occurrence& occurrence : occurrences_[index(-trail_[counted_++])]) {
            Counted& counted = rows_[occurrence.row];
            counted.slack -= occurrence.coefficient;
            if (counted.slack < counted.largest) possible = possible && scan(occurrence.row);
        }
    }
    return possible;
}

void PbPropagator::undo(std::size_t trail) {
    while (trail_.size() > trail) {
        const std::int32_t literal = trail_.back();
        if (trail_.size() == counted_) {
            --counted_;
            for (const Occurrence& occurrence : occurrences_[index(-literal)])
                rows_[occurrence.row].slack += occurrence.coefficient;
        }
        values_[index(literal) / 2] = 0;
        trail_.pop_back();
    }
}

bool PbPropagator::follows(const PbRow& row) {
    count_new();
    if (contradiction_ || row.degree <= 0) return true;
    const std::size_t before = trail_.size();
    PbRow negated = negation(row);
    // Of a row whose negation leaves no choice (a clause) the literals are enough.
    const bool is_clause = negated.degree == negated.most();
    bool possible = true;
    if (is_clause) {
        for (const PbTerm& term : negated.terms) {
            if (value(term.literal) < 0) possible = false;
            if (possible && value(term.literal) == 0) assign(term.literal);
        }
        possible = possible && propagate();
        undo(before);
        return !possible;
    }
    const std::size_t place = add(std::move(negated));
    ++counted_rows_;
    count(rows_[place], place);
    possible = scan(place) && propagate();
    undo(before);
    for (const PbTerm& term : rows_[place].row.terms) occurrences_[index(term.literal)].pop_back();
    rows_.pop_back();
    --counted_rows_;
    return !possible;
}

}  // namespace sinew::check
