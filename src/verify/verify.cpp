// SPDX-License-Identifier: Apache-2.0
#include "verify/verify.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/error.hpp"
#include "base/infinity.hpp"
#include "base/limit_scope.hpp"
#include "base/shared_observer.hpp"
#include "base/work_times.hpp"
#include "model/evaluate_enclosed.hpp"
#include "model/stopped.hpp"
#include "search/certain_atoms.hpp"
#include "search/textbook.hpp"
#include "verify/float32_witness.hpp"
#include "verify/line_up.hpp"
#include "verify/preparation.hpp"

namespace sinew::verify {

namespace {

bool has_integers(const model::Query& query) {
    return std::any_of(query.domains.begin(), query.domains.end(),
                       [](const auto& entry) { return entry.second.kind == model::DomainKind::integer; });
}

bool is_empty(const engine::Part& part) {
    return part.splits.empty() && part.bounds.empty() && part.refuted.empty();
}

/// What is known of pre-activations; of neurons that the part has split what was known before.
void learn(const engine::Knowledge& knowledge, const Options& options) {
    const engine::Part given = options.part == nullptr ? engine::Part() : *options.part;
    const auto is_split = [&](engine::Subject subject) {
        return std::any_of(given.splits.begin(), given.splits.end(),
                           [&](const engine::Literal& split) { return split.subject == subject; });
    };
    engine::Part& learned = *options.learned;
    learned.splits = given.splits;
    learned.rounds = given.rounds;
    learned.bounds.clear();
    for (const engine::Literal& bound : knowledge.bounds_since(0)) {
        if (bound.subject.is_boolean() || knowledge.query().network.is_input(bound.subject.variable())) continue;
        if (std::isfinite(bound.value) && !is_split(bound.subject)) learned.bounds.push_back(bound);
    }
    for (const engine::Literal& bound : given.bounds)
        if (is_split(bound.subject)) learned.bounds.push_back(bound);
}

model::Verdict decide(const model::Query& query, const Options& options, Observer& observer) {
    throw_if_reached(options.limits);  // reading may have taken all there was
    if (options.proof != nullptr && options.strategy != Strategy::automatic &&
        options.strategy != Strategy::branch_and_bound)
        throw UsageError("a proof is written by branch_and_bound alone");
    if (options.strategy == Strategy::textbook) {
        if (model::is_smooth(query.network)) throw UsageError("the textbook strategy knows no tanh or sigmoid neurons");
        if (has_integers(query)) throw UsageError("the textbook strategy knows no integer domains");
        const WorkScope scope(Work::tree);
        return search::solve_textbook(query, options.limits, observer);
    }
    if (options.strategy == Strategy::binarized && model::is_smooth(query.network))
        throw UsageError("the binarized strategy knows no tanh or sigmoid neurons");
    if (query.precision && options.strategy != Strategy::automatic)
        throw UsageError("queries with a precision are for the automatic strategy");
    SharedObserver shared(observer);
    const Preparation preparation(query, options.proof == nullptr);
    require(options.part == nullptr || &preparation.query() == &query || is_empty(*options.part),
            "a part speaks of the query that is searched");
    engine::Knowledge knowledge(preparation.query());
    if (options.part != nullptr) {
        knowledge.raise(options.part->bounds, "splits");
        knowledge.raise(options.part->splits, "splits");
    }
    model::Verdict verdict =
        engine::decide(line_up(preparation.query(), options, shared), knowledge, options.limits, options.threads);
    if (options.learned != nullptr && &preparation.query() == &query) learn(knowledge, options);
    const bool gave_up = verdict.status == model::Status::unknown && !options.limits.exceeded();
    if (options.strategy == Strategy::binarized && gave_up) throw UsageError("binarized: " + verdict.reason);
    if (verdict.witness) verdict.witness = preparation.undo(std::move(*verdict.witness));
    return verdict;
}

/// Enclosures cannot tell that two irrational numbers are equal; that components are the same by how they are made can.
bool confirmed(const model::Query& query, const model::Witness& witness) {
    if (model::confirms(query, witness)) return true;
    return !witness.radii.empty() && model::confirms(search::without_certain_atoms(query), witness);
}

/// A witness that every float32 run confirms in place of this one, or no answer.
void demand_float32(const model::Query& query, const Limits& limits, model::Verdict& verdict) {
    if (auto witness = float32_witness(query, *verdict.witness, limits)) {
        verdict.witness = std::move(witness);
        return;
    }
    verdict.witness.reset();
    verdict.decided_by = {};
    verdict.status = model::Status::unknown;
    verdict.reason =
        "there is a counterexample over the reals, and none was found whose margin float32 arithmetic cannot take away";
}

/// Nothing is in all of space, over the rationals.
void write_whole(const model::Query& query, proof::NetworkProofWriter& proof) {
    std::vector<double> sides;
    for (std::size_t i = 0; i < query.network.input_variables().size(); ++i)
        sides.insert(sides.end(), {-infinity, infinity});
    proof.close(proof.root(sides), proof::Closing::rationals);
}

}  // namespace

void require_provable(const model::Query& query, const Options& options) {
    Observer observer;
    const Preparation preparation(query, false);
    line_up(preparation.query(), options, observer);
}

std::vector<std::string> values_in_proof(const model::Query& query, const model::Witness& witness) {
    std::vector<std::string> values;
    for (const Variable input : query.network.input_variables())
        values.push_back(witness.values[input.index()].get_str());
    return values;
}

model::Verdict verify(const model::Query& query, const Options& options, Observer& observer) {
    const auto start = std::chrono::steady_clock::now();
    const LimitScope scope(options.limits);  // for loops that are handed no limits
    model::Verdict verdict;
    WorkTimes times;
    try {
        const WorkScope work(WorkPlace{&times, Work::other});
        verdict = decide(query, options, observer);
        // The last line of defence: whatever found it, a witness is only one if exact evaluation says so.
        if (verdict.status == model::Status::sat) {
            require(verdict.witness.has_value(), "sat comes with a witness");
            const WorkScope exact(Work::exact);
            require(confirmed(query, *verdict.witness), "a witness satisfies its query exactly");
            if (options.float32_witness) demand_float32(query, options.limits, verdict);
        }
        if (options.proof != nullptr && verdict.status == model::Status::sat)
            options.proof->witness(values_in_proof(query, *verdict.witness), verdict.witness->booleans);
        if (options.proof != nullptr && verdict.status == model::Status::unsat && verdict.decided_by == "lazy")
            write_whole(query, *options.proof);
    } catch (const LimitReached& limit) {
        verdict = model::stopped(limit.reason());
    }
    times.report(verdict.statistics);
    verdict.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return verdict;
}

}  // namespace sinew::verify
