#include "verify/verify.hpp"

#include <algorithm>
#include <chrono>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "integer/query_model.hpp"
#include "model/evaluate_enclosed.hpp"
#include "model/stopped.hpp"
#include "search/branch_and_bound.hpp"
#include "search/certain_atoms.hpp"
#include "search/lazy_search.hpp"
#include "search/textbook.hpp"
#include "verify/binarized.hpp"
#include "verify/portfolio.hpp"
#include "verify/smooth.hpp"
#include "verify/solve_integer.hpp"
#include "verify/turns.hpp"

namespace sinew::verify {

namespace {

bool has_integers(const model::Query& query) {
    return std::any_of(query.domains.begin(), query.domains.end(),
                       [](const auto& entry) { return entry.second.kind == model::DomainKind::integer; });
}

model::Verdict give_up(std::string reason) {
    model::Verdict verdict;
    verdict.reason = std::move(reason);
    return verdict;
}

/// Where all inputs are integers the integer engine takes turns with those over reals, which split on integers too.
model::Verdict decide_integers_or_reals(const model::Query& query, const Options& options, Observer& observer) {
    const auto by_reals = [&](const Limits& limits, int threads) {
        Options within = options;
        within.limits = limits;
        within.threads = threads;
        return decide_automatically(query, within, observer);
    };
    const bool over_integers = !query.network.input_variables().empty() && integer::QueryModel::is_over_integers(query);
    if (!over_integers || observer.wants_trace()) return by_reals(options.limits, options.threads);
    const auto by_integers = [&](const Limits& limits, int) {
        return solve_integer(query, options.settings, limits, observer);
    };
    return take_turns({{by_integers, 0.5, 3}, {by_reals, 1, 3}}, options.limits, options.threads);
}

model::Verdict decide(const model::Query& query, const Options& options, Observer& observer) {
    throw_if_reached(options.limits);  // reading may have taken all there was
    if (query.precision) {
        if (options.strategy != Strategy::automatic)
            throw UsageError("queries with a precision are for the automatic strategy");
        return solve_integer(query, options.settings, options.limits, observer);
    }
    if (model::is_smooth(query.network)) return decide_smooth(query, options, observer);
    switch (options.strategy) {
        case Strategy::textbook:
            if (has_integers(query)) throw UsageError("the textbook strategy knows no integer domains");
            return search::solve_textbook(query, options.limits, observer);
        case Strategy::lazy:
            return search::solve_lazily(query, options.settings, options.limits, observer);
        case Strategy::branch_and_bound: {
            std::string reason;
            if (!search::branch_and_bound_applies(query, &reason)) throw UsageError("branch_and_bound: " + reason);
            return decide_bounded(query, options, observer);
        }
        case Strategy::binarized:
            return decide_binarized(query, options, observer);
        case Strategy::automatic:
            if (is_binarized(query) && !has_integers(query) && !observer.wants_trace())
                return decide_binarized(query, options, observer);
            return decide_integers_or_reals(query, options, observer);
    }
    return give_up("unknown strategy");
}

/// Enclosures cannot tell that two irrational numbers are equal; that components are the same by how they are made can.
bool confirmed(const model::Query& query, const model::Witness& witness) {
    if (model::confirms(query, witness)) return true;
    return !witness.radii.empty() && model::confirms(search::without_certain_atoms(query), witness);
}

}  // namespace

model::Verdict verify(const model::Query& query, const Options& options, Observer& observer) {
    const auto start = std::chrono::steady_clock::now();
    const LimitScope scope(options.limits);  // for loops that are handed no limits
    model::Verdict verdict;
    try {
        verdict = decide(query, options, observer);
        // The last line of defence: whatever found it, a witness is only one if exact evaluation says so.
        if (verdict.status == model::Status::sat) {
            require(verdict.witness.has_value(), "sat comes with a witness");
            require(confirmed(query, *verdict.witness), "a witness satisfies its query exactly");
        }
    } catch (const LimitReached& limit) {
        verdict = model::stopped(limit.reason());
    }
    verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return verdict;
}

}  // namespace sinew::verify
