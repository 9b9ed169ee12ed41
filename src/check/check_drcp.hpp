// SPDX-License-Identifier: Apache-2.0
// A proof of a constraint program in the DRCP format, step by step.
#pragma once

#include <cstdint>
#include <string>

#include "base/limits.hpp"
#include "model/constraint_program.hpp"
#include "proof/proof_file.hpp"

namespace sinew::check {

struct DrcpReport {
    enum class Status : std::uint8_t { verified, rejected, stopped };
    Status status = Status::rejected;
    std::string conclusion;  ///< unsat, or the bound of the objective
    std::uint64_t inferences = 0;
    std::uint64_t nogoods = 0;
    std::string reason;  ///< of everything but verified
};

/// Inferences by their constraint's own rule, nogoods by the steps that their hints name, in that order. An inference
/// serves the next nogood, nogoods serve until they are deleted.
DrcpReport check_drcp(const model::ConstraintProgram& program, proof::ProofInput& proof, const Limits& limits);

}  // namespace sinew::check
