// SPDX-License-Identifier: Apache-2.0
// The engines below verify, asked without the ladder that chooses between them.
#include "oracle/askers.hpp"
#include "search/branch_and_bound.hpp"
#include "search/phase_branching.hpp"
#include "search/projective.hpp"

namespace sinew::oracle {

namespace {
void show(const model::Query& query, const model::Witness& witness, Answer& answer) {
    answer.has_witness = true;
    answer.booleans = witness.booleans;
    for (const Variable input : query.network.input_variables())
        answer.inputs.push_back(witness.values.at(input.index()));
}

Answer branch_and_bound(const Sketch& sketch, std::uint64_t seed, double seconds, int threads) {
    const model::Query query = build(sketch);
    Observer observer;
    const model::Verdict verdict =
        search::branch_and_bound(query, {.settings = seed}, Limits(seconds, std::nullopt, nullptr), threads, observer);
    Answer answer;
    if (verdict.status == model::Status::unknown) return Answer::inapplicable("left open: " + verdict.reason);
    answer.status = verdict.status;
    if (verdict.witness) show(query, *verdict.witness, answer);
    if (answer.status == model::Status::sat && !answer.has_witness) return Answer::failure("sat without a witness");
    return answer;
}

/// Unbounded inputs, in homogeneous coordinates. Its boxes reach to infinity, where it need not come to an end.
Answer projective(const Sketch& sketch, std::uint64_t seed, double seconds) {
    const model::Query query = build(sketch);
    if (!search::projective_applies(query)) return Answer::inapplicable("does not apply");
    Observer observer;
    const model::Verdict verdict = search::branch_and_bound(search::project(query), {.settings = seed},
                                                            Limits(seconds / 4, std::nullopt, nullptr), 1, observer);
    if (verdict.status == model::Status::unknown || verdict.status == model::Status::timeout)
        return Answer::inapplicable("left open: " + verdict.reason);
    Answer answer;
    answer.status = verdict.status;
    if (verdict.witness) show(query, search::unproject(query, *verdict.witness), answer);
    if (answer.status == model::Status::sat && !answer.has_witness) return Answer::failure("sat without a witness");
    return answer;
}

/// Incomplete by design: what it leaves open is no answer.
Answer phase_branching(const Sketch& sketch, std::uint64_t seed, double seconds) {
    const model::Query query = build(sketch);
    search::PhaseOptions options;
    options.settings = seed;
    Observer observer;
    const model::Verdict verdict =
        search::phase_branching(query, options, Limits(seconds, std::nullopt, nullptr), observer);
    if (verdict.status == model::Status::unknown || verdict.status == model::Status::timeout)
        return Answer::inapplicable("left open: " + verdict.reason);
    Answer answer;
    answer.status = verdict.status;
    if (verdict.witness) show(query, *verdict.witness, answer);
    if (answer.status == model::Status::sat && !answer.has_witness) return Answer::failure("sat without a witness");
    return answer;
}
}  // namespace

std::vector<Asker> engine_askers(std::uint64_t seed, double seconds) {
    return {
        {"engine: branch and bound", [=](const Sketch& sketch) { return branch_and_bound(sketch, seed, seconds, 1); }},
        {"engine: projective", [=](const Sketch& sketch) { return projective(sketch, seed, seconds); }},
        {"engine: phase branching", [=](const Sketch& sketch) { return phase_branching(sketch, seed, seconds); }}};
}

}  // namespace sinew::oracle
