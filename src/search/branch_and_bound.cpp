// SPDX-License-Identifier: Apache-2.0
#include "search/branch_and_bound.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/run_together.hpp"
#include "engine/turns.hpp"
#include "search/boundary.hpp"
#include "search/box_worker.hpp"

namespace sinew::search {

namespace {
/// Smooth networks are searched in rounds. A node whose condition could hold by less than the round's tolerance (in
/// units of the root's bound, where that is above 1) waits for the next round: splitting it now would crowd the search
/// around points that are on the boundary, if such there are.
constexpr double tolerances[] = {1e-6, 1e-9, 1e-12};
/// Nodes that are left after the last round: so many are given to the exact linear theory.
constexpr std::size_t most_last_leaves = 64;

/// Until the pool is empty or somebody stops it. True when it is empty.
bool run_all(BoxSearch& shared, const std::vector<std::unique_ptr<BoxWorker>>& workers, const engine::Turn& turn) {
    shared.pool.reopen();
    shared.stop_reason = StopReason::none;
    const std::size_t count = run_together(
        workers.size(), turn.limits,
        [&](std::size_t worker, std::size_t together, const Limits& own) { workers[worker]->run(together, own); },
        [&] { shared.pool.stop(); });
    if (count < workers.size())
        shared.observer.message(fmt::format("{} of {} threads: the system gives no more", count, workers.size()));
    return !shared.witness && shared.stop_reason == StopReason::none;
}
}  // namespace

struct BranchAndBound::State {
    State(Problem given, const BranchAndBoundOptions& wanted, Observer& observer)
        : problem(std::move(given)),
          options(configured(wanted)),
          shared{problem,
                 options,
                 observer,
                 // Clauses of smooth networks name points of pre-activations that hardly recur.
                 {problem.boxes.size(), problem.smooth ? Learning::off : static_cast<Learning>(options.box.learning),
                  options.clauses, options.proof != nullptr}} {
        shared.next_attack = options.box.attack_interval;  // the roots are attacked before
    }

    static BranchAndBoundOptions configured(BranchAndBoundOptions wanted) {
        wanted.box = wanted.settings.options(box_option_table(), wanted.box);
        return wanted;
    }

    Problem problem;
    BranchAndBoundOptions options;
    BoxSearch shared;
    std::vector<std::unique_ptr<BoxWorker>> workers;
    enum class Stage : std::uint8_t { roots, rounds, leaves, done } stage = Stage::roots;
    std::size_t round = 0;
    engine::Revision seen = 0;
};

BranchAndBound::BranchAndBound(std::unique_ptr<State> state) : state_(std::move(state)) {}
BranchAndBound::~BranchAndBound() = default;

std::unique_ptr<BranchAndBound> BranchAndBound::make(const model::Query& query, const BranchAndBoundOptions& options,
                                                     Observer& observer, std::string& obstacle) {
    Problem problem = Problem::prepare(query, obstacle);
    if (!obstacle.empty()) return nullptr;
    // The checker of proofs knows each network alone.
    problem.couples = options.settings.options(box_option_table(), options.box).couple && options.proof == nullptr;
    if (options.part != nullptr)
        for (const engine::Literal& phase : options.part->splits) problem.assume(phase);
    auto state = std::make_unique<State>(std::move(problem), options, observer);
    if (options.part != nullptr && state->shared.clauses.learning != Learning::off)
        for (const std::vector<engine::Literal>& together : options.part->refuted) state->shared.clauses.add(together);
    return std::unique_ptr<BranchAndBound>(new BranchAndBound(std::move(state)));
}

void BranchAndBound::take_news(const engine::Knowledge& knowledge) {
    const engine::Revision now = knowledge.revision();
    if (now != state_->seen && state_->options.proof == nullptr)
        for (const engine::Literal& news : knowledge.bounds_since(std::exchange(state_->seen, now)))
            for (const auto& worker : state_->workers) worker->know(news);
}

bool BranchAndBound::begin_round() {
    BoxSearch& shared = state_->shared;
    if (shared.parked.empty() || shared.crowded || state_->round >= std::size(tolerances)) return false;
    shared.proven = shared.boundary;
    shared.tolerance = tolerances[state_->round] * shared.unit;
    shared.boundary = 0;
    for (Node& node : std::exchange(shared.parked, {})) {
        if (node.bound < -shared.tolerance) {
            shared.pool.push(std::move(node));
        } else {
            shared.boundary = std::max(shared.boundary, -node.bound);
            shared.parked.push_back(std::move(node));
        }
    }
    return true;
}

/// Smooth networks: the search once for each tolerance. True when the last one is over.
bool BranchAndBound::run_rounds(const engine::Turn& turn) {
    do {
        if (!run_all(state_->shared, state_->workers, turn)) return false;
        ++state_->round;
    } while (begin_round());
    return true;
}

/// Smooth networks: what is left after the last round. True when all of it has been looked at.
bool BranchAndBound::decide_parked(const engine::Turn& turn) {
    BoxSearch& shared = state_->shared;
    if (shared.crowded || shared.parked.size() > most_last_leaves) {
        shared.incomplete = true;
        return true;
    }
    shared.pool.reopen();
    while (!shared.parked.empty() && !shared.witness) {
        if (!state_->workers[0]->decide_last(shared.parked.back(), turn.limits)) return false;
        shared.parked.pop_back();
    }
    return true;
}

engine::Progress BranchAndBound::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    using Stage = State::Stage;
    State& state = *state_;
    BoxSearch& shared = state.shared;
    if (shared.broken || state.stage == Stage::done) return engine::Progress::exhausted;
    while (state.workers.size() < static_cast<std::size_t>(std::max(1, turn.threads)))
        state.workers.push_back(
            std::make_unique<BoxWorker>(shared, seed_of_place(state.options.settings.seed(), state.workers.size())));
    take_news(knowledge);
    shared.stop_reason = StopReason::none;
    shared.pool.reopen();
    const auto goes_on = [&] { return !shared.witness && shared.stop_reason == StopReason::none && !shared.broken; };
    if (state.stage == Stage::roots && state.workers[0]->open_roots(turn.limits, state.workers) && goes_on()) {
        tell_roots(knowledge);
        state.stage = Stage::rounds;
        if (state.problem.smooth) shared.tolerance = tolerances[0] * shared.unit;
    }
    if (state.stage == Stage::rounds && goes_on() && run_rounds(turn)) {
        state.stage = Stage::leaves;
        shared.boundary = shared.parked.empty() ? shared.boundary : 0;
    }
    if (state.stage == Stage::leaves && goes_on() && decide_parked(turn)) state.stage = Stage::done;
    if (shared.witness) {
        knowledge.found(shared.witness->witness, name());
        return engine::Progress::answered;
    }
    tell_clauses();
    if (state.stage != Stage::done) return engine::Progress::paused;
    if (shared.incomplete) return engine::Progress::exhausted;
    knowledge.refuted(name());
    return engine::Progress::answered;
}

/// What holds in all roots that are open holds of all solutions.
void BranchAndBound::tell_roots(engine::Knowledge& knowledge) const {
    const bounds::State& hull = state_->workers[0]->root_hull();
    if (hull.lower.empty()) return;
    std::vector<engine::Literal> bounds;
    for (const std::uint32_t variable : state_->workers[0]->network_bounds().phase_variables()) {
        const engine::Subject subject{Variable(variable)};
        if (std::isfinite(hull.lower[variable])) bounds.push_back(engine::at_least(subject, hull.lower[variable]));
        if (std::isfinite(hull.upper[variable])) bounds.push_back(engine::at_most(subject, hull.upper[variable]));
    }
    knowledge.raise(bounds, name());
}

/// Those of a root box hold in all of the query where it is the only one.
void BranchAndBound::tell_clauses() const {
    if (state_->options.learned == nullptr || state_->problem.boxes.size() != 1) return;
    std::vector<std::vector<engine::Literal>>& told = state_->options.learned->refuted;
    told.clear();
    for (const std::vector<Decision>& together : state_->shared.clauses.of_box[0]->all()) {
        std::vector<engine::Literal>& bounds = told.emplace_back();
        for (const Decision& decision : together) bounds.push_back(literal_of(decision));
    }
}

Statistics BranchAndBound::statistics() const {
    Statistics statistics;
    for (const auto& worker : state_->workers) worker->report(statistics);
    if (state_->shared.witness)
        statistics.add("witness_holds_in_float32", state_->shared.witness->float32_agrees ? 1 : 0);
    return statistics;
}

std::string BranchAndBound::reason() const {
    const BoxSearch& shared = state_->shared;
    if (shared.stop_reason != StopReason::none) return shared.proven >= 0 ? boundary_reason(shared.proven) : "";
    if (shared.incomplete && shared.tolerance >= 0) return boundary_reason(shared.boundary);
    return "a box too small to split could not be decided";
}

model::Verdict branch_and_bound(const model::Query& query, const BranchAndBoundOptions& options, const Limits& limits,
                                int threads, Observer& observer) {
    std::string obstacle;
    std::unique_ptr<BranchAndBound> engine = BranchAndBound::make(query, options, observer, obstacle);
    if (!engine) {
        model::Verdict verdict;
        verdict.reason = obstacle;
        return verdict;
    }
    return engine::decide_alone(std::move(engine), query, limits, threads);
}

}  // namespace sinew::search
