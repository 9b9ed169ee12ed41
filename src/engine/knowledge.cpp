// SPDX-License-Identifier: Apache-2.0
#include "engine/knowledge.hpp"

#include <utility>

#include "base/infinity.hpp"

namespace sinew::engine {

namespace {}

bool Knowledge::conclude(Answer answer, std::string_view by, ProofStep step) {
    if (answer_.load(std::memory_order_relaxed) != Answer::unknown) return false;
    decided_by_ = by;
    conclusion_ = step;
    ++revision_;
    answer_.store(answer, std::memory_order_release);
    answered_.store(true, std::memory_order_release);
    return true;
}

Knowledge::BoundEntry& Knowledge::entry(Subject subject, Side side) {
    const std::size_t place = 2 * subject.index() + (side == Side::at_least ? 0 : 1);
    for (std::size_t i = bounds_.size(); i <= place; ++i) bounds_.push_back({i % 2 == 0 ? -infinity : infinity, 0, {}});
    return bounds_[place];
}

void Knowledge::raise(std::span<const Literal> bounds, std::string_view by, ProofStep step) {
    const std::lock_guard lock(mutex_);
    for (const Literal& bound : bounds) {
        const bool is_lower = bound.side == Side::at_least;
        const double other = entry(bound.subject, opposite(bound).side).value;
        BoundEntry& known = entry(bound.subject, bound.side);
        if (is_lower ? bound.value <= known.value : bound.value >= known.value) continue;
        known = {bound.value, ++revision_, step};
        if (is_lower ? bound.value > other : bound.value < other) conclude(Answer::unsat, by, step);
    }
}

void Knowledge::learn(std::span<const Literal> clause, std::string_view by, ProofStep step) {
    if (clause.empty()) return refuted(by, step);
    if (clause.size() == 1) return raise(clause.front(), by, step);
    const std::lock_guard lock(mutex_);
    clauses_.push_back({{clause.begin(), clause.end()}, ++revision_, step});
}

void Knowledge::found(model::Witness witness, std::string_view by) {
    const std::lock_guard lock(mutex_);
    if (conclude(Answer::sat, by, {})) witness_ = std::move(witness);
}

void Knowledge::refuted(std::string_view by, ProofStep step) {
    const std::lock_guard lock(mutex_);
    conclude(Answer::unsat, by, step);
}

void Knowledge::improved(const Rational& value, model::Witness witness, std::string_view by) {
    const std::lock_guard lock(mutex_);
    const bool minimize = !query_.objective || query_.objective->sense == model::Sense::minimize;
    if (value_ && (minimize ? value >= *value_ : value <= *value_)) return;
    value_ = value;
    witness_ = std::move(witness);
    decided_by_ = by;
    ++revision_;
}

void Knowledge::objective_bound(const Rational& bound, std::string_view, ProofStep step) {
    const std::lock_guard lock(mutex_);
    const bool minimize = !query_.objective || query_.objective->sense == model::Sense::minimize;
    if (objective_bound_ && (minimize ? bound <= *objective_bound_ : bound >= *objective_bound_)) return;
    objective_bound_ = bound;
    objective_step_ = step;
    ++revision_;
}

std::string_view Knowledge::decided_by() const {
    const std::lock_guard lock(mutex_);
    return decided_by_;
}

std::optional<model::Witness> Knowledge::witness() const {
    const std::lock_guard lock(mutex_);
    return witness_;
}

std::optional<Rational> Knowledge::best_value() const {
    const std::lock_guard lock(mutex_);
    return value_;
}

std::optional<Rational> Knowledge::best_bound() const {
    const std::lock_guard lock(mutex_);
    return objective_bound_;
}

Knowledge::Bounds Knowledge::bounds(Subject subject) const {
    const std::lock_guard lock(mutex_);
    const std::size_t place = 2 * subject.index();
    if (place + 1 >= bounds_.size()) return {-infinity, infinity};
    return {bounds_[place].value, bounds_[place + 1].value};
}

std::vector<Literal> Knowledge::bounds_since(Revision since) const {
    const std::lock_guard lock(mutex_);
    std::vector<Literal> result;
    for (std::size_t i = 0; i < bounds_.size(); ++i)
        if (bounds_[i].revision > since)
            result.push_back(
                {Subject::from_index(i / 2), i % 2 == 0 ? Side::at_least : Side::at_most, bounds_[i].value});
    return result;
}

std::vector<std::vector<Literal>> Knowledge::clauses_since(Revision since) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::vector<Literal>> result;
    for (auto entry = clauses_.rbegin(); entry != clauses_.rend() && entry->revision > since; ++entry)
        result.push_back(entry->literals);
    return {result.rbegin(), result.rend()};
}

}  // namespace sinew::engine
