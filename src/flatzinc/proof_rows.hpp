// SPDX-License-Identifier: Apache-2.0
// The constraints of a program as few kinds of rows over bounds, for the search that writes proofs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/constraint_program.hpp"

namespace sinew::flatzinc {

__extension__ using Wide = __int128;

/// view >= value. Views: 2·variable, and 2·variable + 1 for its negative.
struct ProofLiteral {
    std::uint32_t view = 0;
    std::int64_t value = 0;
};
constexpr ProofLiteral operator~(ProofLiteral literal) {
    return {literal.view ^ 1U, 1 - literal.value};
}

enum class ProofRowKind : std::uint8_t {
    at_most,  ///< Σ factor·view <= right; without terms: a contradiction where right < 0
    differs,  ///< Σ factor·view != right
    covered   ///< the first view is at most one of the others
};

/// Holds where all conditions do. Factors are positive.
struct ProofRow {
    struct Term {
        std::uint32_t view = 0;
        std::int64_t factor = 0;
    };
    std::vector<ProofLiteral> conditions;
    std::vector<Term> terms;
    ProofRowKind kind = ProofRowKind::at_most;
    Wide right = 0;
    std::uint64_t tag = 0;  ///< which constraint of the file, from 1; 0: a domain
};

/// Whether it holds for a value of every view.
bool holds_for(const ProofRow& row, std::span<const std::int64_t> values);

/// All constraints and the gaps of domains. InputError for a constraint that proofs do not have yet.
std::vector<ProofRow> proof_rows(const model::ConstraintProgram& program);

}  // namespace sinew::flatzinc
