// SPDX-License-Identifier: Apache-2.0
// What a propositional formula, whose variables may have been renumbered, calls the literals of its proof.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <unordered_map>
#include <vector>

#include "model/cnf.hpp"

namespace sinew::check {

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

}  // namespace sinew::check
