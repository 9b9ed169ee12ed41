// SPDX-License-Identifier: Apache-2.0
#include "base/instruction_set.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"

namespace sinew {

namespace {
std::vector<InstructionSet> find_usable() {
    std::vector<InstructionSet> usable{InstructionSet::baseline};
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt")) {
        usable.push_back(InstructionSet::avx2);
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
            usable.push_back(InstructionSet::avx512);
    }
#elif defined(__aarch64__)
    usable.push_back(InstructionSet::neon);
#endif
    return usable;
}

InstructionSet choose() {
    const std::span<const InstructionSet> usable = usable_instruction_sets();
    const char* const wanted = std::getenv("SINEW_KERNELS");
    if (wanted == nullptr || *wanted == '\0') return usable.back();
    std::vector<std::string_view> names;
    for (const InstructionSet set : usable) {
        if (to_string(set) == wanted) return set;
        names.push_back(to_string(set));
    }
    throw UsageError(
        fmt::format("the environment variable SINEW_KERNELS is '{}'; this program on this processor has {}", wanted,
                    joined(names, ", ")));
}
}  // namespace

std::string_view to_string(InstructionSet set) {
    switch (set) {
        case InstructionSet::baseline:
            return "baseline";
        case InstructionSet::neon:
            return "neon";
        case InstructionSet::avx2:
            return "avx2";
        case InstructionSet::avx512:
            return "avx512";
    }
    return "";
}

std::span<const InstructionSet> usable_instruction_sets() {
    static const std::vector<InstructionSet> usable = find_usable();
    return usable;
}

InstructionSet instruction_set() {
    static const InstructionSet chosen = choose();
    return chosen;
}

}  // namespace sinew
