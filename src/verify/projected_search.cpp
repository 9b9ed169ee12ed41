// SPDX-License-Identifier: Apache-2.0
#include "verify/projected_search.hpp"

#include "base/error.hpp"

namespace sinew::verify {

ProjectedSearch::ProjectedSearch(const model::Query& query)
    : query_(query), projected_(search::project(query)), inner_(projected_) {}

std::unique_ptr<ProjectedSearch> ProjectedSearch::make(const model::Query& query, const Settings& settings,
                                                       Observer& observer) {
    std::unique_ptr<ProjectedSearch> engine(new ProjectedSearch(query));
    std::string obstacle;
    engine->boxes_ = search::BranchAndBound::make(engine->projected_, {.settings = settings}, observer, obstacle);
    require(engine->boxes_ != nullptr, "a projected query is bounded");
    return engine;
}

engine::Progress ProjectedSearch::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    const engine::Progress progress = boxes_->advance(turn, inner_);
    if (inner_.answer() == Answer::sat) knowledge.found(search::unproject(query_, *inner_.witness()), name());
    if (inner_.answer() == Answer::unsat) knowledge.refuted(name());
    return progress;
}

}  // namespace sinew::verify
