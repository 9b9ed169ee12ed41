// SPDX-License-Identifier: Apache-2.0
// A proof in a file against the formula or the question that it is said to be of, in files of their own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "read/query/load_query.hpp"

namespace sinew::check {

struct Report {
    enum class Status : std::uint8_t {
        verified,
        rejected,  ///< a step does not hold, the end is missing, or it is a proof of something else
        stopped    ///< a limit was reached
    };
    Status status = Status::rejected;
    bool is_clausal = false;  ///< of a propositional formula
    std::string conclusion;   ///< what it shows, such as unsat
    std::string counts;       ///< what was done for it
    std::string reason;       ///< of everything but verified
};

/// The last of the files is the proof, of the kind that its content says; those before it are a formula (DIMACS), a
/// problem (OPB), or what a query is loaded from. Throws UsageError for files that are nothing together, InputError
/// for what cannot be read, LimitReached (base/limit_scope.hpp) while it reads.
Report check_files(std::vector<std::string> files, const read::QueryOptions& question, const Limits& limits);

}  // namespace sinew::check
