// SPDX-License-Identifier: Apache-2.0
#include "check/pb_propagator.hpp"

#include <algorithm>
#include <utility>

namespace sinew::check {

void PbPropagator::assign(std::int32_t literal) {
    values_[index(literal) / 2] = literal < 0 ? -1 : 1;
    trail_.push_back(literal);
}

/// Everything on the trail is counted.
std::size_t PbPropagator::count(PbRow row) {
    std::size_t place = rows_.size();
    if (free_.empty()) {
        rows_.emplace_back();
    } else {
        place = free_.back();
        free_.pop_back();
    }
    Counted& counted = rows_[place];
    counted = {};
    counted.row = std::move(row);
    counted.slack = checked_product(counted.row.degree, -1);
    for (const PbTerm& term : counted.row.terms) {
        if (value(term.literal) >= 0) counted.slack = checked_sum(counted.slack, term.coefficient);
        counted.largest = std::max(counted.largest, term.coefficient);
        occurrences_[index(term.literal)].push_back({place, term.coefficient});
    }
    return place;
}

/// False: the row cannot be satisfied any more.
bool PbPropagator::scan(std::size_t place) {
    const Counted& counted = rows_[place];
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
            Counted& counted = rows_[occurrence.place];
            counted.slack -= occurrence.coefficient;
            possible = possible && scan(occurrence.place);
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
                rows_[occurrence.place].slack += occurrence.coefficient;
        }
        values_[index(literal) / 2] = 0;
        trail_.pop_back();
    }
}

std::size_t PbPropagator::add(PbRow row) {
    ids_.push_back(count(std::move(row)));
    if (!contradiction_) contradiction_ = !scan(ids_.back()) || !propagate();
    return ids_.size() - 1;
}

void PbPropagator::remove(std::size_t id) {
    const std::size_t place = std::exchange(ids_[id], none);
    for (const PbTerm& term : rows_[place].row.terms)
        std::erase_if(occurrences_[index(term.literal)], [&](const Occurrence& o) { return o.place == place; });
    rows_[place] = {};
    free_.push_back(place);
}

bool PbPropagator::follows(const PbRow& row) {
    if (contradiction_ || row.degree <= 0) return true;
    const std::size_t before = trail_.size();
    const PbRow negated = negation(row);
    // Of a row whose negation leaves no choice (a clause) the literals are enough.
    const bool is_clause = negated.degree == negated.most();
    bool possible = true;
    std::size_t place = none;
    if (is_clause) {
        for (const PbTerm& term : negated.terms) {
            if (value(term.literal) < 0) possible = false;
            if (possible && value(term.literal) == 0) assign(term.literal);
        }
    } else {
        place = count(negated);
        possible = scan(place);
    }
    possible = possible && propagate();
    undo(before);
    if (place != none) {
        for (const PbTerm& term : negated.terms) occurrences_[index(term.literal)].pop_back();
        rows_[place] = {};
        free_.push_back(place);
    }
    return !possible;
}

}  // namespace sinew::check
