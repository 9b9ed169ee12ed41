// SPDX-License-Identifier: Apache-2.0
#include "search/clause_learning.hpp"

#include <algorithm>

namespace sinew::search {

namespace {
/// Of all nodes bounded, one in so many may be bounded to learn from it without having paid off.
constexpr std::uint64_t trial_share = 256;
/// Decisions between a node and the root of its subtree at most: clauses name these one by one.
constexpr std::size_t longest_path = 12;
constexpr std::size_t clauses_of_box = 64;

/// Drops decisions that a later one of the same side makes superfluous.
void drop_implied(std::vector<Decision>& decisions) {
    std::size_t kept = 0;
    for (std::size_t d = 0; d < decisions.size(); ++d) {
        const bool implied = std::any_of(
            decisions.begin() + static_cast<std::ptrdiff_t>(d) + 1, decisions.end(), [&](const Decision& later) {
                return later.variable == decisions[d].variable && later.upper == decisions[d].upper &&
                       (later.upper ? later.point <= decisions[d].point : later.point >= decisions[d].point);
            });
        if (!implied) decisions[kept++] = decisions[d];
    }
    decisions.resize(kept);
}
}  // namespace

SharedClauses::SharedClauses(std::size_t boxes, Learning eagerness, std::vector<LearnedClause>* collected, bool refutes)
    : learning(eagerness), record(collected), refutes_only(refutes) {
    for (std::size_t b = 0; b < boxes; ++b) of_box.push_back(std::make_unique<ClauseSet>(clauses_of_box));
}

void SharedClauses::add(std::span<const engine::Literal> together) {
    std::vector<Decision> decisions;
    for (const engine::Literal& bound : together) decisions.push_back(decision_of(bound));
    for (const auto& set : of_box) set->add(decisions);
}

void ClauseLearning::enter(Node& node) const {
    if (!on() || (node.subtree && node.path.size() <= longest_path)) return;
    node.subtree = std::make_shared<Subtree>(node);
    node.path.clear();
}

ClauseSet::Effect ClauseLearning::apply(const Node& node, bounds::State& state, bool from_pool) {
    using Effect = ClauseSet::Effect;
    facts_.clear();
    if (!on()) return Effect::none;
    if (shared_->refutes_only) return shared_->of_box[node.box_index]->refutes(state) ? Effect::refuted : Effect::none;
    Effect effect = shared_->of_box[node.box_index]->apply(state, facts_);
    if (effect != Effect::refuted && node.subtree)
        effect = std::max(effect, node.subtree->clauses().apply(state, facts_));
    if (effect == Effect::refuted) ++(from_pool ? backjumps_ : pruned_);
    propagated_ += facts_.size();
    return effect;
}

std::optional<Decision> ClauseLearning::promising_split(const Node& node) const {
    return node.subtree ? node.subtree->closing_split(node.path) : std::nullopt;
}

void ClauseLearning::note_closing_split(const Node& node, std::optional<Decision> input) const {
    if (on() && node.subtree) node.subtree->note_closing_split(node.path, input);
}

bool ClauseLearning::may_try(std::uint64_t evaluations, std::uint64_t dives) const {
    if (shared_->refutes_only) return false;
    if (shared_->learning == Learning::always) return true;
    // A node from the pool that needs no dive saves what a dive costs on average.
    const std::uint64_t dive = evaluations / std::max<std::uint64_t>(dives, 1);
    return trials_ <= evaluations / trial_share + backjumps_ * dive + pruned_;
}

void ClauseLearning::learn(const Node& node, std::optional<Decision> also, std::size_t decisions) {
    if (!node.subtree) return;
    std::vector<Decision> clause = node.path;
    if (also) clause.push_back(*also);
    drop_implied(clause);
    node.subtree->clauses().add(clause);
    clause.insert(clause.begin(), node.subtree->decisions().begin(), node.subtree->decisions().end());
    drop_implied(clause);
    record(node.box_index, std::move(clause), decisions);
}

void ClauseLearning::learn_core(std::uint32_t box, std::span<const Decision> core, std::size_t bounds) {
    if (!on()) return;
    std::vector<Decision> clause(core.begin(), core.end());
    drop_implied(clause);
    shared_->of_box[box]->add(clause);
    record(box, std::move(clause), bounds);
}

void ClauseLearning::record(std::uint32_t box, std::vector<Decision> decisions, std::size_t before) {
    ++learned_;
    before_ += before;
    after_ += decisions.size();
    if (shared_->record == nullptr) return;
    const std::lock_guard lock(shared_->mutex);
    shared_->record->push_back({box, std::move(decisions)});
}

void ClauseLearning::report(Statistics& statistics) const {
    statistics.add("clauses_learned", static_cast<double>(learned_));
    statistics.add("clause_literals_before", static_cast<double>(before_));
    statistics.add("clause_literals", static_cast<double>(after_));
    statistics.add("clause_trials", static_cast<double>(trials_));
    statistics.add("nodes_pruned_by_clauses", static_cast<double>(pruned_));
    statistics.add("facts_from_clauses", static_cast<double>(propagated_));
    statistics.add("children_refuted_without_their_decision", static_cast<double>(unused_));
    statistics.add("backjumps", static_cast<double>(backjumps_));
}

}  // namespace sinew::search
