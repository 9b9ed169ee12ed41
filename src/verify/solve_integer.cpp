// SPDX-License-Identifier: Apache-2.0
#include "verify/solve_integer.hpp"

#include "base/error.hpp"
#include "base/run_together.hpp"
#include "integer/model_group.hpp"
#include "integer/query_model.hpp"
#include "model/evaluate.hpp"

namespace sinew::verify {

namespace {

/// Why a search under `limits` stopped.
std::string stop_text(const Limits& limits) {
    const StopReason stop = limits.reached();
    return stop == StopReason::none ? "the search gave up" : std::string(to_string(stop));
}

/// Confirms witnesses and their values before anyone hears of them.
class WitnessListener : public integer::Listener {
  public:
    WitnessListener(const model::Query& query, const integer::QueryModel& model, OptimizeListener& listener)
        : query_(query), model_(model), listener_(listener) {}

    void improved(const Integer& value, std::span<const integer::Value> values) override {
        const model::Witness witness = model_.witness(values);
        require(model::satisfies(query_, witness.values, witness.booleans), "a witness satisfies its query exactly");
        require(query_.objective->form.value(witness.values) == model_.objective_value(value),
                "a witness has the value that was found");
        listener_.improved(model_.objective_value(value), witness);
    }
    void bound_moved(const Integer& bound) override { listener_.bound_moved(model_.objective_value(bound)); }

  private:
    const model::Query& query_;
    const integer::QueryModel& model_;
    OptimizeListener& listener_;
};

}  // namespace

std::optional<Optimum> optimize_integer(const model::Query& query, const OptimizeOptions& options,
                                        OptimizeListener& listener, std::string& reason) {
    std::optional<integer::QueryModel> model = integer::QueryModel::make(query, options.settings, reason);
    if (!model) return std::nullopt;
    Optimum optimum;
    if (!model->consistent()) {
        optimum.outcome = Outcome::unsat;
        return optimum;
    }
    // Alike, one a thread.
    std::vector<std::optional<integer::QueryModel>> others =
        made_together(static_cast<std::size_t>(options.threads), [&](std::size_t place) {
            std::optional<integer::QueryModel> other;
            std::string same;
            const Settings settings = options.settings.with_seed(seed_of_place(options.settings.seed(), place));
            if (place > 0) other = integer::QueryModel::make(query, settings, same);
            if (integer::QueryModel* const made = place == 0 ? &*model : other ? &*other : nullptr) {
                made->set_objective();
                made->relax_network();
            }
            return other;
        });
    std::vector<integer::Model*> together{&model->model()};
    for (std::optional<integer::QueryModel>& other : others)
        if (other) together.push_back(&other->model());
    WitnessListener witnesses(query, *model, listener);
    const integer::Result result = integer::ModelGroup::optimise(together, options.limits, &witnesses);
    for (const integer::Model* each : together) optimum.statistics.add(each->statistics());
    if (result.outcome == Outcome::unsat) {
        optimum.outcome = Outcome::unsat;
        return optimum;
    }
    optimum.bound = model->objective_value(result.bound);
    if (result.outcome == Outcome::optimum || result.outcome == Outcome::feasible) {
        optimum.value = model->objective_value(result.value);
        optimum.witness = model->witness(result.values);
    }
    if (result.outcome == Outcome::optimum) {
        optimum.outcome = Outcome::optimum;
        return optimum;
    }
    optimum.stop(options.limits.reached(), stop_text(options.limits));
    return optimum;
}

}  // namespace sinew::verify
