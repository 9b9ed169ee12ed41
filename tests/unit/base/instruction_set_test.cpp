// SPDX-License-Identifier: Apache-2.0
#include "base/instruction_set.hpp"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

namespace sinew {
namespace {

TEST(InstructionSets, BaselineIsAlwaysUsable) {
    ASSERT_FALSE(usable_instruction_sets().empty());
    EXPECT_EQ(usable_instruction_sets().front(), InstructionSet::baseline);
#if defined(__aarch64__)
    EXPECT_EQ(usable_instruction_sets().back(), InstructionSet::neon);
#endif
}

TEST(InstructionSets, TheWidestOrTheOneAskedForIsInUse) {
    const char* const wanted = std::getenv("SINEW_KERNELS");
    if (wanted == nullptr || *wanted == '\0')
        EXPECT_EQ(instruction_set(), usable_instruction_sets().back());
    else
        EXPECT_EQ(to_string(instruction_set()), wanted);
}

TEST(InstructionSets, HaveNamesOfTheirOwn) {
    for (const InstructionSet set : usable_instruction_sets())
        EXPECT_EQ(std::ranges::count_if(usable_instruction_sets(),
                                        [&](InstructionSet other) { return to_string(other) == to_string(set); }),
                  1);
}

}  // namespace
}  // namespace sinew
