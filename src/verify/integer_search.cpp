// SPDX-License-Identifier: Apache-2.0
#include "verify/integer_search.hpp"

namespace sinew::verify {

engine::Progress IntegerSearch::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    if (!has_begun_) {
        has_begun_ = true;
        model_ = integer::QueryModel::make(query_, settings_, reason_);
        if (model_ && model_->consistent()) model_->relax_network();
    }
    if (!model_) return engine::Progress::exhausted;
    if (!model_->consistent()) {
        knowledge.refuted(name());
        return engine::Progress::answered;
    }
    const integer::Result result = model_->model().solve(turn.limits);
    if (result.outcome == Outcome::sat) {
        knowledge.found(model_->witness(result.values), name());
        return engine::Progress::answered;
    }
    if (result.outcome == Outcome::unsat) {
        knowledge.refuted(name());
        return engine::Progress::answered;
    }
    return turn.limits.exceeded() ? engine::Progress::paused : engine::Progress::exhausted;
}

Statistics IntegerSearch::statistics() const {
    return model_ ? model_->model().statistics() : Statistics();
}

}  // namespace sinew::verify
