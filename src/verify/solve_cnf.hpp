// SPDX-License-Identifier: Apache-2.0
// A propositional formula straight to the core: what `sinew solve F.cnf` does.
#pragma once

#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "model/cnf.hpp"
#include "model/verdict.hpp"
#include "proof/drat_writer.hpp"
#include "proof/lrat_writer.hpp"
#include "sat/options.hpp"

namespace sinew::verify {

/// What there is to say of a formula without networks.
struct FormulaAnswer {
    model::Status status = model::Status::unknown;
    std::vector<bool> values;  ///< with sat: of (named) variable v at v - 1; checked against the formula
    /// Variable v is names[v - 1] in the file; empty where it is v itself.
    std::vector<std::int32_t> names;
    std::string reason;  ///< what stopped the search, if anything did
    double seconds = 0;
    Statistics statistics;
};
using CnfAnswer = FormulaAnswer;

/// Who hears of every clause that is derived or deleted; nobody where null.
struct CnfProof {
    proof::DratWriter* drat = nullptr;
    proof::LratWriter* lrat = nullptr;
    explicit operator bool() const { return drat != nullptr || lrat != nullptr; }
};

/// Decides the formula. With unsat the proof ends in the empty clause, and the caller finishes it. Throws UsageError
/// for a proof by several threads.
CnfAnswer solve_cnf(const model::Cnf& cnf, const sat::Options& options, const Limits& limits, CnfProof proof = {},
                    int threads = 1);

}  // namespace sinew::verify
