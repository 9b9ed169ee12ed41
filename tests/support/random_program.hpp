// SPDX-License-Identifier: Apache-2.0
// Random constraint programs as FlatZinc text, small enough to be solved by enumeration.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace support {

struct ProgramShape {
    std::size_t integers = 4;
    std::size_t booleans = 3;
    std::size_t constraints = 5;
    std::int64_t width = 7;  ///< most values of a domain
    /// Integers are declared over very wide ranges (some over all), and confined to these values by what comes last: at
    /// the root, or only when a Boolean has been decided, so that the search meets them as wide as they are declared.
    bool is_wide = false;
    bool half_reified = true;    ///< also name_imp, which not every solver knows
    bool own_predicates = true;  ///< also what only sinew's library declares
};

/// A program and the truth about it.
struct RandomProgram {
    std::string text;
    std::size_t solutions = 0;
    std::optional<std::int64_t> best;  ///< of the objective, if there is one and a solution
    bool maximizes = false;
    bool has_objective = false;
};

/// All variables are printed. With `enumerate` the truth is found by trying everything.
RandomProgram random_program(sinew::Random& random, const ProgramShape& shape, bool optimise, bool enumerate);

}  // namespace support
