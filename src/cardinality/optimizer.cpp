// SPDX-License-Identifier: Apache-2.0
#include "cardinality/optimizer.hpp"

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "cardinality/minimize.hpp"
#include "cardinality/residues.hpp"

namespace sinew::cardinality {

struct Optimizer::State {
    State(Problem given, const Options& chosen) : problem(std::move(given)), options(chosen) {}

    Problem problem;
    Options options;
    Hints hints;
    std::optional<Engine> engine;  ///< of decisions
    Loaded loaded;
    bool hints_changed = true;
    bool residues_known = false;  ///< looked for once: what is added later only adds to them
    Statistics finished;          ///< of minimisations

    Result decide(std::span<const Literal> assumptions, const Limits& limits);
};

Optimizer::Optimizer(Problem problem, const Options& options)
    : state_(std::make_unique<State>(std::move(problem), options)) {}
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

Result Optimizer::State::decide(std::span<const Literal> assumptions, const Limits& limits) {
    Result result;
    const auto agrees = [&](Literal l) { return hints.solution[l.variable().index()] != l.negated(); };
    if (hints_changed && hints.solution.size() == problem.variable_count() && problem.satisfied_by(hints.solution) &&
        std::all_of(assumptions.begin(), assumptions.end(), agrees)) {
        result.outcome = Outcome::sat;
        result.model = hints.solution;
        return result;
    }
    if (!engine) engine.emplace(options);
    if (!load(*engine, problem, loaded, limits)) {
        result.outcome = Outcome::unsat;
        return result;
    }
    if (!loaded.all_of(problem)) return result;
    if (options.residues && !residues_known) {
        residues_known = true;
        Residues residues;
        if (!strengthen_by_residues(problem, *engine, nullptr, limits, residues)) {
            result.outcome = Outcome::unsat;
            return result;
        }
    }
    if (hints_changed) hints.apply(*engine);
    hints_changed = false;
    const std::uint64_t conflicts =
        options.conflict_limit < 0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(options.conflict_limit);
    const Answer answer = engine->solve(assumptions, limits, conflicts);
    if (answer == Answer::unsat) {
        result.outcome = Outcome::unsat;
        result.core.assign(engine->failed_assumptions().begin(), engine->failed_assumptions().end());
    } else if (answer == Answer::sat) {
        result.outcome = Outcome::sat;
        result.model = engine->model();
        require(problem.satisfied_by(result.model), "a model satisfies the problem");
        for (const Literal literal : assumptions)
            require(result.model[literal.variable().index()] != literal.negated(), "a model satisfies the assumptions");
    }
    return result;
}

Result Optimizer::solve(std::span<const Literal> assumptions, const Limits& limits, Listener* listener) {
    State& state = *state_;
    for (const Literal literal : assumptions)
        if (!literal.valid() || literal.variable().index() >= state.problem.variable_count())
            throw UsageError("an assumption names a variable that the problem does not have");
    if (!state.problem.has_objective()) return state.decide(assumptions, limits);
    Minimizer minimizer(state.problem, state.options, state.hints, assumptions);
    Result result = minimizer.run(limits, listener);
    state.finished.add(minimizer.statistics());
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
    if (state_->engine) statistics.add(state_->engine->statistics());
    return statistics;
}

}  // namespace sinew::cardinality
