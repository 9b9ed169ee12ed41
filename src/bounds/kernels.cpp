// SPDX-License-Identifier: Apache-2.0
#include "bounds/kernels.hpp"

#include "base/error.hpp"
#include "base/instruction_set.hpp"
#include "bounds/lane_kernel_table.hpp"

namespace sinew::bounds {

#if defined(__x86_64__)
namespace avx512 {
extern const Kernels table;
extern const LaneKernels lane_table;
}  // namespace avx512
namespace avx2 {
extern const Kernels table;
extern const LaneKernels lane_table;
}  // namespace avx2
#elif defined(__aarch64__)
namespace neon {
extern const Kernels table;
extern const LaneKernels lane_table;
}  // namespace neon
#endif
namespace baseline {
extern const Kernels table;
extern const LaneKernels lane_table;
}  // namespace baseline

namespace {
struct Tables {
    const Kernels& rows;
    const LaneKernels& lanes;
};

Tables tables(InstructionSet set) {
    switch (set) {
#if defined(__x86_64__)
        case InstructionSet::avx512:
            return {avx512::table, avx512::lane_table};
        case InstructionSet::avx2:
            return {avx2::table, avx2::lane_table};
#elif defined(__aarch64__)
        case InstructionSet::neon:
            return {neon::table, neon::lane_table};
#endif
        case InstructionSet::baseline:
            return {baseline::table, baseline::lane_table};
        default:
            throw ContractBreach("kernels of another kind of processor");
    }
}
}  // namespace

const Kernels& kernels(InstructionSet set) {
    return tables(set).rows;
}
const LaneKernels& lane_kernels(InstructionSet set) {
    return tables(set).lanes;
}

const Kernels& kernels() {
    static const Kernels& chosen = kernels(instruction_set());
    return chosen;
}
const LaneKernels& lane_kernels() {
    static const LaneKernels& chosen = lane_kernels(instruction_set());
    return chosen;
}

}  // namespace sinew::bounds
