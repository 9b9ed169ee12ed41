// SPDX-License-Identifier: Apache-2.0
// A proof that no input of a network has a property, followed step by step: every part that it says is excluded is
// bounded anew. Or a witness, which is evaluated anew.
#pragma once

#include <cstdint>
#include <string>

#include "base/limits.hpp"
#include "model/query.hpp"
#include "proof/network_proof.hpp"

namespace sinew::check {

struct NetworkReport {
    enum class Status : std::uint8_t {
        verified,  ///< what the proof says of the query
        rejected,  ///< a step does not hold, or the end is missing, or it is another query's proof
        stopped    ///< a limit was reached
    };
    Status status = Status::rejected;
    std::string conclusion = "unsat";  ///< what it says: unsat, sat, optimum VALUE, feasible VALUE bound B, bound B
    std::string reason;                ///< of everything but verified
    std::uint64_t steps = 0;
    std::uint64_t parts = 0;       ///< that are excluded
    std::uint64_t bounded = 0;     ///< nodes that were bounded
    std::uint64_t bisections = 0;  ///< of the checker's own
    std::uint64_t exact = 0;       ///< parts that took rationals
    std::uint64_t facts = 0;       ///< bounds of pre-activations by lines of the proof
    std::uint64_t rows = 0;        ///< parts excluded by lines of the proof
};

/// Throws InputError where `proof` is no proof at all.
NetworkReport check_network(const model::Query& query, proof::NetworkProofReader& proof, const Limits& limits = {});

}  // namespace sinew::check
