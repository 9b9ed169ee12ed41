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
    if (result.outcome == integer::Outcome::sat) {
        knowledge.found(model_->witness(result.values), name());
        return engine::Progress::answered;
    }
    if (result.outcome == integer::Outcome::unsat) {
        knowledge.refuted(name());
        return engine::Progress::answered;
    }
    const StopReason stop = turn.limits.reached();
    reason_ = stop == StopReason::none ? "the search gave up" : std::string(to_string(stop));
    return stop == StopReason::none ? engine::Progress::exhausted : engine::Progress::paused;
}

Statistics IntegerSearch::statistics() const {
    return model_ ? model_->model().statistics() : Statistics();
}

}  // namespace sinew::verify
