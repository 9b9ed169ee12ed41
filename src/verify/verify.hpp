// SPDX-License-Identifier: Apache-2.0
// The front door: a query in, a verdict out.
#pragma once

#include <cstdint>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/settings.hpp"
#include "engine/part.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "proof/network_proof.hpp"

namespace sinew::verify {

/// How the search is run. `automatic` chooses by the query; the others are for experts and tests.
enum class Strategy {
    automatic,
    branch_and_bound,  ///< bounds, attack, input bisection and phase splits
    lazy,              ///< clause learning over the linear theory, no network bounds
    textbook,          ///< plain DPLL over phases in number order, as the trace's worked example tells it
    binarized,         ///< sign and hardlim networks over reals as rows over linear phases
};

struct Options {
    Strategy strategy = Strategy::automatic;
    Limits limits;
    int threads = 1;
    Settings settings;
    /// A witness has to hold in every float32 run, too (float32_witness.hpp); where none is found, the answer is
    /// unknown.
    bool float32_witness = false;
    /// If given, this part of the query alone is searched; a witness may lie outside of it. And what has been learned
    /// of the part when the search ends without an answer.
    const engine::Part* part = nullptr;
    engine::Part* learned = nullptr;
    /// If given, is told why the verdict holds (UsageError where no engine can say it). Complete after sat and unsat.
    proof::NetworkProofWriter* proof = nullptr;
};

/// Throws UsageError if no engine can say why a verdict on `query` holds.
void require_provable(const model::Query& query, const Options& options);
/// A solution's inputs as proofs have them.
std::vector<std::string> values_in_proof(const model::Query& query, const model::Witness& witness);

/// Decides `query` exactly. Every sat verdict carries a witness that model::confirms: over rationals, or, with tanh or
/// sigmoid neurons, by certified enclosures at rational inputs;
/// limits that are reached give timeout or unknown with the reason.
model::Verdict verify(const model::Query& query, const Options& options, Observer& observer);

}  // namespace sinew::verify
