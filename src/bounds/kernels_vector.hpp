// SPDX-License-Identifier: Apache-2.0
// HOT: a vector of doubles, for the sources of the kernels. They are included by kernels_<instruction set>.cpp, which
// defines
//     SINEW_KERNELS        the namespace of that instruction set,
//     SINEW_LANES          doubles in a vector,
//     SINEW_ACCUMULATORS   vectors that sums may hold in registers; the rest are for operands,
//     SINEW_FUSED          the instruction a·b + c of vectors, rounded once; the baseline has none and rounds twice,
//     SINEW_ROOT           that of square roots; without, they are taken one by one.
// Only what the source calls `fused` is fused (-ffp-contract=off), so that what is computed does not depend on the
// compiler. No library header is included but the compiler's own for its instructions: an inline function compiled here
// with wider instructions must not be the copy that the linker keeps for everyone.
#pragma once

namespace sinew::bounds {
namespace SINEW_KERNELS {
namespace {

using Vector = double __attribute__((vector_size(SINEW_LANES * sizeof(double)), aligned(8), may_alias));
using Mask = long long __attribute__((vector_size(SINEW_LANES * sizeof(double)), aligned(8), may_alias));

inline Vector load(const double* at) {
    return *reinterpret_cast<const Vector*>(at);
}
/// As many floats as doubles.
inline Vector load(const float* at) {
    using Floats = float __attribute__((vector_size(SINEW_LANES * sizeof(float)), aligned(4), may_alias));
    return __builtin_convertvector(*reinterpret_cast<const Floats*>(at), Vector);
}
inline void store(double* at, Vector value) {
    *reinterpret_cast<Vector*>(at) = value;
}
inline Vector magnitude_of(Vector value) {
    const Mask bits = reinterpret_cast<const Mask&>(value) & 0x7fffffffffffffffLL;
    return reinterpret_cast<const Vector&>(bits);
}

/// The same number in all places. (Minus zero is nothing to do; plus zero would make -0 a 0.)
inline Vector spread(double value) {
    return value - Vector{};
}

#if defined(SINEW_FUSED)
inline Vector fused(Vector a, Vector b, Vector c) {
    return SINEW_FUSED(a, b, c);
}
#else
inline Vector fused(Vector a, Vector b, Vector c) {
    return a * b + c;
}
#endif
#if defined(SINEW_ROOT)
inline Vector root(Vector value) {
    return SINEW_ROOT(value);
}
#else
inline Vector root(Vector value) {
    for (int i = 0; i < SINEW_LANES; ++i) value[i] = __builtin_sqrt(value[i]);
    return value;
}
#endif

}  // namespace
}  // namespace SINEW_KERNELS
}  // namespace sinew::bounds
