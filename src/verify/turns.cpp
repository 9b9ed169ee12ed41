#include "verify/turns.hpp"

#include <algorithm>
#include <functional>
#include <vector>

#include "search/branch_and_bound.hpp"
#include "search/lazy_search.hpp"
#include "search/phase_branching.hpp"
#include "search/projective.hpp"

namespace sinew::verify {

namespace {

/// An engine with its share of time: seconds of its first turn, and how much longer each next turn is.
struct Engine {
    std::function<model::Verdict(const Limits&)> run;
    double slice = 1;
    double growth = 2;
};

bool is_answer(const model::Verdict& verdict) {
    return verdict.status == model::Status::sat || verdict.status == model::Status::unsat;
}

/// An engine that stops before its slice is over has given up for good; the last one left has all the time there is.
model::Verdict take_turns(std::vector<Engine> engines, const Limits& limits) {
    model::Verdict verdict;
    while (!engines.empty()) {
        for (std::size_t e = 0; e < engines.size();) {
            const bool alone = engines.size() == 1;
            const Limits slice = alone ? limits : limits.within(engines[e].slice);
            verdict = engines[e].run(slice);
            if (is_answer(verdict) || limits.exceeded()) return verdict;
            engines[e].slice *= engines[e].growth;
            if (slice.exceeded())
                ++e;
            else
                engines.erase(engines.begin() + static_cast<std::ptrdiff_t>(e));
        }
    }
    return verdict;
}

std::size_t nonlinear_components(const model::Network& network) {
    std::size_t sum = 0;
    for (const model::Layer& layer : network.layers())
        if (std::holds_alternative<model::ActivationLayer>(layer.operation) ||
            std::holds_alternative<model::MaxPoolLayer>(layer.operation))
            sum += layer.size;
    return sum;
}

/// Products of weights and components that one evaluation takes.
std::size_t multiplications(const model::Network& network) {
    const auto products = [](const model::LinearMap& map) {
        const auto* const convolution = std::get_if<model::ConvolutionMap>(&map);
        return convolution == nullptr ? model::weights(map).size()
                                      : model::weights(map).size() * convolution->out_height * convolution->out_width;
    };
    std::size_t sum = 0;
    for (const model::Layer& layer : network.layers())
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms) sum += products(term.map);
    return sum;
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

/// Inputs from which on phases are split first: bisection needs 2^n boxes to halve n inputs.
constexpr std::size_t wide = 16;
/// Neurons up to which the linear theory alone often answers at once.
constexpr std::size_t few_neurons = 40;
/// Neurons and multiplications up to which it is worth a turn now and then.
constexpr std::size_t some_neurons = 1000;
constexpr std::size_t some_multiplications = 50000;

std::vector<Engine> bounded_engines(const model::Query& query, const Options& options, Observer& observer) {
    std::vector<Engine> engines;
    if (query.network.input_variables().size() >= wide && search::phase_branching_applies(query)) {
        const auto phases = [&](const Limits& limits) {
            search::PhaseOptions phase_options;
            phase_options.limits = limits;
            phase_options.seed = options.seed;
            return verdict_of(search::phase_branching(query, phase_options, observer), limits);
        };
        engines.push_back({phases, 2, 6});
    }
    const auto boxes = [&](const Limits& limits) {
        return search::branch_and_bound(query, {limits, options.threads, options.seed}, observer);
    };
    engines.push_back({boxes, engines.empty() ? 0.5 : 4.0, 2});
    return engines;
}

}  // namespace

model::Verdict decide_bounded(const model::Query& query, const Options& options, Observer& observer) {
    return take_turns(bounded_engines(query, options, observer), options.limits);
}

model::Verdict decide_automatically(const model::Query& query, const Options& options, Observer& observer) {
    const auto lazily = [&](const Limits& limits) {
        return search::solve_lazily(query, options.seed, limits, observer);
    };
    if (observer.wants_trace()) return lazily(options.limits);
    if (!search::branch_and_bound_applies(query)) {
        if (nonlinear_components(query.network) == 0 || !search::projective_applies(query))
            return lazily(options.limits);
        const model::Query bounded = search::project(query);
        const auto projected = [&](const Limits& limits) {
            model::Verdict verdict =
                search::branch_and_bound(bounded, {limits, options.threads, options.seed}, observer);
            if (verdict.witness) verdict.witness = search::unproject(query, *verdict.witness);
            return verdict;
        };
        return take_turns({{lazily, 0.05, 4}, {projected, 0.5, 2}}, options.limits);
    }
    std::vector<Engine> engines = bounded_engines(query, options, observer);
    const std::size_t neurons = nonlinear_components(query.network);
    if (neurons <= few_neurons) {
        // Equalities and thresholds that are hit exactly keep bisection busy for ever.
        engines.insert(engines.begin(), {lazily, 0.5, 2});
        return take_turns(std::move(engines), options.limits);
    }
    if (neurons <= some_neurons && multiplications(query.network) <= some_multiplications) {
        // The same once in a while: what bounds can do at all they mostly do at once.
        engines.insert(engines.begin() + 1, {lazily, engines.size() > 1 ? 1.5 : 0.6, 32});
        engines.front().slice = std::min(engines.front().slice, 0.4);
        engines.front().growth = 64;
        return take_turns(std::move(engines), options.limits);
    }
    model::Verdict verdict = take_turns(std::move(engines), options.limits);
    if (is_answer(verdict) || options.limits.exceeded()) return verdict;
    return lazily(options.limits);  // no box of doubles isolates x = 1/3: only exact arithmetic ends such a search
}

}  // namespace sinew::verify
