// SPDX-License-Identifier: Apache-2.0
#include "verify/integer_search.hpp"

namespace sinew::verify {

void IntegerSearch::begin(std::size_t threads) {
    struct Made {
        std::optional<integer::QueryModel> model;
        std::string reason;
    };
    std::vector<Made> made = made_together(threads, [&](std::size_t) {
        Made one;
        one.model = integer::QueryModel::make(query_, settings_, one.reason);
        if (one.model && one.model->consistent()) one.model->relax_network();
        return one;
    });
    reason_ = made.front().reason;
    for (Made& one : made)
        if (one.model) models_.push_back(std::move(*one.model));
    if (models_.size() < 2) return;
    std::vector<integer::Model*> together;
    for (integer::QueryModel& model : models_) together.push_back(&model.model());
    group_.emplace(together);
}

engine::Progress IntegerSearch::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    if (!has_begun_) {
        has_begun_ = true;
        begin(static_cast<std::size_t>(turn.threads));
    }
    if (models_.empty()) return engine::Progress::exhausted;
    if (!models_.front().consistent()) {
        knowledge.refuted(name());
        return engine::Progress::answered;
    }
    const integer::Result result = group_ ? group_->solve(turn.limits) : models_.front().model().solve(turn.limits);
    if (result.outcome == Outcome::sat) {
        const integer::QueryModel& found = models_[group_ ? group_->winner() : 0];
        knowledge.found(found.witness(result.values), name());
        return engine::Progress::answered;
    }
    if (result.outcome == Outcome::unsat) {
        knowledge.refuted(name());
        return engine::Progress::answered;
    }
    return turn.limits.exceeded() ? engine::Progress::paused : engine::Progress::exhausted;
}

Statistics IntegerSearch::statistics() const {
    if (group_) return group_->statistics();
    return models_.empty() ? Statistics() : models_.front().model().statistics();
}

}  // namespace sinew::verify
