// SPDX-License-Identifier: Apache-2.0
// HOT: the kernels of kernels.hpp, included by kernels_<instruction set>.cpp (kernels_vector.hpp says how).
#include "bounds/kernels.hpp"
#include "bounds/kernels_vector.hpp"

namespace sinew::bounds {
namespace SINEW_KERNELS {
namespace {

/// A tile of `Columns` output components and `Width` vectors of lanes stays in registers over all rows.
template <int Width, int Columns, class Weight>
inline void dense_tile(const Weight* weights, std::size_t leading, const std::uint32_t* rows, std::size_t row_count,
                       const std::uint32_t* columns, const double* from, double* to, std::size_t stride,
                       bool accumulate) {
    Vector sum[Columns][Width];
    for (int c = 0; c < Columns; ++c)
        for (int v = 0; v < Width; ++v) sum[c][v] = Vector{};
    for (std::size_t i = 0; i < row_count; ++i) {
        const std::size_t row = rows[i];
        const double* source = from + row * stride;
        const Weight* weight_row = weights + row * leading;
        Vector value[Width];
        for (int v = 0; v < Width; ++v) value[v] = load(source + v * SINEW_LANES);
        for (int c = 0; c < Columns; ++c) {
            const double weight = weight_row[columns[c]];
            for (int v = 0; v < Width; ++v) sum[c][v] = fused(value[v], spread(weight), sum[c][v]);
        }
    }
    for (int c = 0; c < Columns; ++c) {
        double* target = to + columns[c] * stride;
        for (int v = 0; v < Width; ++v) {
            double* at = target + v * SINEW_LANES;
            store(at, accumulate ? load(at) + sum[c][v] : sum[c][v]);
        }
    }
}

template <int Width, int Columns, class Weight>
inline void dense_strip(const Weight* weights, std::size_t leading, const std::uint32_t* rows, std::size_t row_count,
                        const std::uint32_t* columns, std::size_t column_count, const double* from, double* to,
                        std::size_t stride, bool accumulate) {
    std::size_t c = 0;
    for (; c + Columns <= column_count; c += Columns)
        dense_tile<Width, Columns>(weights, leading, rows, row_count, columns + c, from, to, stride, accumulate);
    if constexpr (Columns > 2) {
        for (; c + 2 <= column_count; c += 2)
            dense_tile<Width, 2>(weights, leading, rows, row_count, columns + c, from, to, stride, accumulate);
    }
    for (; c < column_count; ++c)
        dense_tile<Width, 1>(weights, leading, rows, row_count, columns + c, from, to, stride, accumulate);
}

template <class Weight>
void dense(const Weight* weights, std::size_t leading, const std::uint32_t* rows, std::size_t row_count,
           const std::uint32_t* columns, std::size_t column_count, const double* from, double* to, std::size_t stride,
           bool accumulate) {
    constexpr int registers = SINEW_ACCUMULATORS;
    std::size_t vectors = stride / SINEW_LANES;
    while (vectors > 0) {
        // Five vectors are better done as three and two than as four and one.
        const std::size_t width = vectors == 5 ? 3 : vectors > 4 ? 4 : vectors;
        switch (width) {
            case 4:
                dense_strip<4, registers / 4>(weights, leading, rows, row_count, columns, column_count, from, to,
                                              stride, accumulate);
                break;
            case 3:
                dense_strip<3, registers / 3>(weights, leading, rows, row_count, columns, column_count, from, to,
                                              stride, accumulate);
                break;
            case 2:
                dense_strip<2, registers / 3>(weights, leading, rows, row_count, columns, column_count, from, to,
                                              stride, accumulate);
                break;
            default:
                dense_strip<1, registers / 3>(weights, leading, rows, row_count, columns, column_count, from, to,
                                              stride, accumulate);
        }
        vectors -= width;
        from += width * SINEW_LANES;
        to += width * SINEW_LANES;
    }
}

void scatter(const std::uint32_t* column, const double* weight, std::size_t count, const double* from, double* to,
             std::size_t stride) {
    bool any = false;  // a row reaches only its receptive field: most components of a convolution are zero in all lanes
    for (std::size_t l = 0; l < stride; ++l) any |= from[l] != 0;
    if (!any) return;
    for (std::size_t i = 0; i < count; ++i) {
        double* target = to + column[i] * stride;
        const double w = weight[i];
        for (std::size_t l = 0; l < stride; l += SINEW_LANES)
            store(target + l, fused(load(from + l), spread(w), load(target + l)));
    }
}

/// `Block` outputs by `Width` vectors stay in registers over all terms.
template <int Width, int Block>
inline void gather_tile(const double* weights, const double* from, double* to, const std::uint32_t* component,
                        const std::uint32_t* weight, GatherList terms, std::size_t stride) {
    Vector sum[Block][Width];
    const double* factor[Block];
    for (int i = 0; i < Block; ++i) {
        factor[i] = weights + weight[i];
        for (int v = 0; v < Width; ++v) sum[i][v] = load(to + component[i] * stride + v * SINEW_LANES);
    }
    for (std::size_t n = 0; n < terms.count; ++n) {
        const double* source = from + terms.component[n] * stride;
        const std::size_t k = terms.weight[n];
        Vector value[Width];
        for (int v = 0; v < Width; ++v) value[v] = load(source + v * SINEW_LANES);
        for (int i = 0; i < Block; ++i) {
            const Vector each = spread(factor[i][k]);
            for (int v = 0; v < Width; ++v) sum[i][v] = fused(value[v], each, sum[i][v]);
        }
    }
    for (int i = 0; i < Block; ++i)
        for (int v = 0; v < Width; ++v) store(to + component[i] * stride + v * SINEW_LANES, sum[i][v]);
}

/// A tile of `size` outputs, at most `Block`.
template <int Width, int Block>
inline void gather_some(std::size_t size, const double* weights, const double* from, double* to,
                        const std::uint32_t* component, const std::uint32_t* weight, GatherList terms,
                        std::size_t stride) {
    if constexpr (Block > 0) {
        if (size == Block)
            gather_tile<Width, Block>(weights, from, to, component, weight, terms, stride);
        else
            gather_some<Width, Block - 1>(size, weights, from, to, component, weight, terms, stride);
    }
}

/// Tiles of nearly the same size: one output alone would wait for each of its own sums.
template <int Width>
inline void gather_strip(const double* weights, const double* from, double* to, GatherList outputs, GatherList terms,
                         std::size_t stride) {
    constexpr int most = SINEW_ACCUMULATORS / Width < 8 ? SINEW_ACCUMULATORS / Width : 8;
    const std::size_t tiles = (outputs.count + most - 1) / most;
    std::size_t done = 0;
    for (std::size_t tile = 0; tile < tiles; ++tile) {
        const std::size_t end = outputs.count * (tile + 1) / tiles;
        gather_some<Width, most>(end - done, weights, from, to, outputs.component + done, outputs.weight + done, terms,
                                 stride);
        done = end;
    }
}

void gather(const double* weights, const double* from, double* to, GatherList outputs, GatherList terms,
            std::size_t stride) {
    std::size_t vectors = stride / SINEW_LANES;
    while (vectors > 0) {
        const std::size_t width = vectors == 5 ? 3 : vectors > 4 ? 4 : vectors;
        switch (width) {
            case 4:
                gather_strip<4>(weights, from, to, outputs, terms, stride);
                break;
            case 3:
                gather_strip<3>(weights, from, to, outputs, terms, stride);
                break;
            case 2:
                gather_strip<2>(weights, from, to, outputs, terms, stride);
                break;
            default:
                gather_strip<1>(weights, from, to, outputs, terms, stride);
        }
        vectors -= width;
        from += width * SINEW_LANES;
        to += width * SINEW_LANES;
    }
}

/// Calls body<Width>(first lane) so that all lanes are covered, several vectors at once: the running sums of one vector
/// would wait for each other.
template <class Body>
inline void over_lanes(std::size_t stride, Body body) {
    std::size_t lane = 0;
    for (; lane + 4 * SINEW_LANES <= stride; lane += 4 * SINEW_LANES) body.template operator()<4>(lane);
    for (; lane + 2 * SINEW_LANES <= stride; lane += 2 * SINEW_LANES) body.template operator()<2>(lane);
    for (; lane < stride; lane += SINEW_LANES) body.template operator()<1>(lane);
}

template <bool accumulate>
void relax_lanes(const std::uint32_t* index, std::size_t count, LineArrays lines, const double* magnitude,
                 const double* from, double* to, Lanes lanes) {
    over_lanes(lanes.stride, [&]<int Width>(std::size_t lane) {
        Vector constant[Width];
        Vector absolute[Width];
        for (int v = 0; v < Width; ++v) {
            constant[v] = load(lanes.constant + lane + v * SINEW_LANES);
            absolute[v] = load(lanes.absolute + lane + v * SINEW_LANES);
        }
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = index[i] * lanes.stride + lane;
            const Vector lower_slope = spread(lines.lower_slope[i]);
            const Vector upper_slope = spread(lines.upper_slope[i]);
            const Vector lower_intercept = spread(lines.lower_intercept[i]);
            const Vector upper_intercept = spread(lines.upper_intercept[i]);
            for (int v = 0; v < Width; ++v) {
                const Vector value = load(from + at + v * SINEW_LANES);
                const Mask positive = value > 0;
                Vector slope = value * (positive ? lower_slope : upper_slope);
                const Vector shift = value * (positive ? lower_intercept : upper_intercept);
                constant[v] += shift;
                absolute[v] += magnitude_of(shift);
                if constexpr (accumulate) {
                    absolute[v] = fused(magnitude_of(slope), spread(magnitude[index[i]]), absolute[v]);
                    slope += load(to + at + v * SINEW_LANES);
                }
                store(to + at + v * SINEW_LANES, slope);
            }
        }
        for (int v = 0; v < Width; ++v) {
            store(lanes.constant + lane + v * SINEW_LANES, constant[v]);
            store(lanes.absolute + lane + v * SINEW_LANES, absolute[v]);
        }
    });
}

void relax(const std::uint32_t* index, std::size_t count, LineArrays lines, const double* magnitude, const double* from,
           double* to, Lanes lanes, bool accumulate) {
    if (accumulate)
        relax_lanes<true>(index, count, lines, magnitude, from, to, lanes);
    else
        relax_lanes<false>(index, count, lines, magnitude, from, to, lanes);
}

void pass(const std::uint32_t* index, std::size_t count, const double* magnitude, const double* from, double* to,
          Lanes lanes) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = index[i] * lanes.stride;
        for (std::size_t l = 0; l < lanes.stride; l += SINEW_LANES) {
            const Vector value = load(from + at + l);
            store(to + at + l, load(to + at + l) + value);
            store(lanes.absolute + l,
                  fused(magnitude_of(value), spread(magnitude[index[i]]), load(lanes.absolute + l)));
        }
    }
}

void bias(const std::uint32_t* index, std::size_t count, const double* bias, const double* budget, const double* from,
          Lanes lanes) {
    over_lanes(lanes.stride, [&]<int Width>(std::size_t lane) {
        Vector constant[Width];
        Vector absolute[Width];
        for (int v = 0; v < Width; ++v) {
            constant[v] = load(lanes.constant + lane + v * SINEW_LANES);
            absolute[v] = load(lanes.absolute + lane + v * SINEW_LANES);
        }
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t k = index[i];
            const Vector b = spread(bias[k]);
            const Vector e = spread(budget[k]);
            for (int v = 0; v < Width; ++v) {
                const Vector value = load(from + k * lanes.stride + lane + v * SINEW_LANES);
                constant[v] = fused(value, b, constant[v]);
                absolute[v] = fused(magnitude_of(value), e, absolute[v]);
            }
        }
        for (int v = 0; v < Width; ++v) {
            store(lanes.constant + lane + v * SINEW_LANES, constant[v]);
            store(lanes.absolute + lane + v * SINEW_LANES, absolute[v]);
        }
    });
}

void concretise(std::size_t count, const double* lower, const double* upper, const double* from, Lanes lanes) {
    over_lanes(lanes.stride, [&]<int Width>(std::size_t lane) {
        Vector constant[Width];
        Vector absolute[Width];
        for (int v = 0; v < Width; ++v) {
            constant[v] = load(lanes.constant + lane + v * SINEW_LANES);
            absolute[v] = load(lanes.absolute + lane + v * SINEW_LANES);
        }
        for (std::size_t k = 0; k < count; ++k) {
            const Vector low = spread(lower[k]);
            const Vector high = spread(upper[k]);
            for (int v = 0; v < Width; ++v) {
                const Vector value = load(from + k * lanes.stride + lane + v * SINEW_LANES);
                const Vector term = value * (value > 0 ? low : high);
                constant[v] += term;
                absolute[v] += magnitude_of(term);
            }
        }
        for (int v = 0; v < Width; ++v) {
            store(lanes.constant + lane + v * SINEW_LANES, constant[v]);
            store(lanes.absolute + lane + v * SINEW_LANES, absolute[v]);
        }
    });
}

void pool(const double* from, double* to, double upper, bool dominates, double magnitude, Lanes lanes) {
    const Vector zero{};
    for (std::size_t l = 0; l < lanes.stride; l += SINEW_LANES) {
        const Vector value = load(from + l);
        const Mask through = (value > 0) | (dominates ? ~Mask{} : Mask{});
        // A nan takes neither comparison, so it must reach the constant, where it says "no information".
        const Vector shift = (value > 0) | (value == 0) | (dominates ? ~Mask{} : Mask{}) ? zero : value * upper;
        store(to + l, load(to + l) + (through ? value : zero));
        store(lanes.constant + l, load(lanes.constant + l) + shift);
        store(lanes.absolute + l, fused(magnitude_of(value), spread(magnitude), load(lanes.absolute + l)));
    }
}

}  // namespace

extern const Kernels table;
const Kernels table = {dense<double>, scatter, gather, relax, pass, bias, concretise, pool, dense<float>};

}  // namespace SINEW_KERNELS
}  // namespace sinew::bounds
