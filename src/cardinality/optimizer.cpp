// SPDX-License-Identifier: Apache-2.0
#include "cardinality/optimizer.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/run_together.hpp"
#include "cardinality/engine_group.hpp"
#include "cardinality/minimize.hpp"
#include "cardinality/residues.hpp"

namespace sinew::cardinality {

struct Optimizer::State {
    State(Problem given, const Options& chosen, std::size_t wanted)
        : problem(std::move(given)), options(chosen), threads(wanted), parts(wanted) {}

    Problem problem;
    Options options;
    Hints hints;
    std::size_t threads;
    std::optional<EngineGroup> engines;  ///< of decisions
    struct Part {
        Loaded loaded;
        bool residues_known = false;  ///< looked for once: what is added later only adds to them
    };
    std::vector<Part> parts;  ///< by engine
    bool hints_changed = true;
    Statistics finished;  ///< of minimisations

    bool prepare(Engine& engine, Part& part, const Limits& limits);
    Result minimise(std::span<const Literal> assumptions, const Limits& limits, Listener* listener);
    Result decide(std::span<const Literal> assumptions, const Limits& limits);
};

Optimizer::Optimizer(Problem problem, const Options& options, std::size_t threads)
    : state_(std::make_unique<State>(std::move(problem), options, threads)) {}
Optimizer::Optimizer(Optimizer&&) noexcept = default;
Optimizer& Optimizer::operator=(Optimizer&&) noexcept = default;
Optimizer::~Optimizer() = default;

Problem& Optimizer::problem() {
    return state_->problem;
}

void Optimizer::suggest_phase(Literal preferred) {
    state_->hints.phases.push_back(preferred);
    state_->hints_changed = true;
}

void Optimizer::suggest_solution(const std::vector<bool>& values) {
    state_->hints.solution = values;
    state_->hints.phases.clear();
    state_->hints_changed = true;
}

void Optimizer::prefer_decision(BoolVar variable, std::uint32_t priority) {
    state_->hints.preferred.emplace_back(variable, priority);
    state_->hints_changed = true;
}

/// False: a contradiction came out.
bool Optimizer::State::prepare(Engine& engine, Part& part, const Limits& limits) {
    if (!load(engine, problem, part.loaded, limits)) return false;
    if (!options.residues || part.residues_known || !part.loaded.all_of(problem)) return true;
    part.residues_known = true;
    Residues residues;
    return strengthen_by_residues(problem, engine, nullptr, limits, residues);
}

Result Optimizer::State::decide(std::span<const Literal> assumptions, const Limits& limits) {
    Result result;
    const auto agrees = [&](Literal l) { return hints.solution[l.variable().index()] != l.negated(); };
    if (hints_changed && hints.solution.size() == problem.variable_count() && problem.satisfied_by(hints.solution) &&
        std::all_of(assumptions.begin(), assumptions.end(), agrees)) {
        result.outcome = Outcome::sat;
        result.model = hints.solution;
        return result;
    }
    if (!engines) engines.emplace(options, threads);
    const auto prepare_one = [&](Engine& engine, std::size_t place) {
        return prepare(engine, parts[place], place == 0 ? limits : limits.without_effort());
    };
    if (!engines->for_each(prepare_one)) {
        result.outcome = Outcome::unsat;
        if (options.proof != nullptr) result.reason = engines->first().proof()->contradiction();
        return result;
    }
    for (std::size_t place = 0; place < engines->size(); ++place)
        if (!parts[place].loaded.all_of(problem)) return result;
    if (hints_changed) engines->for_each([&](Engine& engine, std::size_t) { return hints.apply(engine), true; });
    hints_changed = false;
    const std::uint64_t conflicts =
        options.conflict_limit < 0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(options.conflict_limit);
    const Answer answer = engines->solve(assumptions, problem.variable_count(), limits, conflicts);
    if (answer == Answer::unsat) {
        result.outcome = Outcome::unsat;
        result.core.assign(engines->failed_assumptions().begin(), engines->failed_assumptions().end());
        if (options.proof != nullptr)
            result.reason =
                result.core.empty() ? engines->first().proof()->contradiction() : engines->first().failed_id();
    } else if (answer == Answer::sat) {
        result.outcome = Outcome::sat;
        result.model = engines->model();
        require(problem.satisfied_by(result.model), "a model satisfies the problem");
        for (const Literal literal : assumptions)
            require(result.model[literal.variable().index()] != literal.negated(), "a model satisfies the assumptions");
    }
    return result;
}

/// Of several threads the second has the trials from below to itself; further ones begin from other seeds.
Result Optimizer::State::minimise(std::span<const Literal> assumptions, const Limits& limits, Listener* listener) {
    Minimizer::SharedBest shared(0);
    std::vector<std::unique_ptr<Minimizer>> minimizers;
    for (std::size_t place = 0; place < threads; ++place) {
        using Ways = Minimizer::Ways;
        Options own = options;
        own.seed = seed_of_place(options.seed, place);
        const Ways ways = threads == 1 || place > 1 ? Ways::all : place == 0 ? Ways::above_and_cores : Ways::below;
        minimizers.push_back(
            std::make_unique<Minimizer>(problem, own, hints, assumptions, ways, threads == 1 ? nullptr : &shared));
    }
    Result result;
    if (threads == 1) {
        result = minimizers.front()->run(limits, listener);
    } else {
        const Limits until_finished = limits.until(shared.finished());
        const Limits scope_limits = current_limits();
        run_together(threads, [&](std::size_t place, std::size_t) {
            const LimitScope scope(scope_limits);
            try {
                minimizers[place]->run(place == 0 ? until_finished : until_finished.without_effort(), listener);
            } catch (...) {
                shared.give_up();
                throw;
            }
        });
        result = minimizers.front()->result();
    }
    for (const auto& minimizer : minimizers) finished.add(minimizer->statistics());
    return result;
}

Result Optimizer::solve(std::span<const Literal> assumptions, const Limits& limits, Listener* listener) {
    State& state = *state_;
    if (state.options.proof != nullptr &&
        (state.threads > 1 || (state.problem.has_objective() && !assumptions.empty())))
        throw UsageError("a proof is written by one thread, and of optima without assumptions");
    for (const Literal literal : assumptions)
        if (!literal.valid() || literal.variable().index() >= state.problem.variable_count())
            throw UsageError("an assumption names a variable that the problem does not have");
    if (!state.problem.has_objective()) return state.decide(assumptions, limits);
    Result result = state.minimise(assumptions, limits, listener);
    if (result.outcome != Outcome::unsat || assumptions.empty()) return result;
    // Which assumptions are to blame: a decision says.
    const Result decision = state.decide(assumptions, limits);
    if (decision.outcome == Outcome::unsat)
        result.core = decision.core;
    else
        result.core.assign(assumptions.begin(), assumptions.end());
    return result;
}

Statistics Optimizer::statistics() const {
    Statistics statistics = state_->finished;
    if (state_->engines) statistics.add(state_->engines->statistics());
    return statistics;
}

}  // namespace sinew::cardinality
