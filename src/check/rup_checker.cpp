// SPDX-License-Identifier: Apache-2.0
#include "check/rup_checker.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::check {

namespace {
/// The size word of a removed clause: watches that still name it are dropped when they are met.
constexpr std::int32_t removed_bit = std::int32_t{1} << 30;
}  // namespace

std::uint64_t RupChecker::hash(std::span<const std::int32_t> clause) {
    std::uint64_t sum = 0;
    std::uint64_t parity = 0;
    for (const std::int32_t literal : clause) {
        const std::uint64_t mixed =
            (static_cast<std::uint32_t>(literal) + 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;
        sum += mixed ^ (mixed >> 31);
        parity ^= mixed;
    }
    return (sum ^ (parity >> 17)) * 0x94d049bb133111ebULL >> 20;
}

/// Each literal once, in order: how clauses are stored and compared.
std::span<const std::int32_t> RupChecker::sorted(std::span<const std::int32_t> clause) {
    sorted_.assign(clause.begin(), clause.end());
    std::ranges::sort(sorted_);
    sorted_.erase(std::unique(sorted_.begin(), sorted_.end()), sorted_.end());
    return sorted_;
}

std::span<std::int32_t> RupChecker::literals(Place clause) {
    return {words_.data() + clause + header, static_cast<std::size_t>(words_[clause] & ~removed_bit)};
}

void RupChecker::make_room(std::span<const std::int32_t> clause) {
    std::size_t needed = values_.size();
    for (const std::int32_t literal : clause) {
        require(literal != 0, "0 is no literal");
        needed = std::max(needed, (index(literal) | 1) + 1);
    }
    if (needed <= values_.size()) return;
    values_.resize(needed, 0);
    watches_.resize(needed);
}

void RupChecker::add_given(std::span<const std::int32_t> clause) {
    make_room(clause);
    add(clause);
}

bool RupChecker::add_checked(std::span<const std::int32_t> clause) {
    make_room(clause);
    if (!refuted_) {
        const std::size_t facts = trail_.size();
        bool follows = false;
        for (const std::int32_t literal : clause) {
            // True already, or together with its complement in the clause: nothing to show.
            if (values_[index(literal)] > 0) follows = true;
            if (values_[index(literal)] == 0) assign(-literal);
        }
        follows = follows || !propagate();
        undo(facts);
        if (!follows) return false;
    }
    add(clause);
    return true;
}

void RupChecker::add(std::span<const std::int32_t> given) {
    const std::span<const std::int32_t> clause = sorted(given);
    require(words_.size() + header + clause.size() < none && clause.size() < static_cast<std::size_t>(removed_bit),
            "clauses to check fit in 16 GB");
    const auto place = static_cast<Place>(words_.size());
    words_.push_back(static_cast<std::int32_t>(clause.size()));
    words_.push_back(0);
    words_.insert(words_.end(), clause.begin(), clause.end());
    if (++alive_ > table_.size()) grow_table();
    enter(place);
    if (refuted_) return;
    // Literals that are not false go to the front; with none the formula is refuted, with one there is a fact.
    // Literals that are not false go to the front; with none the formula is refuted, with one there is a fact.
    const std::span<std::int32_t> own = literals(place);
    std::size_t open = 0;
    for (std::size_t i = 0; i < own.size(); ++i)
        if (values_[index(own[i])] >= 0) std::swap(own[i], own[open++]);
    if (own.size() >= 2) watch(place);
    if (open == 0) {
        refuted_ = true;
    } else if (open == 1) {
        if (values_[index(own[0])] == 0) assign(own[0]);
        refuted_ = !propagate();
    }
}

void RupChecker::enter(Place clause) {
    Place& chain = table_[hash(literals(clause)) & (table_.size() - 1)];
    words_[clause + 1] = static_cast<std::int32_t>(chain);
    chain = clause;
}

void RupChecker::watch(Place clause) {
    const std::span<std::int32_t> own = literals(clause);
    watches_[index(own[0])].push_back({clause, own[1]});
    watches_[index(own[1])].push_back({clause, own[0]});
}

bool RupChecker::same(Place clause, std::span<const std::int32_t> sorted_clause) {
    const std::span<std::int32_t> own = literals(clause);
    if (own.size() != sorted_clause.size()) return false;
    scratch_.assign(own.begin(), own.end());
    std::ranges::sort(scratch_);
    return std::equal(scratch_.begin(), scratch_.end(), sorted_clause.begin());
}

bool RupChecker::remove(std::span<const std::int32_t> given) {
    const std::span<const std::int32_t> clause = sorted(given);
    const std::size_t bucket = hash(clause) & (table_.size() - 1);
    Place before = none;
    for (Place place = table_[bucket]; place != none; place = static_cast<Place>(words_[place + 1])) {
        if (!same(place, clause)) {
            before = place;
            continue;
        }
        if (before == none)
            table_[bucket] = static_cast<Place>(words_[place + 1]);
        else
            words_[before + 1] = words_[place + 1];
        words_[place] |= removed_bit;
        --alive_;
        wasted_ += header + clause.size();
        if (wasted_ > words_.size() / 2 && wasted_ > 100000) compact();
        return true;
    }
    return false;
}

void RupChecker::assign(std::int32_t literal) {
    values_[index(literal)] = 1;
    values_[index(-literal)] = -1;
    trail_.push_back(literal);
}

void RupChecker::undo(std::size_t size) {
    for (; trail_.size() > size; trail_.pop_back()) {
        values_[index(trail_.back())] = 0;
        values_[index(-trail_.back())] = 0;
    }
    propagated_ = size;
}

/// False when a clause has all its literals false.
bool RupChecker::propagate() {
    while (propagated_ < trail_.size()) {
        ++propagations_;
        if (!propagate_literal(-trail_[propagated_++])) return false;
    }
    return true;
}

bool RupChecker::propagate_literal(std::int32_t false_literal) {
    std::vector<Watch>& list = watches_[index(false_literal)];
    std::size_t kept = 0;
    bool consistent = true;
    std::size_t i = 0;
    for (; i < list.size() && consistent; ++i) {
        const Watch seen = list[i];
        if (values_[index(seen.blocker)] > 0) {
            list[kept++] = seen;
            continue;
        }
        if ((words_[seen.clause] & removed_bit) != 0) continue;
        const std::span<std::int32_t> own = literals(seen.clause);
        if (own[0] == false_literal) std::swap(own[0], own[1]);
        if (values_[index(own[0])] <= 0 && replace_watch(seen.clause, own)) continue;
        list[kept++] = {seen.clause, own[0]};
        if (values_[index(own[0])] < 0) consistent = false;
        if (values_[index(own[0])] == 0) assign(own[0]);
    }
    for (; i < list.size(); ++i) list[kept++] = list[i];
    list.resize(kept);
    return consistent;
}

/// Watches another literal than the second; false if all others are false.
bool RupChecker::replace_watch(Place clause, std::span<std::int32_t> literals) {
    for (std::size_t k = 2; k < literals.size(); ++k) {
        if (values_[index(literals[k])] < 0) continue;
        std::swap(literals[1], literals[k]);
        watches_[index(literals[1])].push_back({clause, literals[0]});
        return true;
    }
    return false;
}

void RupChecker::grow_table() {
    std::vector<Place> old(4 * table_.size(), none);
    old.swap(table_);
    for (Place place : old) {
        while (place != none) {
            const auto next = static_cast<Place>(words_[place + 1]);
            enter(place);
            place = next;
        }
    }
}

/// Copies the living clauses together. Their first two literals stay the watched ones.
void RupChecker::compact() {
    std::vector<std::int32_t> old;
    old.swap(words_);
    words_.reserve(old.size() - wasted_);
    std::ranges::fill(table_, none);
    for (std::vector<Watch>& list : watches_) list.clear();
    for (std::size_t at = 0; at < old.size();) {
        const auto size = static_cast<std::size_t>(old[at] & ~removed_bit);
        if ((old[at] & removed_bit) == 0) {
            const auto place = static_cast<Place>(words_.size());
            const auto from = old.begin() + static_cast<std::ptrdiff_t>(at);
            words_.insert(words_.end(), from, from + static_cast<std::ptrdiff_t>(header + size));
            enter(place);
            if (size >= 2) watch(place);
        }
        at += header + size;
    }
    wasted_ = 0;
}

}  // namespace sinew::check
