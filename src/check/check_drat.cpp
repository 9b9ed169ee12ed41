// SPDX-License-Identifier: Apache-2.0
#include "check/check_drat.hpp"

#include <span>

#include <fmt/core.h>

#include "check/proof_numbers.hpp"
#include "check/rup_checker.hpp"

namespace sinew::check {

namespace {

std::string describe(const proof::DratReader& proof, std::string_view problem, const proof::DratStep& step) {
    constexpr std::size_t shown = 12;
    std::string clause;
    for (std::size_t i = 0; i < step.clause.size() && i < shown; ++i) clause += fmt::format("{} ", step.clause[i]);
    if (step.clause.size() > shown) clause += "… ";
    return fmt::format("{}: step {} {}: {}0", to_string(proof.location()), proof.steps(), problem, clause);
}

}  // namespace

DratReport check_drat(const model::Cnf& cnf, proof::DratReader& proof, const Limits& limits) {
    RupChecker checker;
    for (std::size_t c = 0; c < cnf.clause_count(); ++c)
        checker.add_given(std::span(cnf.literals).subspan(cnf.begin[c], cnf.begin[c + 1] - cnf.begin[c]));

    DratReport report;
    proof::DratStep step;
    ProofNumbers numbers(cnf);
    const auto end = [&](DratStatus status, std::string reason = {}) {
        report.status = status;
        report.reason = std::move(reason);
        report.propagations = checker.propagations();
        return report;
    };
    while (!checker.refuted() && proof.next(step)) {
        if ((proof.steps() & 255U) == 0 && limits.exceeded())
            return end(DratStatus::stopped, std::string(to_string(limits.reached())));
        if (step.kind == proof::DratStep::Kind::add) {
            ++report.added;
            if (!checker.add_checked(numbers.of(step.clause)))
                return end(DratStatus::rejected, describe(proof, "does not follow by reverse unit propagation", step));
        } else {
            ++report.removed;
            if (!checker.remove(numbers.of(step.clause)))
                return end(DratStatus::rejected, describe(proof, "removes a clause that is not there", step));
        }
    }
    if (checker.refuted()) return end(DratStatus::verified);
    return end(DratStatus::rejected,
               fmt::format("{}: the proof ends without a contradiction", to_string(proof.location())));
}

}  // namespace sinew::check
