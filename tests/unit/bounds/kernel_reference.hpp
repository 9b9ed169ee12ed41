// SPDX-License-Identifier: Apache-2.0
// What the kernels promise, in plain loops: sums in the order of the lists, products fused where kernels_body.hpp and
// its neighbours say so. `is_fused` false is the baseline's arithmetic, on every machine.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "bounds/kernels.hpp"
#include "bounds/lane_kernel_table.hpp"

namespace sinew::bounds::reference {

struct Arithmetic {
    bool is_fused;
    double product_sum(double a, double b, double c) const { return is_fused ? std::fma(a, b, c) : a * b + c; }
};

using Indices = std::vector<std::uint32_t>;

struct DenseProduct {
    const double* weights;
    std::size_t columns;
    Indices rows;
    Indices chosen_columns;
};
inline void dense(Arithmetic arithmetic, const DenseProduct& product, const double* from, double* to,
                  std::size_t stride, bool accumulate) {
    for (const std::size_t c : product.chosen_columns) {
        for (std::size_t l = 0; l < stride; ++l) {
            double sum = 0;
            for (const std::size_t r : product.rows)
                sum = arithmetic.product_sum(from[r * stride + l], product.weights[r * product.columns + c], sum);
            to[c * stride + l] = accumulate ? to[c * stride + l] + sum : sum;
        }
    }
}

inline void scatter(Arithmetic arithmetic, const Indices& column, const double* weight, const double* from, double* to,
                    std::size_t stride) {
    bool any = false;
    for (std::size_t l = 0; l < stride; ++l) any |= from[l] != 0;
    if (!any) return;
    for (std::size_t i = 0; i < column.size(); ++i)
        for (std::size_t l = 0; l < stride; ++l) {
            double& sum = to[column[i] * stride + l];
            sum = arithmetic.product_sum(from[l], weight[i], sum);
        }
}

inline void gather(Arithmetic arithmetic, const double* weights, const double* from, double* to, GatherList outputs,
                   GatherList terms, std::size_t stride) {
    for (std::size_t o = 0; o < outputs.count; ++o)
        for (std::size_t l = 0; l < stride; ++l)
            for (std::size_t t = 0; t < terms.count; ++t) {
                double& sum = to[outputs.component[o] * stride + l];
                sum = arithmetic.product_sum(from[terms.component[t] * stride + l],
                                             weights[outputs.weight[o] + terms.weight[t]], sum);
            }
}

inline void relax(Arithmetic arithmetic, const Indices& index, LineArrays lines, const double* magnitude,
                  const double* from, double* to, Lanes all, bool accumulate) {
    for (std::size_t i = 0; i < index.size(); ++i) {
        for (std::size_t l = 0; l < all.stride; ++l) {
            const double value = from[index[i] * all.stride + l];
            double slope = value * (value > 0 ? lines.lower_slope[i] : lines.upper_slope[i]);
            const double shift = value * (value > 0 ? lines.lower_intercept[i] : lines.upper_intercept[i]);
            double& target = to[index[i] * all.stride + l];
            all.constant[l] += shift;
            all.absolute[l] += std::fabs(shift);
            if (accumulate) {
                all.absolute[l] = arithmetic.product_sum(std::fabs(slope), magnitude[index[i]], all.absolute[l]);
                slope += target;
            }
            target = slope;
        }
    }
}

inline void pass(Arithmetic arithmetic, const Indices& index, const double* magnitude, const double* from, double* to,
                 Lanes all) {
    for (const std::size_t k : index) {
        for (std::size_t l = 0; l < all.stride; ++l) {
            const double value = from[k * all.stride + l];
            to[k * all.stride + l] += value;
            all.absolute[l] = arithmetic.product_sum(std::fabs(value), magnitude[k], all.absolute[l]);
        }
    }
}

/// add_bias() of a layer's lanes is the same sum.
inline void bias(Arithmetic arithmetic, const Indices& index, const double* bias, const double* budget,
                 const double* from, Lanes all) {
    for (const std::size_t k : index) {
        for (std::size_t l = 0; l < all.stride; ++l) {
            const double value = from[k * all.stride + l];
            all.constant[l] = arithmetic.product_sum(value, bias[k], all.constant[l]);
            all.absolute[l] = arithmetic.product_sum(std::fabs(value), budget[k], all.absolute[l]);
        }
    }
}

inline void concretise(std::size_t count, const double* lower, const double* upper, const double* from, Lanes all) {
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t l = 0; l < all.stride; ++l) {
            const double value = from[k * all.stride + l];
            const double term = value * (value > 0 ? lower[k] : upper[k]);
            all.constant[l] += term;
            all.absolute[l] += std::fabs(term);
        }
    }
}

inline void pool(Arithmetic arithmetic, const double* from, double* to, double upper, bool dominates, double magnitude,
                 Lanes all) {
    for (std::size_t l = 0; l < all.stride; ++l) {
        const double value = from[l];
        to[l] += value > 0 || dominates ? value : 0.0;
        all.constant[l] += value > 0 || value == 0 || dominates ? 0.0 : value * upper;
        all.absolute[l] = arithmetic.product_sum(std::fabs(value), magnitude, all.absolute[l]);
    }
}

inline void product(Arithmetic arithmetic, const double* weight, std::size_t i_stride, std::size_t k_stride,
                    const double* from, double* to, const Indices& outputs, const Indices& terms) {
    for (const std::size_t i : outputs)
        for (std::size_t l = 0; l < lanes; ++l)
            for (const std::size_t k : terms)
                to[i * lanes + l] =
                    arithmetic.product_sum(from[k * lanes + l], weight[i * i_stride + k * k_stride], to[i * lanes + l]);
}

inline void sparse(Arithmetic arithmetic, SparseRows map, const Indices& rows, bool transposed, const double* from,
                   double* to) {
    for (const std::size_t r : rows)
        for (std::size_t k = map.row_begin[r]; k < map.row_begin[r + 1]; ++k)
            for (std::size_t l = 0; l < lanes; ++l) {
                const std::size_t source = transposed ? r : map.column[k];
                const std::size_t target = transposed ? map.column[k] : r;
                to[target * lanes + l] =
                    arithmetic.product_sum(from[source * lanes + l], map.weight[k], to[target * lanes + l]);
            }
}

inline void relax_backward(Arithmetic arithmetic, const Indices& list, const double* post, double* pre,
                           const ReluLines& lines, const double* magnitude, double* constant, double* absolute) {
    for (const std::size_t k : list) {
        for (std::size_t l = 0; l < lanes; ++l) {
            const std::size_t at = k * lanes + l;
            const bool below = post[at] >= 0;
            const double moved = post[at] * (below ? lines.slope[at] : lines.upper_slope[at]);
            const double lift = below ? 0.0 : post[at] * lines.upper_intercept[at];
            constant[l] += lift;
            absolute[l] +=
                arithmetic.product_sum(std::fabs(moved) + std::fabs(lines.shift[at]), magnitude[k], std::fabs(lift));
            pre[at] += moved + lines.shift[at];
        }
    }
}

inline void relax_forward(Arithmetic arithmetic, const Indices& list, const double* post, const double* in, double* out,
                          const ReluLines& lines) {
    for (const std::size_t k : list) {
        for (std::size_t at = k * lanes; at < (k + 1) * lanes; ++at) {
            const bool below = post[at] >= 0;
            out[at] = arithmetic.product_sum(below ? lines.slope[at] : lines.upper_slope[at], in[at],
                                             below ? 0.0 : lines.upper_intercept[at]);
        }
    }
}

inline void concretise_lanes(std::size_t count, const double* coefficient, const double* lower, const double* upper,
                             double* constant, double* absolute, double* where) {
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t l = 0; l < lanes; ++l) {
            const double g = coefficient[k * lanes + l];
            const double x = g >= 0 ? lower[k] : upper[k];
            constant[l] += g * x;
            absolute[l] += std::fabs(g * x);
            where[k * lanes + l] = x;
        }
    }
}

inline void ascend(Arithmetic arithmetic, const Indices& list, const double* post, const double* in,
                   const ReluLines& lines, const AscentState& state, const AscentStep& step) {
    for (const std::size_t k : list) {
        for (std::size_t l = 0; l < lanes; ++l) {
            const std::size_t at = k * lanes + l;
            const double role = state.role[at];
            const double side = -0.5 * role;
            const bool open = role == 1;
            const double derivative = open ? (post[at] > 0 ? post[at] * in[at] : 0.0) : side * in[at];
            double& mean = state.mean[at];
            double& square = state.square[at];
            mean = arithmetic.product_sum(0.9, mean, (1 - 0.9) * derivative);
            square = arithmetic.product_sum(0.99, square, (1 - 0.99) * derivative * derivative);
            const double direction = mean / (std::sqrt(square * step.square_correction) + 1e-12);
            const double slope = arithmetic.product_sum(step.slope_rate, direction, lines.slope[at]);
            if (open) lines.slope[at] = slope < 0 ? 0.0 : slope > 1 ? 1.0 : slope;
            const double multiplier =
                arithmetic.product_sum(step.multiplier_rate[l], direction, side * lines.shift[at]);
            lines.shift[at] = open ? 0.0 : side * (multiplier < 0 ? 0.0 : multiplier);
        }
    }
}

}  // namespace sinew::bounds::reference
