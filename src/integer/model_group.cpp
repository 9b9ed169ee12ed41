// SPDX-License-Identifier: Apache-2.0
#include "integer/model_group.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "integer/engine.hpp"

namespace sinew::integer {

namespace {
/// What others are told of.
constexpr std::size_t most_literals = 8;
constexpr std::uint32_t most_glue = 3;
}  // namespace

class ModelGroup::Part : public CubeSolver<Bound> {
  public:
    explicit Part(Engine& engine) : engine_(engine), exports_{most_literals, most_glue} {
        engine_.set_exports(&exports_);
    }
    ~Part() override { engine_.set_exports(nullptr); }

    Answer solve(std::span<const Bound> cube, const Limits& slice, const Limits& turn) override {
        turn_ = turn;
        return engine_.search(cube, slice, ~std::uint64_t{0});
    }
    std::uint64_t conflicts() const override { return engine_.conflicts(); }
    std::span<const Bound> failed() const override { return engine_.failed_assumptions(); }
    std::optional<Bound> split(std::span<const Bound> cube) override { return engine_.split(cube, turn_); }
    void give(Clauses& clauses) override {
        std::move(exports_.clauses.begin(), exports_.clauses.end(), std::back_inserter(clauses));
        exports_.clauses.clear();
    }
    void take(std::span<const Bound> clause) override { engine_.add_learned(clause, most_glue); }

  private:
    Engine& engine_;
    Exports exports_;
    Limits turn_;
};

ModelGroup::ModelGroup(std::span<Model* const> models, Effort shortest_slice)
    : models_(models.begin(), models.end()), cubes_({}, shortest_slice) {
    for (Model* model : models_) {
        parts_.push_back(std::make_unique<Part>(model->engine()));
        places_.push_back(parts_.back().get());
    }
}

ModelGroup::~ModelGroup() = default;

Result ModelGroup::solve(const Limits& limits) {
    Result result;
    const Answer answer = cubes_.run(places_, limits);
    if (answer == Answer::unsat) result.outcome = Outcome::unsat;
    if (answer != Answer::sat) return result;
    const Model& found = *models_[cubes_.winner()];
    result.values = models_[cubes_.winner()]->engine().values();
    require(found.holds(result.values), "a solution satisfies all constraints");
    result.outcome = Outcome::sat;
    return result;
}

Statistics ModelGroup::statistics() const {
    Statistics statistics;
    for (const Model* model : models_) statistics.add(model->statistics());
    cubes_.report(statistics);
    return statistics;
}

}  // namespace sinew::integer
