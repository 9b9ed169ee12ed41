// SPDX-License-Identifier: Apache-2.0
// A proof in the format VeriPB 3.0 against the pseudo-Boolean problem it is said to be of: the part of the format whose
// every row follows from the problem and from asking for something better, and definitions of extra variables.
#pragma once

#include <cstdint>
#include <string>

#include "base/limits.hpp"
#include "model/pseudo_boolean.hpp"
#include "proof/veripb_reader.hpp"

namespace sinew::check {

struct VeripbReport {
    enum class Status : std::uint8_t { verified, rejected, stopped };
    Status status = Status::rejected;
    std::string conclusion;  ///< of what is verified, in words
    std::string reason;      ///< of everything but verified
    std::uint64_t steps = 0;
    std::uint64_t propagations = 0;
};

/// Throws InputError where `proof` is no proof at all.
VeripbReport check_veripb(const model::PseudoBoolean& problem, proof::VeripbReader& proof, const Limits& limits = {});

}  // namespace sinew::check
