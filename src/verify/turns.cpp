#include "verify/turns.hpp"

#include <algorithm>
#include <vector>

#include "search/branch_and_bound.hpp"
#include "search/lazy_search.hpp"
#include "search/phase_branching.hpp"
#include "search/projective.hpp"
#include "verify/portfolio.hpp"

namespace sinew::verify {

namespace {

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
        const auto phases = [&](const Limits& limits, int) {
            search::PhaseOptions phase_options;
            phase_options.limits = limits;
            phase_options.settings = options.settings;
            return verdict_of(search::phase_branching(query, phase_options, observer), limits);
        };
        engines.push_back({phases, 2, 6});
    }
    const auto boxes = [&](const Limits& limits, int threads) {
        return search::branch_and_bound(query, {limits, threads, options.settings}, observer);
    };
    engines.push_back({boxes, engines.empty() ? 0.5 : 4.0, 2});
    return engines;
}

/// Engines of equal standing: at the same time where there are threads for it, in turns where not.
model::Verdict side_by_side(std::vector<Engine> engines, const Options& options) {
    if (options.threads > 1 && engines.size() > 1) return race(std::move(engines), options.limits, options.threads);
    return take_turns(std::move(engines), options.limits, options.threads);
}

model::Verdict decide_unbounded(const model::Query& query, Engine lazy, const Options& options, Observer& observer) {
    const model::Query bounded = search::project(query);
    const auto projected = [&](const Limits& limits, int threads) {
        model::Verdict verdict = search::branch_and_bound(bounded, {limits, threads, options.settings}, observer);
        if (verdict.witness) verdict.witness = search::unproject(query, *verdict.witness);
        return verdict;
    };
    lazy.slice = 0.05;
    lazy.growth = 4;
    return side_by_side({std::move(lazy), {projected, 0.5, 2}}, options);
}

/// The clause-learning engine beside the bounded ones: first in the line where the network is small, a fallback where
/// it is not (what bounds can do at all they mostly do at once).
model::Verdict decide_with_lazy(std::vector<Engine> engines, Engine lazy, std::size_t neurons, const Options& options) {
    if (neurons <= few_neurons) {
        lazy.slice = 0.5;
        engines.insert(engines.begin(), std::move(lazy));
        return side_by_side(std::move(engines), options);
    }
    const bool is_wide = engines.size() > 1;
    lazy.slice = is_wide ? 1.5 : 0.6;
    lazy.growth = 32;
    engines.front().slice = 4;
    engines.front().growth = 64;
    // Branch and bound has better use for a second thread than this fallback; a third one is the fallback's.
    const bool races = options.threads > 2 || (options.threads == 2 && is_wide);
    const auto place = !races ? 1 : options.threads > 2 ? 0 : 2;
    engines.insert(engines.begin() + place, std::move(lazy));
    return races ? race(std::move(engines), options.limits, options.threads)
                 : take_turns(std::move(engines), options.limits, options.threads);
}

model::Verdict choose(const model::Query& query, const Options& options, Observer& observer) {
    const auto lazily = [&](const Limits& limits, int) {
        return search::solve_lazily(query, options.settings, limits, observer);
    };
    if (observer.wants_trace()) return lazily(options.limits, 1);
    const std::size_t neurons = nonlinear_components(query.network);
    if (!search::branch_and_bound_applies(query)) {
        if (neurons == 0 || !search::projective_applies(query)) return lazily(options.limits, 1);
        return decide_unbounded(query, {lazily}, options, observer);
    }
    std::vector<Engine> engines = bounded_engines(query, options, observer);
    if (neurons <= few_neurons || (neurons <= some_neurons && multiplications(query.network) <= some_multiplications))
        return decide_with_lazy(std::move(engines), {lazily}, neurons, options);
    model::Verdict verdict = side_by_side(std::move(engines), options);
    if (is_answer(verdict) || options.limits.exceeded()) return verdict;
    return lazily(options.limits, 1);  // no box of doubles isolates x = 1/3: only exact arithmetic ends such a search
}

}  // namespace

model::Verdict decide_bounded(const model::Query& query, const Options& options, Observer& observer) {
    SharedObserver shared(observer);
    return side_by_side(bounded_engines(query, options, shared), options);
}

model::Verdict decide_automatically(const model::Query& query, const Options& options, Observer& observer) {
    SharedObserver shared(observer);
    return choose(query, options, shared);
}

}  // namespace sinew::verify
