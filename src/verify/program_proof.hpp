// SPDX-License-Identifier: Apache-2.0
// Why a query has no solution, for checkers of mixed-integer programs: VIPR 1.0 (Cheung, Gleixner, Steffy, IPCO 2017),
// which exists over the rationals.
#pragma once

#include <cstdint>
#include <string>

#include "base/limits.hpp"
#include "bounds/mixed_program.hpp"

namespace sinew::verify {

struct ProgramProof {
    enum class Outcome : std::uint8_t {
        proved,    ///< the file is written
        feasible,  ///< the program has a solution, where it does not say all (steps, !=) or the query has one
        stopped    ///< a limit was reached
    };
    Outcome outcome = Outcome::stopped;
    std::uint64_t programs = 0;     ///< linear ones that were solved
    std::uint64_t derivations = 0;  ///< of the proof
};

/// Strict rows get a common slack, of which the proof says that it is at most 0 (`RTP range`); without any it says that
/// there is no solution (`RTP infeas`). Branches over the integer columns of `program`, by exact linear programs alone,
/// and writes the refutation to `path`: an assumption a side, a sum of rows with Farkas' multipliers a leaf, and both
/// sides joined. A side that a refutation does not need is left out. The proof is kept in memory until it is complete.
/// UsageError where a row has an indicator. Throws OutputError.
ProgramProof prove_program(const bounds::MixedProgram& program, const std::string& path, const Limits& limits);

}  // namespace sinew::verify
