#include "verify/verify.hpp"

#include <algorithm>
#include <chrono>

#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "search/branch_and_bound.hpp"
#include "search/lazy_search.hpp"
#include "search/phase_branching.hpp"
#include "search/textbook.hpp"

namespace sinew::verify {

namespace {

bool is_smooth(const model::Query& query) {
    return std::any_of(query.network.layers().begin(), query.network.layers().end(), [](const model::Layer& layer) {
        const auto* activation = std::get_if<model::ActivationLayer>(&layer.operation);
        return activation != nullptr && !model::is_piecewise_linear(activation->activation);
    });
}

bool has_integers(const model::Query& query) {
    return std::any_of(query.domains.begin(), query.domains.end(),
                       [](const auto& entry) { return entry.second.kind == model::DomainKind::integer; });
}

model::Verdict give_up(std::string reason) {
    model::Verdict verdict;
    verdict.reason = std::move(reason);
    return verdict;
}

model::Verdict verdict_of(search::PhaseResult result, const Limits& limits) {
    model::Verdict verdict;
    verdict.statistics = std::move(result.statistics);
    switch (result.outcome) {
        case search::PhaseOutcome::refuted:
            verdict.status = model::Status::unsat;
            break;
        case search::PhaseOutcome::satisfied:
            verdict.status = model::Status::sat;
            verdict.witness = std::move(result.confirmation->witness);
            break;
        case search::PhaseOutcome::open:
            verdict.status = limits.reached() == StopReason::timeout ? model::Status::timeout : model::Status::unknown;
            verdict.reason = std::move(result.reason);
            break;
    }
    return verdict;
}

/// Inputs from which on splitting phases is tried before splitting boxes: bisection needs 2^n boxes to halve n inputs.
constexpr std::size_t wide = 16;

model::Verdict decide_bounded(const model::Query& query, const Options& options, Observer& observer) {
    if (query.network.input_variables().size() >= wide && search::phase_branching_applies(query)) {
        search::PhaseOptions phase_options;
        phase_options.limits = options.limits;
        phase_options.seed = options.seed;
        search::PhaseResult result = search::phase_branching(query, phase_options, observer);
        if (result.outcome != search::PhaseOutcome::open || options.limits.exceeded())
            return verdict_of(std::move(result), options.limits);
    }
    return search::branch_and_bound(query, {options.limits, options.threads, options.seed}, observer);
}

std::size_t nonlinear_components(const model::Network& network) {
    std::size_t sum = 0;
    for (const model::Layer& layer : network.layers())
        if (std::holds_alternative<model::ActivationLayer>(layer.operation) ||
            std::holds_alternative<model::MaxPoolLayer>(layer.operation))
            sum += layer.size;
    return sum;
}

bool is_answer(const model::Verdict& verdict) {
    return verdict.status == model::Status::sat || verdict.status == model::Status::unsat;
}

/// Neurons up to which the linear theory alone often answers at once.
constexpr std::size_t few_neurons = 40;
constexpr double first_slice = 0.5;  // seconds; every slice is twice as long as the last

/// Boxes and phases first where every input is bounded; the linear theory alone where one is not, and where boxes end
/// undecided (no box of doubles isolates x = 1/3). On small networks the two take turns: equalities and thresholds that
/// are hit exactly keep bisection busy for ever, and the linear theory drowns where phases are many.
model::Verdict decide_automatically(const model::Query& query, const Options& options, Observer& observer) {
    const auto lazily = [&](const Limits& limits) {
        return search::solve_lazily(query, options.seed, limits, observer);
    };
    if (!search::branch_and_bound_applies(query) || observer.wants_trace()) return lazily(options.limits);
    const bool take_turns = nonlinear_components(query.network) <= few_neurons;
    for (double slice = first_slice;; slice *= 2) {
        Options part = options;
        if (take_turns) {
            const model::Verdict verdict = lazily(options.limits.within(slice));
            if (is_answer(verdict) || options.limits.exceeded()) return verdict;
            part.limits = options.limits.within(slice);
        }
        const model::Verdict verdict = decide_bounded(query, part, observer);
        if (is_answer(verdict) || options.limits.exceeded()) return verdict;
        if (!part.limits.exceeded()) return lazily(options.limits);  // it gave up, and always will
    }
}

model::Verdict decide(const model::Query& query, const Options& options, Observer& observer) {
    if (query.precision) return give_up("integer neuron constraints (precision) are not decided yet");
    if (is_smooth(query)) return give_up("networks with tanh or sigmoid neurons are not decided yet");
    switch (options.strategy) {
        case Strategy::textbook:
            if (has_integers(query)) throw UsageError("the textbook strategy knows no integer domains");
            return search::solve_textbook(query, options.limits, observer);
        case Strategy::lazy:
            return search::solve_lazily(query, options.seed, options.limits, observer);
        case Strategy::branch_and_bound: {
            std::string reason;
            if (!search::branch_and_bound_applies(query, &reason)) throw UsageError("branch_and_bound: " + reason);
            return decide_bounded(query, options, observer);
        }
        case Strategy::automatic:
            return decide_automatically(query, options, observer);
    }
    return give_up("unknown strategy");
}

}  // namespace

model::Verdict verify(const model::Query& query, const Options& options, Observer& observer) {
    const auto start = std::chrono::steady_clock::now();
    model::Verdict verdict = decide(query, options, observer);
    // The last line of defence: whatever found it, a witness is only one if exact evaluation says so.
    if (verdict.status == model::Status::sat) {
        require(verdict.witness.has_value(), "sat comes with a witness");
        require(model::satisfies(query, verdict.witness->values, verdict.witness->booleans),
                "a witness satisfies its query exactly");
    }
    verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return verdict;
}

}  // namespace sinew::verify
