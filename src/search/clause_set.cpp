// SPDX-License-Identifier: Apache-2.0
#include "search/clause_set.hpp"

#include <algorithm>

namespace sinew::search {

namespace {
bool holds(const bounds::State& state, const Decision& decision) {
    return decision.upper ? state.upper[decision.variable] <= decision.point
                          : state.lower[decision.variable] >= decision.point;
}

/// The decision leaves nothing of the state but its boundary: a clause that names it has no more to say.
bool excluded(const bounds::State& state, const Decision& decision) {
    return decision.upper ? state.lower[decision.variable] >= decision.point
                          : state.upper[decision.variable] <= decision.point;
}

Decision opposite(Decision decision) {
    decision.upper = !decision.upper;
    return decision;
}
}  // namespace

void ClauseSet::add(std::span<const Decision> decisions) {
    const std::lock_guard lock(mutex_);
    Entry entry{{decisions.begin(), decisions.end()}, 0};
    if (entries_.size() < most_) {
        entries_.push_back(std::move(entry));
        size_.store(entries_.size(), std::memory_order_relaxed);
        return;
    }
    const auto least = std::min_element(entries_.begin(), entries_.end(),
                                        [](const Entry& a, const Entry& b) { return a.uses < b.uses; });
    *least = std::move(entry);
    // The newest goes last: among those of equal use the oldest makes room first.
    std::rotate(least, least + 1, entries_.end());
    for (Entry& other : entries_) other.uses /= 2;
}

std::vector<std::vector<Decision>> ClauseSet::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::vector<Decision>> result;
    for (const Entry& entry : entries_) result.push_back(entry.decisions);
    return result;
}

bool ClauseSet::refutes(const bounds::State& state) {
    if (size() == 0) return false;
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
        if (!std::ranges::all_of(entry.decisions, [&](const Decision& decision) { return holds(state, decision); }))
            continue;
        ++entry.uses;
        return true;
    }
    return false;
}

ClauseSet::Effect ClauseSet::apply(bounds::State& state, std::vector<Decision>& implied) {
    if (size() == 0) return Effect::none;
    const std::lock_guard lock(mutex_);
    Effect effect = Effect::none;
    for (Entry& entry : entries_) {
        const Decision* open = nullptr;
        bool silent = false;
        for (const Decision& decision : entry.decisions) {
            if (holds(state, decision)) continue;
            silent = open != nullptr || excluded(state, decision);
            if (silent) break;
            open = &decision;
        }
        if (silent) continue;
        ++entry.uses;
        if (open == nullptr) return Effect::refuted;
        const Decision fact = opposite(*open);
        double& side = fact.upper ? state.upper[fact.variable] : state.lower[fact.variable];
        side = fact.point;
        implied.push_back(fact);
        effect = Effect::tightened;
    }
    return effect;
}

Subtree::Subtree(const Node& node) : box_(node.box_index) {
    if (node.subtree) decisions_ = node.subtree->decisions();
    decisions_.insert(decisions_.end(), node.path.begin(), node.path.end());
}

void Subtree::note_closing_split(std::span<const Decision> path, std::optional<Decision> input) {
    if (path.size() >= closing_.size()) return;
    const std::lock_guard lock(mutex_);
    closing_[path.size()] = input;
}

std::optional<Decision> Subtree::closing_split(std::span<const Decision> path) const {
    if (path.size() >= closing_.size()) return std::nullopt;
    const std::lock_guard lock(mutex_);
    return closing_[path.size()];
}

}  // namespace sinew::search
