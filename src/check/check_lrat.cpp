// SPDX-License-Identifier: Apache-2.0
#include "check/check_lrat.hpp"

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "check/proof_numbers.hpp"

namespace sinew::check {

namespace {

/// Clauses by number: in one block, its length before each; what is removed makes room when it is half of all.
class NumberedClauses {
  public:
    bool has(std::uint64_t id) const { return id < place_.size() && place_[id] != 0; }
    std::span<const std::int32_t> operator[](std::uint64_t id) const {
        const std::size_t place = place_[id];
        return {block_.data() + place, static_cast<std::size_t>(block_[place - 1])};
    }
    void add(std::uint64_t id, std::span<const std::int32_t> clause) {
        if (id >= place_.size()) place_.resize(id + 1, 0);
        block_.push_back(static_cast<std::int32_t>(clause.size()));
        if (block_.size() > std::numeric_limits<std::uint32_t>::max()) throw LimitReached(StopReason::memory);
        place_[id] = static_cast<std::uint32_t>(block_.size());
        block_.insert(block_.end(), clause.begin(), clause.end());
    }
    void remove(std::uint64_t id) {
        wasted_ += (*this)[id].size() + 1;
        place_[id] = 0;
        if (wasted_ > block_.size() / 2 && wasted_ > 4096) collect();
    }
    std::uint64_t last() const { return place_.empty() ? 0 : place_.size() - 1; }

  private:
    // Clauses lie in the order of their numbers.
    void collect() {
        std::vector<std::int32_t> kept;
        kept.reserve(block_.size() - wasted_);
        for (std::uint64_t id = 0; id < place_.size(); ++id) {
            if (place_[id] == 0) continue;
            const auto clause = (*this)[id];
            kept.push_back(static_cast<std::int32_t>(clause.size()));
            place_[id] = static_cast<std::uint32_t>(kept.size());
            kept.insert(kept.end(), clause.begin(), clause.end());
        }
        block_ = std::move(kept);
        wasted_ = 0;
    }

    std::vector<std::int32_t> block_;
    std::vector<std::uint32_t> place_;  ///< 0: not there
    std::size_t wasted_ = 0;
};

class HintCheck {
  public:
    explicit HintCheck(const model::Cnf& cnf) : numbers_(cnf) {
        for (std::size_t c = 0; c < cnf.clause_count(); ++c)
            clauses_.add(c + 1, std::span(cnf.literals).subspan(cnf.begin[c], cnf.begin[c + 1] - cnf.begin[c]));
        true_since_.resize(2 * cnf.variable_count + 2, 0);
    }

    /// What is wrong with the step; empty if it holds.
    std::string take(const proof::LratStep& step) {
        if (step.is_removal) {
            for (const std::int64_t id : step.hints) {
                if (!clauses_.has(static_cast<std::uint64_t>(id)))
                    return fmt::format("removes clause {}, which is not there", id);
                clauses_.remove(static_cast<std::uint64_t>(id));
            }
            return {};
        }
        if (step.id <= clauses_.last()) return fmt::format("clause {} does not have the next number", step.id);
        const std::span<const std::int32_t> clause = numbers_.of(step.clause);
        std::string wrong = follow(clause, step.hints);
        if (wrong.empty()) clauses_.add(step.id, clause);
        return wrong;
    }

    std::uint64_t propagations() const { return propagations_; }

  private:
    std::uint64_t& since(std::int32_t literal) {
        const std::size_t index = 2 * static_cast<std::size_t>(std::abs(literal)) + (literal < 0 ? 1 : 0);
        if (index >= true_since_.size()) true_since_.resize(index + 2, 0);
        return true_since_[index];
    }

    std::string follow(std::span<const std::int32_t> clause, const std::vector<std::int64_t>& hints) {
        ++now_;
        for (const std::int32_t literal : clause) {
            since(-literal) = now_;
            if (since(literal) == now_) return {};  // a tautology
        }
        for (const std::int64_t hint : hints) {
            if (hint < 0) return "has a resolution candidate, which is not followed";
            if (!clauses_.has(static_cast<std::uint64_t>(hint)))
                return fmt::format("names clause {}, which is not there", hint);
            std::int32_t unit = 0;
            for (const std::int32_t literal : clauses_[static_cast<std::uint64_t>(hint)]) {
                if (since(-literal) == now_ || literal == unit) continue;
                if (unit != 0) return fmt::format("clause {} is not unit where it is named", hint);
                unit = literal;
            }
            if (unit == 0) return {};  // all of it is false
            since(unit) = now_;
            ++propagations_;
        }
        return "its hints lead to no contradiction";
    }

    ProofNumbers numbers_;
    NumberedClauses clauses_;
    std::vector<std::uint64_t> true_since_;  ///< by literal: the step in which it is true
    std::uint64_t now_ = 0;
    std::uint64_t propagations_ = 0;
};

}  // namespace

DratReport check_lrat(const model::Cnf& cnf, proof::LratReader& proof, const Limits& limits) {
    HintCheck check(cnf);
    DratReport report;
    proof::LratStep step;
    const auto end = [&](DratStatus status, std::string reason = {}) {
        report.status = status;
        report.reason = std::move(reason);
        report.propagations = check.propagations();
        return report;
    };
    while (proof.next(step)) {
        if ((proof.steps() & 1023U) == 0 && limits.exceeded())
            return end(DratStatus::stopped, std::string(to_string(limits.reached())));
        if (std::string wrong = check.take(step); !wrong.empty())
            return end(DratStatus::rejected,
                       fmt::format("{}: step {}: {}", to_string(proof.location()), proof.steps(), wrong));
        (step.is_removal ? report.removed : report.added) += step.is_removal ? step.hints.size() : 1;
        if (!step.is_removal && step.clause.empty()) return end(DratStatus::verified);
    }
    return end(DratStatus::rejected,
               fmt::format("{}: the proof ends without a contradiction", to_string(proof.location())));
}

}  // namespace sinew::check
