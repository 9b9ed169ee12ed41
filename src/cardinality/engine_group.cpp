// SPDX-License-Identifier: Apache-2.0
#include "cardinality/engine_group.hpp"

#include <atomic>
#include <utility>

#include "base/run_together.hpp"

namespace sinew::cardinality {

namespace {
class EngineOfCubes : public sat::SolverOfCubes {
  public:
    EngineOfCubes(Engine& engine, std::size_t place, std::size_t shared, TheoriesBeside* theories)
        : SolverOfCubes(engine.core(), shared), engine_(engine), place_(place), theories_(theories) {}
    Answer solve(std::span<const Literal> cube, const Limits& slice, const Limits& turn) override {
        if (theories_ != nullptr) theories_->set_limits(place_, turn);
        const Answer answer = engine_.solve(cube, slice, conflicts_left());
        return answer == Answer::sat && theories_ != nullptr && !theories_->has_model(place_) ? Answer::unknown
                                                                                              : answer;
    }

  private:
    Engine& engine_;
    std::size_t place_;
    TheoriesBeside* theories_;
};
}  // namespace

EngineGroup::EngineGroup(const Options& options, std::size_t threads, TheoriesBeside* theories)
    : engines_(made_together(threads,
                             [&](std::size_t place) {
                                 Options own = options;
                                 own.seed = seed_of_place(options.seed, place);
                                 return std::make_unique<Engine>(own);
                             })),
      theories_(theories) {}

bool EngineGroup::for_each(const std::function<bool(Engine& engine, std::size_t place)>& work) {
    if (engines_.size() == 1) return work(first(), 0);
    std::atomic<bool> all{true};
    const Limits scope_limits = current_limits();
    run_together(engines_.size(), [&](std::size_t index, std::size_t count) {
        const LimitScope scope(scope_limits);
        for (std::size_t place = index; place < engines_.size(); place += count)
            if (!work(*engines_[place], place)) all = false;
    });
    return all;
}

std::unique_ptr<sat::CubesOfSolvers> EngineGroup::cubes_of(std::span<const Literal> assumptions, std::size_t shared) {
    auto cubes = std::make_unique<sat::CubesOfSolvers>(assumptions);
    for (std::size_t place = 0; place < engines_.size(); ++place)
        cubes->add(std::make_unique<EngineOfCubes>(*engines_[place], place, shared, theories_));
    return cubes;
}

Answer EngineGroup::solve(std::span<const Literal> assumptions, std::size_t shared, const Limits& limits,
                          std::uint64_t conflicts) {
    winner_ = 0;
    failed_.clear();
    if (engines_.size() == 1) {
        if (theories_ != nullptr) theories_->set_limits(0, limits);
        const Answer answer = first().solve(assumptions, limits, conflicts);
        if (answer == Answer::sat && theories_ != nullptr && !theories_->has_model(0)) return Answer::unknown;
        if (answer == Answer::unsat)
            failed_.assign(first().failed_assumptions().begin(), first().failed_assumptions().end());
        return answer;
    }
    std::unique_ptr<sat::CubesOfSolvers> cubes = open_ && assumptions.empty() ? std::exchange(open_, nullptr) : nullptr;
    if (!cubes) {
        open_.reset();
        cubes = cubes_of(assumptions, shared);
    }
    const Answer answer = cubes->run(limits, conflicts);
    if (answer == Answer::sat) winner_ = cubes->winner();
    if (answer == Answer::unsat) failed_ = cubes->failed_assumptions();
    if (answer == Answer::unknown && assumptions.empty())
        open_ = std::move(cubes);
    else
        cubes->report(ended_);
    return answer;
}

std::uint64_t EngineGroup::conflicts() const {
    std::uint64_t sum = 0;
    for (const auto& engine : engines_) sum += engine->conflicts();
    return sum;
}

std::uint64_t EngineGroup::effort() const {
    std::uint64_t sum = 0;
    for (const auto& engine : engines_) sum += engine->effort();
    return sum;
}

Statistics EngineGroup::statistics() const {
    Statistics statistics;
    for (const auto& engine : engines_) statistics.add(engine->statistics());
    if (engines_.size() == 1) return statistics;
    statistics.add(ended_);
    if (open_) open_->report(statistics);
    return statistics;
}

}  // namespace sinew::cardinality
