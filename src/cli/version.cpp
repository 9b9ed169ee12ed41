// SPDX-License-Identifier: Apache-2.0
#include "cli/version.hpp"

#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <gmp.h>

#include "base/instruction_set.hpp"
#include "base/join.hpp"

namespace sinew::cli {

std::string version_number() {
    return SINEW_VERSION;
}

std::string version_text() {
    const std::string of_commit = *commit() == '\0' ? "" : fmt::format(" (commit {})", commit());
    std::vector<std::string_view> sets;
    for (const InstructionSet set : usable_instruction_sets()) sets.push_back(to_string(set));
    return fmt::format("sinew {}{}\nGMP {}, compiled by {} {}\nkernels {} (of {})\n", SINEW_VERSION, of_commit,
                       gmp_version, "GCC", __VERSION__, to_string(instruction_set()), joined(sets, ", "));
}

}  // namespace sinew::cli
