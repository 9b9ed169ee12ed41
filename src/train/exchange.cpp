// SPDX-License-Identifier: Apache-2.0
#include "train/exchange.hpp"

#include <algorithm>
#include <optional>

#include "base/output_error.hpp"
#include "train/demands.hpp"

namespace sinew::train {

namespace {
/// Who has found what another process tells.
constexpr std::string_view elsewhere = "another process";

model::Witness witness_of(const Weights& weights) {
    model::Witness witness;
    for (const std::vector<std::int8_t>& layer : weights.layers)
        witness.values.insert(witness.values.end(), layer.begin(), layer.end());
    return witness;
}
}  // namespace

model::Query weights_query(const Problem& problem, std::size_t stage) {
    model::Query query;
    std::size_t below = problem.examples.features;
    for (const std::size_t neurons : problem.architecture.layers) {
        query.network.add_input("weights", {neurons, below});
        below = neurons;
    }
    for (const Variable weight : query.network.input_variables())
        query.domains.emplace_back(weight, model::Domain{model::DomainKind::integer, Rational(-1), Rational(1), {}});
    const bool maximised = stage >= problem.objectives.size() || is_maximised(problem.objectives[stage]);
    query.objective = model::Objective{maximised ? model::Sense::maximize : model::Sense::minimize, {}};
    return query;
}

void Exchange::begin(std::size_t stage, engine::Knowledge& knowledge) {
    const std::scoped_lock lock(mutex_);
    stage_ = stage;
    knowledge_ = &knowledge;
    tell("the beginning");
    if (is_infeasible_ && !has_weights()) knowledge.refuted(elsewhere);
}

void Exchange::improved(const Weights& weights, const std::vector<std::int64_t>& values, std::string_view by) {
    {
        const std::scoped_lock lock(mutex_);
        if (has_weights() && !is_better(problem_, values, values_)) return;
        Weights taken = weights;  // whoever runs out of memory here keeps the best so far
        weights_ = std::move(taken);
        values_ = values;
        if (listener_) listener_->improved(weights_, values_);
        tell(by);
    }
    if (by != elsewhere) share({weights, std::nullopt, false});
}

void Exchange::bounded(std::int64_t bound, std::string_view by) {
    {
        const std::scoped_lock lock(mutex_);
        const bool rises = problem_.objectives.front() == Objective::min_weight;
        if (rises ? bound <= bound_ : bound >= bound_) return;
        bound_ = bound;
        if (listener_) listener_->bounded(bound);
        tell(by);
    }
    if (by != elsewhere) share({std::nullopt, bound, false});
}

/// A folder that cannot be written is told once; the training goes on alone.
void Exchange::share(const SharedFolder::State& found) {
    const std::scoped_lock lock(folder_mutex_);
    if (folder_ == nullptr) return;
    try {
        folder_->tell(found);
    } catch (const OutputError& error) {
        folder_ = nullptr;
        note(std::string("nothing is shared any more: ") + error.what());
    }
}

void Exchange::look() {
    std::optional<SharedFolder::State> found;
    {
        const std::scoped_lock lock(folder_mutex_);
        if (folder_ != nullptr) found = folder_->look();
    }
    if (!found) return;
    if (found->weights && satisfies(problem_, *found->weights))
        improved(*found->weights, values_of(problem_, *found->weights), elsewhere);
    if (found->bound) bounded(*found->bound, elsewhere);
    const std::scoped_lock lock(mutex_);
    is_infeasible_ = is_infeasible_ || (found->is_infeasible && !has_weights());
    if (is_infeasible_ && knowledge_ != nullptr) knowledge_->refuted(elsewhere);
}

void Exchange::infeasible() {
    share({std::nullopt, std::nullopt, true});
}

/// What Knowledge does not know yet it takes.
void Exchange::tell(std::string_view by) {
    if (knowledge_ == nullptr) return;
    if (stage_ == 0) knowledge_->objective_bound(Rational(bound_), by);
    if (!has_weights()) return;
    knowledge_->improved(Rational(values_[stage_]), witness_of(weights_), by);
    if (stage_ == 0 && values_.front() == bound_) conclude(by);
}

void Exchange::proven(std::string_view by) {
    std::optional<std::int64_t> bound;
    {
        const std::scoped_lock lock(mutex_);
        conclude(by);
        if (stage_ == 0 && has_weights()) bound = values_.front();
    }
    if (bound) share({std::nullopt, bound, false});
}

void Exchange::conclude(std::string_view by) {
    knowledge_->found(witness_of(weights_), by);
}

void Exchange::share_with(Incumbent& best) const {
    const std::scoped_lock lock(mutex_);
    best.adopt(bound_);
    if (has_weights()) best.adopt(weights_, values_);
}

void Exchange::note(std::string text) {
    const std::scoped_lock lock(mutex_);
    notes_.push_back(std::move(text));
}

bool Exchange::count_thread() {
    const std::scoped_lock lock(mutex_);
    return threads_.insert(std::this_thread::get_id()).second;
}

}  // namespace sinew::train
