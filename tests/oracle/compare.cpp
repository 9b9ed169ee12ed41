// SPDX-License-Identifier: Apache-2.0
#include "oracle/compare.hpp"

#include <chrono>
#include <exception>

#include "base/error.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::oracle {

namespace {
using model::Status;

Answer ask(const Asker& asker, const Sketch& sketch) {
    const auto begin = std::chrono::steady_clock::now();
    Answer answer;
    try {
        answer = asker.ask(sketch);
    } catch (const ContractBreach& breach) {
        answer = Answer::failure(breach.what());
    } catch (const UsageError& refusal) {
        answer = Answer::inapplicable(refusal.what());
    } catch (const std::exception& error) {
        answer = Answer::failure(error.what());
    }
    answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return answer;
}

bool shows_witness(const Sketch& sketch, const Answer& answer) {
    return answer.kind == Answer::Kind::verdict && answer.status == Status::sat && answer.has_witness &&
           answer.inputs.size() == sketch.domains.size() && answer.booleans.size() == sketch.booleans &&
           is_witness(sketch, answer.inputs, answer.booleans);
}

/// What is wrong with `answer`; empty if nothing is.
std::string complaint(const Sketch& sketch, const Answer& answer, Status expected) {
    if (answer.kind == Answer::Kind::inapplicable) return {};
    if (answer.kind == Answer::Kind::failure) return "failed: " + answer.text;
    switch (answer.status) {
        case Status::timeout:
            return {};
        case Status::unknown:
            return "says unknown without a limit: " + answer.text;
        case Status::sat:
            if (answer.has_witness && !shows_witness(sketch, answer)) return "says sat with a witness that is none";
            return expected == Status::unsat ? "says sat, expected unsat" : "";
        case Status::unsat:
            return expected == Status::sat ? "says unsat, expected sat" : "";
    }
    return "says nothing";
}

Status majority(const std::vector<std::pair<std::string, Answer>>& answers) {
    std::size_t sat = 0;
    std::size_t unsat = 0;
    for (const auto& [name, answer] : answers) {
        if (answer.kind != Answer::Kind::verdict) continue;
        sat += answer.status == Status::sat ? 1 : 0;
        unsat += answer.status == Status::unsat ? 1 : 0;
    }
    return sat == 0 && unsat == 0 ? Status::unknown : sat > unsat ? Status::sat : Status::unsat;
}
}  // namespace

ComparedAnswers compare(const Sketch& sketch, std::span<const Asker> askers, unsigned z3_milliseconds) {
    ComparedAnswers outcome;
    const Z3Answer z3 = ask_z3(sketch, z3_milliseconds);
    outcome.expected = z3.status;
    outcome.z3_gave_up = z3.status == Status::unknown;
    if (z3.status == Status::sat && !is_witness(sketch, z3.inputs, z3.booleans))
        outcome.findings.push_back({"z3", "says sat with a model that is no witness"});
    for (const Asker& asker : askers) outcome.answers.emplace_back(asker.name, ask(asker, sketch));
    // A witness that holds settles it, whatever Z3 says; where Z3 gives up the others must agree with each other.
    for (const auto& [name, answer] : outcome.answers) {
        if (!shows_witness(sketch, answer)) continue;
        if (z3.status == Status::unsat)
            outcome.findings.push_back({"z3", "says unsat, but " + name + " has a witness"});
        outcome.expected = Status::sat;
        break;
    }
    if (outcome.expected == Status::unknown) outcome.expected = majority(outcome.answers);
    for (const auto& [name, answer] : outcome.answers) {
        const std::string text = complaint(sketch, answer, outcome.expected);
        if (!text.empty()) outcome.findings.push_back({name, text});
    }
    return outcome;
}

}  // namespace sinew::oracle
