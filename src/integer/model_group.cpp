// SPDX-License-Identifier: Apache-2.0
#include "integer/model_group.hpp"

#include "base/error.hpp"

namespace sinew::integer {

std::vector<Engine*> ModelGroup::engines_of(std::span<Model* const> models) {
    std::vector<Engine*> engines;
    for (Model* model : models) engines.push_back(&model->engine());
    return engines;
}

ModelGroup::ModelGroup(std::span<Model* const> models, Effort alone, Effort shortest_slice)
    : models_(models.begin(), models.end()), team_(engines_of(models), alone, shortest_slice) {}

Result ModelGroup::solve(const Limits& limits) {
    Result result;
    const Answer answer = team_.search({}, limits, ~std::uint64_t{0});
    if (answer == Answer::unsat) result.outcome = Outcome::unsat;
    if (answer != Answer::sat) return result;
    result.values = team_.values();
    require(models_[winner()]->holds(result.values), "a solution satisfies all constraints");
    result.outcome = Outcome::sat;
    return result;
}

Result ModelGroup::optimise(std::span<Model* const> models, const Limits& limits, Listener* listener) {
    return Model::solve_together(models, limits, listener);
}

Statistics ModelGroup::statistics() const {
    Statistics statistics;
    for (const Model* model : models_) statistics.add(model->statistics());
    team_.report(statistics);
    return statistics;
}

}  // namespace sinew::integer
