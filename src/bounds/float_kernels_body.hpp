// SPDX-License-Identifier: Apache-2.0
// HOT: dense products with weights stored as floats, included by kernels_<instruction set>.cpp (kernels_vector.hpp says
// how). A tile of the matrix becomes doubles on the stack, a vector at a time, and the kernel for doubles takes it: an
// eighth of the time more where the matrix is in the cache, half the time where it is not. Included by
// relaxed_lane_kernels_body.hpp, when lane_kernels_body.hpp, whose product() that is, has been.
#include "bounds/kernels_vector.hpp"
#include "bounds/lane_kernel_table.hpp"

namespace sinew::bounds {
namespace SINEW_KERNELS {
namespace {

inline void widen(const float* from, std::size_t count, double* to) {
    std::size_t n = 0;
    for (; n + SINEW_LANES <= count; n += SINEW_LANES) store(to + n, load(from + n));
    for (; n < count; ++n) to[n] = static_cast<double>(from[n]);
}

/// A tile's contiguous side and its other side, and what its list makes of them: indices from the first on.
struct TileSide {
    static constexpr std::size_t most = 128;
    std::size_t first = 0;
    std::size_t extent = 0;
    LaneList list;
    std::uint32_t index[most];

    /// Positions from `begin` on of `all`, as many as `most_positions` and `most` components allow; how many.
    std::size_t take(LaneList all, std::size_t begin, std::size_t most_positions) {
        const std::size_t rest = all.count - begin;
        std::size_t count = rest < most_positions ? rest : most_positions;
        first = at(all, begin);
        if (all.index == nullptr) {
            extent = count;
            list = {nullptr, count};
            return count;
        }
        std::size_t taken = 0;
        while (taken < count && all.index[begin + taken] - first < most) {
            index[taken] = static_cast<std::uint32_t>(all.index[begin + taken] - first);
            ++taken;
        }
        extent = index[taken - 1] + std::size_t{1};
        list = {index, taken};
        return taken;
    }
};

/// product() with floats; the lists are ascending.
void product_floats(const float* weight, std::size_t i_stride, std::size_t k_stride, const double* from, double* to,
                    LaneList outputs, LaneList terms) {
    constexpr std::size_t block = 96;  // of large matrices: what a pass reads of `from` is a small part of the weights
    static_assert(block <= TileSide::most);
    alignas(64) double tile[TileSide::most * TileSide::most];
    TileSide output;
    TileSide term;
    for (std::size_t o = 0; o < outputs.count;) {
        o += output.take(outputs, o, block);
        for (std::size_t t = 0; t < terms.count;) {
            t += term.take(terms, t, TileSide::most);
            const float* corner = weight + output.first * i_stride + term.first * k_stride;
            // Only the lines that are asked for are made doubles.
            if (k_stride == 1) {
                for (std::size_t n = 0; n < output.list.count; ++n) {
                    const std::size_t i = at(output.list, n);
                    widen(corner + i * i_stride, term.extent, tile + i * TileSide::most);
                }
            } else {
                for (std::size_t n = 0; n < term.list.count; ++n) {
                    const std::size_t k = at(term.list, n);
                    widen(corner + k * k_stride, output.extent, tile + k * TileSide::most);
                }
            }
            const bool rows = k_stride == 1;
            product(tile, rows ? TileSide::most : 1, rows ? 1 : TileSide::most, from + term.first * lanes,
                    to + output.first * lanes, output.list, term.list);
        }
    }
}

}  // namespace
}  // namespace SINEW_KERNELS
}  // namespace sinew::bounds
