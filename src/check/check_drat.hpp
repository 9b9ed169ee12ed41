// SPDX-License-Identifier: Apache-2.0
// A clausal proof against the formula it is said to refute.
#pragma once

#include <cstdint>
#include <string>

#include "base/limits.hpp"
#include "model/cnf.hpp"
#include "proof/drat_reader.hpp"

namespace sinew::check {

enum class DratStatus {
    verified,  ///< the formula has no model
    rejected,  ///< a step does not follow, or removes what is not there, or the end is no contradiction
    stopped    ///< a limit was reached
};

struct DratReport {
    DratStatus status = DratStatus::rejected;
    std::string reason;  ///< of everything but verified: the step's place and what is wrong with it
    std::uint64_t added = 0;
    std::uint64_t removed = 0;
    std::uint64_t propagations = 0;
};

/// Checks each added clause by reverse unit propagation over the formula and the clauses added and not removed before
/// it, until there is a contradiction. Throws InputError where `proof` is no proof at all.
DratReport check_drat(const model::Cnf& cnf, proof::DratReader& proof, const Limits& limits = {});

}  // namespace sinew::check
