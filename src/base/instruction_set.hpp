// SPDX-License-Identifier: Apache-2.0
// The one choice of vector instructions: what this processor can do, and what SINEW_KERNELS asks for.
#pragma once

#include <span>
#include <string_view>

namespace sinew {

/// Instruction sets that inner loops are compiled for. All but `baseline` have fused multiply-add.
enum class InstructionSet {
    baseline,  ///< what every processor of this kind has; multiplies and adds are rounded one by one, everywhere alike
    neon,      ///< arm64
    avx2,      ///< with FMA and POPCNT
    avx512,    ///< F, DQ, VL and BW
};

std::string_view to_string(InstructionSet set);

/// Those of this program that this processor can run, narrowest first: never empty.
std::span<const InstructionSet> usable_instruction_sets();

/// The one in use, the same for all of a run: the widest usable one, or the one that the environment variable
/// SINEW_KERNELS names. Throws UsageError if it names one that is not usable.
InstructionSet instruction_set();

}  // namespace sinew

/// Before a function: compiled for AVX2's processors as well, and chosen when the program is loaded, whatever
/// SINEW_KERNELS says. For loops over integers, and over floats whose sums have a written order: the results are the
/// same.
#if defined(__x86_64__)
#define SINEW_CLONES [[gnu::target_clones("arch=x86-64-v3", "default")]]
#else
#define SINEW_CLONES
#endif
