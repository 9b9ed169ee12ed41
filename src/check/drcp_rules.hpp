// SPDX-License-Identifier: Apache-2.0
// Whether bounds contradict one constraint of a constraint program, by that constraint's own rule.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "model/constraint_program.hpp"

namespace sinew::check {

/// What is known of a variable: an interval, open where its end is the extreme one, without some values.
struct DrcpDomain {
    static constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
    std::int64_t lower = least;
    std::int64_t upper = greatest;
    std::vector<std::int64_t> holes;
};

/// Whether no values in these domains (by variable) satisfy the constraint. False where its rule does not see it, or
/// there is none.
bool contradicts(const model::ConstraintProgram& program, const model::ProgramConstraint& constraint,
                 const std::vector<DrcpDomain>& domains);

}  // namespace sinew::check
