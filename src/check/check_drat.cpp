// SPDX-License-Identifier: Apache-2.0
#include "check/check_drat.hpp"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <unordered_map>

#include <fmt/core.h>

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

/// The numbers of a proof's literals as the checker has them: the formula's own, and behind them, as they come, those
/// of variables that the proof alone names, so that a literal of 10^9 takes no more than any other.
class ProofNumbers {
  public:
    explicit ProofNumbers(const model::Cnf& cnf)
        : same_up_to_(cnf.names.empty() ? static_cast<std::int32_t>(cnf.variable_count) : 0),
          last_(static_cast<std::int32_t>(cnf.variable_count)) {
        for (std::size_t i = 0; i < cnf.names.size(); ++i)
            number_of_.emplace(cnf.names[i], static_cast<std::int32_t>(i) + 1);
    }

    /// Holds until the next call, or as long as `clause` itself.
    std::span<const std::int32_t> of(const std::vector<std::int32_t>& clause) {
        const auto is_same = [&](std::int32_t literal) { return std::abs(literal) <= same_up_to_; };
        if (std::ranges::all_of(clause, is_same)) return clause;
        renumbered_.clear();
        for (const std::int32_t literal : clause) {
            std::int32_t number = std::abs(literal);
            if (!is_same(literal)) {
                const auto [place, is_new] = number_of_.try_emplace(number, last_ + 1);
                if (is_new) ++last_;
                number = place->second;
            }
            renumbered_.push_back(literal < 0 ? -number : number);
        }
        return renumbered_;
    }

  private:
    std::int32_t same_up_to_;
    std::int32_t last_;
    std::unordered_map<std::int32_t, std::int32_t> number_of_;
    std::vector<std::int32_t> renumbered_;
};

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
