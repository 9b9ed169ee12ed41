// SPDX-License-Identifier: Apache-2.0
// HOT: products of lane_kernels.hpp, included by kernels_<instruction set>.cpp (kernels_vector.hpp says how).
#include "bounds/kernels_vector.hpp"
#include "bounds/lane_kernel_table.hpp"

namespace sinew::bounds {
namespace SINEW_KERNELS {
namespace {

/// All lanes of one component.
struct Component {
    static constexpr std::size_t width = lanes / SINEW_LANES;
    Vector part[width];
};

inline Component load_component(const double* at) {
    Component component;
    for (std::size_t v = 0; v < Component::width; ++v) component.part[v] = load(at + v * SINEW_LANES);
    return component;
}
inline void store_component(double* at, const Component& component) {
    for (std::size_t v = 0; v < Component::width; ++v) store(at + v * SINEW_LANES, component.part[v]);
}
inline void add_product(Component& sum, double factor, const Component& values) {
    for (std::size_t v = 0; v < Component::width; ++v) sum.part[v] = fused(values.part[v], spread(factor), sum.part[v]);
}

inline std::size_t at(LaneList list, std::size_t n) {
    return list.index != nullptr ? list.index[n] : n;
}

/// `Block` outputs by `Width` vectors stay in registers over all terms.
template <std::size_t Width, std::size_t Block>
inline void product_tile(const double* weight, std::size_t i_stride, std::size_t k_stride, const double* from,
                         double* to, LaneList outputs, std::size_t first, LaneList terms) {
    Vector sum[Block][Width];
    std::size_t offset[Block];
    for (std::size_t i = 0; i < Block; ++i) {
        const std::size_t output = at(outputs, first + i);
        offset[i] = output * i_stride;
        for (std::size_t v = 0; v < Width; ++v) sum[i][v] = load(to + output * lanes + v * SINEW_LANES);
    }
    for (std::size_t n = 0; n < terms.count; ++n) {
        const std::size_t k = at(terms, n);
        Vector value[Width];
        for (std::size_t v = 0; v < Width; ++v) value[v] = load(from + k * lanes + v * SINEW_LANES);
        const double* factor = weight + k * k_stride;
        for (std::size_t i = 0; i < Block; ++i) {
            const Vector each = spread(factor[offset[i]]);
            for (std::size_t v = 0; v < Width; ++v) sum[i][v] = fused(value[v], each, sum[i][v]);
        }
    }
    for (std::size_t i = 0; i < Block; ++i) {
        double* target = to + at(outputs, first + i) * lanes;
        for (std::size_t v = 0; v < Width; ++v) store(target + v * SINEW_LANES, sum[i][v]);
    }
}

/// Blocks of outputs, and in each strips of lanes as wide as leaves room for a block: they share what is loaded.
template <std::size_t Block>
inline std::size_t product_blocks(const double* weight, std::size_t i_stride, std::size_t k_stride, const double* from,
                                  double* to, LaneList outputs, std::size_t first, LaneList terms) {
    constexpr std::size_t room = SINEW_ACCUMULATORS / Block;
    constexpr std::size_t strip = room >= Component::width ? Component::width : room >= 4 ? 4 : room >= 2 ? 2 : 1;
    for (; first + Block <= outputs.count; first += Block)
        for (std::size_t lane = 0; lane < lanes; lane += strip * SINEW_LANES)
            product_tile<strip, Block>(weight, i_stride, k_stride, from + lane, to + lane, outputs, first, terms);
    return first;
}

void product(const double* weight, std::size_t i_stride, std::size_t k_stride, const double* from, double* to,
             LaneList outputs, LaneList terms) {
    constexpr std::size_t most = SINEW_LANES >= 8 ? 8 : 6;
    std::size_t done = product_blocks<most>(weight, i_stride, k_stride, from, to, outputs, 0, terms);
    if constexpr (most > 6) done = product_blocks<4>(weight, i_stride, k_stride, from, to, outputs, done, terms);
    done = product_blocks<2>(weight, i_stride, k_stride, from, to, outputs, done, terms);
    product_blocks<1>(weight, i_stride, k_stride, from, to, outputs, done, terms);
}

void sparse(SparseRows map, LaneList rows, const double* in, double* out) {
    for (std::size_t n = 0; n < rows.count; ++n) {
        const std::size_t r = at(rows, n);
        Component sum = load_component(out + r * lanes);
        for (std::size_t k = map.row_begin[r]; k < map.row_begin[r + 1]; ++k)
            add_product(sum, map.weight[k], load_component(in + map.column[k] * lanes));
        store_component(out + r * lanes, sum);
    }
}

void sparse_transposed(SparseRows map, LaneList rows, const double* out, double* in) {
    for (std::size_t n = 0; n < rows.count; ++n) {
        const std::size_t r = at(rows, n);
        const Component value = load_component(out + r * lanes);
        for (std::size_t k = map.row_begin[r]; k < map.row_begin[r + 1]; ++k) {
            double* target = in + map.column[k] * lanes;
            Component sum = load_component(target);
            add_product(sum, map.weight[k], value);
            store_component(target, sum);
        }
    }
}

}  // namespace
}  // namespace SINEW_KERNELS
}  // namespace sinew::bounds
