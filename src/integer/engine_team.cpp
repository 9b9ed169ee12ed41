// SPDX-License-Identifier: Apache-2.0
#include "integer/engine_team.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sinew::integer {

class EngineTeam::Part : public CubeSolver<Bound> {
  public:
    explicit Part(Engine& engine) : engine_(engine) { engine_.set_exports(&exports_); }
    ~Part() override { engine_.set_exports(nullptr); }

    /// It gives up after so many conflicts from now on.
    void set_budget(std::uint64_t conflicts) { budget_end_ = engine_.conflicts_after(conflicts); }

    Answer solve(std::span<const Bound> cube, const Limits& slice, const Limits& turn) override {
        turn_ = turn;
        return engine_.search(cube, slice, budget_end_ - std::min(budget_end_, engine_.conflicts()));
    }
    std::uint64_t conflicts() const override { return engine_.conflicts(); }
    std::span<const Bound> failed() const override { return engine_.failed_assumptions(); }
    std::optional<Bound> split(std::span<const Bound> cube) override { return engine_.split(cube, turn_); }
    void give(Clauses& clauses) override {
        std::move(exports_.clauses.begin(), exports_.clauses.end(), std::back_inserter(clauses));
        exports_.clauses.clear();
    }
    void take(std::span<const Bound> clause) override { engine_.add_learned(clause, Exports::most_glue); }

  private:
    Engine& engine_;
    Exports exports_;
    Limits turn_;
    std::uint64_t budget_end_ = ~std::uint64_t{0};
};

EngineTeam::EngineTeam(std::vector<Engine*> engines, Effort alone, Effort shortest_slice)
    : engines_(std::move(engines)), alone_(alone), shortest_slice_(shortest_slice) {
    if (engines_.size() < 2) return;
    for (Engine* engine : engines_) {
        parts_.push_back(std::make_unique<Part>(*engine));
        places_.push_back(parts_.back().get());
    }
}

EngineTeam::~EngineTeam() = default;

Answer EngineTeam::search(std::span<const Bound> assumptions, const Limits& limits, std::uint64_t conflict_budget) {
    winner_ = 0;
    if (parts_.empty()) return first().search(assumptions, limits, conflict_budget);
    for (const auto& part : parts_) part->set_budget(conflict_budget);
    if (!open_ || !std::equal(assumed_.begin(), assumed_.end(), assumptions.begin(), assumptions.end())) {
        if (open_) open_->report(ended_);
        open_.reset();
        if (alone_ > 0) {
            const std::uint64_t before = first().conflicts();
            const Limits first_of_all = limits.within_effort(std::min(alone_, limits.effort_left()));
            const Answer answer = first().search(assumptions, first_of_all, conflict_budget);
            const bool is_slice = first_of_all.exceeded() && first().conflicts() - before < conflict_budget;
            if (answer != Answer::unknown || limits.exceeded() || !is_slice) return answer;
        }
        open_ = std::make_unique<Cubes<Bound>>(assumptions, shortest_slice_);
        assumed_.assign(assumptions.begin(), assumptions.end());
    }
    const Answer answer = open_->run(places_, limits);
    if (answer == Answer::unknown) return answer;
    if (answer == Answer::sat) winner_ = open_->winner();
    open_->report(ended_);
    open_.reset();
    return answer;
}

void EngineTeam::report(Statistics& statistics) const {
    if (parts_.empty()) return;
    statistics.add(ended_);
    if (open_) open_->report(statistics);
}

}  // namespace sinew::integer
