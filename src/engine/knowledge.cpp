#include "engine/knowledge.hpp"

#include <limits>
#include <utility>

namespace sinew::engine {

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

bool Knowledge::conclude(Answer answer, std::string_view by, ProofStep step) {
    if (answer_.load(std::memory_order_relaxed) != Answer::unknown) return false;
    decided_by_ = by;
    conclusion_ = step;
    ++revision_;
    answer_.store(answer, std::memory_order_release);
    answered_.store(true, std::memory_order_release);
    return true;
}

void Knowledge::raise(const Literal& bound, std::string_view by, ProofStep step) {
    const std::lock_guard lock(mutex_);
    const bool is_lower = bound.side == Side::at_least;
    const auto [place, is_new] = bounds_.try_emplace({bound.subject, bound.side}, BoundEntry{bound.value, 0, step});
    BoundEntry& entry = place->second;
    if (!is_new && (is_lower ? bound.value <= entry.value : bound.value >= entry.value)) return;
    entry = {bound.value, ++revision_, step};
    const auto other = bounds_.find({bound.subject, opposite(bound).side});
    if (other == bounds_.end()) return;
    if (is_lower ? bound.value > other->second.value : bound.value < other->second.value)
        conclude(Answer::unsat, by, step);
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
    const auto lower = bounds_.find({subject, Side::at_least});
    const auto upper = bounds_.find({subject, Side::at_most});
    return {lower == bounds_.end() ? -infinity : lower->second.value,
            upper == bounds_.end() ? infinity : upper->second.value};
}

std::vector<Literal> Knowledge::bounds_since(Revision since) const {
    const std::lock_guard lock(mutex_);
    std::vector<Literal> result;
    for (const auto& [key, entry] : bounds_)
        if (entry.revision > since) result.push_back({key.first, key.second, entry.value});
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
