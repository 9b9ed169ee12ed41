#include "search/lazy_search.hpp"

#include <algorithm>
#include <optional>

#include "model/evaluate.hpp"
#include "search/lazy_solver.hpp"
#include "search/story.hpp"

namespace sinew::search {

namespace {

model::Status stopped_status(const Limits& limits, std::string& reason) {
    const StopReason stop = limits.reached();
    reason = stop == StopReason::none ? "the search gave up" : std::string(to_string(stop));
    return stop == StopReason::timeout ? model::Status::timeout : model::Status::unknown;
}

model::Witness read_witness(const model::Query& query, const Encoding& encoding, const LazySolver& solver) {
    std::vector<Rational> inputs;
    for (const Variable input : query.network.input_variables()) inputs.push_back(solver.value(input));
    model::Witness witness;
    witness.values = model::evaluate(query.network, inputs);
    for (const sat::Literal boolean : encoding.booleans) witness.booleans.push_back(solver.is_true(boolean));
    return witness;
}

std::vector<std::size_t> positions(std::span<const sat::Literal> all, std::span<const sat::Literal> some) {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (std::find(some.begin(), some.end(), all[i]) != some.end()) result.push_back(i);
    return result;
}

/// `failed` present: the query's Booleans are assumed.
model::Verdict search_lazily(const model::Query& query, const Settings& settings, const Limits& limits,
                             Observer& observer, std::vector<std::size_t>* failed) {
    model::Verdict verdict;
    const Encoding encoding = encode(query);
    std::span<const sat::Literal> assumptions;
    if (failed != nullptr) assumptions = encoding.booleans;
    Story story(query, encoding, observer);
    LazySolver solver(encoding, settings, limits, observer.wants_trace() ? &story : nullptr);
    // Assumptions state what is known of the neurons, and bounding them without these would be in vain.
    if (!observer.wants_trace() && failed == nullptr) solver.strengthen(encoding.breakpoints);
    std::uint64_t splits = 0;
    while (true) {
        const sat::Result result = solver.solve(assumptions);
        if (result == sat::Result::unknown) {
            verdict.status = stopped_status(limits, verdict.reason);
            break;
        }
        if (result == sat::Result::unsat) {
            verdict.status = model::Status::unsat;
            if (failed != nullptr) *failed = positions(encoding.booleans, solver.failed_assumptions());
            break;
        }
        if (solver.split()) {
            solver.impose_split();
            observer.progress({.nodes = ++splits});
            continue;
        }
        verdict.status = model::Status::sat;
        verdict.witness = read_witness(query, encoding, solver);
        break;
    }
    if (observer.wants_trace())
        observer.trace(verdict.status == model::Status::sat     ? "SAT"
                       : verdict.status == model::Status::unsat ? "UNSAT: a contradiction without decisions"
                                                                : "UNKNOWN");
    verdict.statistics.add(solver.statistics());
    return verdict;
}

}  // namespace

model::Verdict solve_lazily(const model::Query& query, const Settings& settings, const Limits& limits,
                            Observer& observer) {
    return search_lazily(query, settings, limits, observer, nullptr);
}

model::Verdict solve_assuming(const model::Query& query, const Settings& settings, const Limits& limits,
                              Observer& observer, std::vector<std::size_t>& failed) {
    return search_lazily(query, settings, limits, observer, &failed);
}

}  // namespace sinew::search
