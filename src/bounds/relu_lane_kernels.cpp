// HOT: loops over lanes that the compiler vectorises, compiled for three instruction sets as in lane_kernels.cpp.
#include "bounds/relu_lane_kernels.hpp"

#include "bounds/lane_kernels.hpp"

namespace sinew::bounds {

namespace {
#define SINEW_INLINE [[gnu::always_inline]] inline

SINEW_INLINE double magnitude_of(double value) {
    return value < 0 ? -value : value;
}

SINEW_INLINE void backward_body(std::span<const std::uint32_t> list, const double* post, double* pre,
                                const ReluLines& lines, const double* magnitude, double* constant, double* absolute) {
    double sum[lanes];
    double error[lanes];
    for (std::size_t j = 0; j < lanes; ++j) {
        sum[j] = constant[j];
        error[j] = absolute[j];
    }
    for (const std::uint32_t k : list) {
        const std::size_t at = k * lanes;
        const double size = magnitude[k];
        for (std::size_t j = 0; j < lanes; ++j) {
            const double g = post[at + j];
            const bool below = g >= 0;
            const double slope = below ? lines.slope[at + j] : lines.upper_slope[at + j];
            const double lift = below ? 0.0 : g * lines.upper_intercept[at + j];
            const double shift = lines.shift[at + j];
            const double moved = g * slope;
            sum[j] += lift;
            error[j] += magnitude_of(lift) + (magnitude_of(moved) + magnitude_of(shift)) * size;
            pre[at + j] += moved + shift;
        }
    }
    for (std::size_t j = 0; j < lanes; ++j) {
        constant[j] = sum[j];
        absolute[j] = error[j];
    }
}

SINEW_INLINE void forward_body(std::span<const std::uint32_t> list, const double* post, const double* in, double* out,
                               const ReluLines& lines) {
    for (const std::uint32_t k : list) {
        const std::size_t at = k * lanes;
        for (std::size_t j = 0; j < lanes; ++j) {
            const bool below = post[at + j] >= 0;
            const double slope = below ? lines.slope[at + j] : lines.upper_slope[at + j];
            const double intercept = below ? 0.0 : lines.upper_intercept[at + j];
            out[at + j] = slope * in[at + j] + intercept;
        }
    }
}

SINEW_INLINE void bias_body(std::span<const std::uint32_t> list, const double* coefficient, const double* bias,
                            const double* budget, double* constant, double* absolute) {
    double sum[lanes];
    double error[lanes];
    for (std::size_t j = 0; j < lanes; ++j) {
        sum[j] = constant[j];
        error[j] = absolute[j];
    }
    for (const std::uint32_t k : list) {
        const double b = bias[k];
        const double e = budget[k];
        for (std::size_t j = 0; j < lanes; ++j) {
            const double g = coefficient[k * lanes + j];
            sum[j] += g * b;
            error[j] += magnitude_of(g) * e;
        }
    }
    for (std::size_t j = 0; j < lanes; ++j) {
        constant[j] = sum[j];
        absolute[j] = error[j];
    }
}

SINEW_INLINE void concretise_body(std::size_t count, const double* coefficient, const double* lower,
                                  const double* upper, double* constant, double* absolute, double* at) {
    double sum[lanes];
    double error[lanes];
    for (std::size_t j = 0; j < lanes; ++j) {
        sum[j] = constant[j];
        error[j] = absolute[j];
    }
    for (std::size_t k = 0; k < count; ++k) {
        const double low = lower[k];
        const double high = upper[k];
        for (std::size_t j = 0; j < lanes; ++j) {
            const double g = coefficient[k * lanes + j];
            const double x = g >= 0 ? low : high;
            const double term = g * x;
            sum[j] += term;
            error[j] += magnitude_of(term);
            at[k * lanes + j] = x;
        }
    }
    for (std::size_t j = 0; j < lanes; ++j) {
        constant[j] = sum[j];
        absolute[j] = error[j];
    }
}

SINEW_INLINE void ascend_body(std::span<const std::uint32_t> list, const double* post, const double* in,
                              const ReluLines& lines, const AscentState& state, const AscentStep& step) {
    constexpr double keep_mean = 0.9;
    constexpr double keep_square = 0.99;
    for (const std::uint32_t k : list) {
        const std::size_t at = k * lanes;
        for (std::size_t j = 0; j < lanes; ++j) {
            const double role = state.role[at + j];
            const double g = post[at + j];
            const double s = in[at + j];
            const bool open = role == 1;
            const double derivative = open ? (g > 0 ? g * s : 0.0) : -0.5 * role * s;
            const double mean = keep_mean * state.mean[at + j] + (1 - keep_mean) * derivative;
            const double square = keep_square * state.square[at + j] + (1 - keep_square) * derivative * derivative;
            state.mean[at + j] = mean;
            state.square[at + j] = square;
            const double direction = mean / (__builtin_sqrt(square * step.square_correction) + 1e-12);
            double slope = lines.slope[at + j] + step.slope_rate * direction;
            slope = slope < 0 ? 0.0 : slope > 1 ? 1.0 : slope;
            lines.slope[at + j] = open ? slope : lines.slope[at + j];
            // shift = -role/2·multiplier
            double multiplier = -0.5 * role * lines.shift[at + j] + step.multiplier_rate[j] * direction;
            multiplier = multiplier < 0 ? 0.0 : multiplier;
            lines.shift[at + j] = open ? 0.0 : -0.5 * role * multiplier;
        }
    }
}

// One table a target; the macro spares writing each wrapper three times.
#define SINEW_RELU_KERNELS(name, target)                                                                               \
    target void backward_##name(std::span<const std::uint32_t> list, const double* post, double* pre,                  \
                                const ReluLines& lines, const double* magnitude, double* constant, double* absolute) { \
        backward_body(list, post, pre, lines, magnitude, constant, absolute);                                          \
    }                                                                                                                  \
    target void forward_##name(std::span<const std::uint32_t> list, const double* post, const double* in, double* out, \
                               const ReluLines& lines) {                                                               \
        forward_body(list, post, in, out, lines);                                                                      \
    }                                                                                                                  \
    target void bias_##name(std::span<const std::uint32_t> list, const double* coefficient, const double* bias,        \
                            const double* budget, double* constant, double* absolute) {                                \
        bias_body(list, coefficient, bias, budget, constant, absolute);                                                \
    }                                                                                                                  \
    target void concretise_##name(std::size_t count, const double* coefficient, const double* lower,                   \
                                  const double* upper, double* constant, double* absolute, double* at) {               \
        concretise_body(count, coefficient, lower, upper, constant, absolute, at);                                     \
    }                                                                                                                  \
    target void ascend_##name(std::span<const std::uint32_t> list, const double* post, const double* in,               \
                              const ReluLines& lines, const AscentState& state, const AscentStep& step) {              \
        ascend_body(list, post, in, lines, state, step);                                                               \
    }

SINEW_RELU_KERNELS(baseline, )
#if defined(__x86_64__)
SINEW_RELU_KERNELS(avx2, [[gnu::target("avx2,fma")]])
SINEW_RELU_KERNELS(avx512, [[gnu::target("avx512f,avx512dq,fma,prefer-vector-width=512")]])
#endif

struct Table {
    decltype(&backward_baseline) backward = backward_baseline;
    decltype(&forward_baseline) forward = forward_baseline;
    decltype(&bias_baseline) bias = bias_baseline;
    decltype(&concretise_baseline) concretise = concretise_baseline;
    decltype(&ascend_baseline) ascend = ascend_baseline;
};

Table choose() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        return {backward_avx512, forward_avx512, bias_avx512, concretise_avx512, ascend_avx512};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return {backward_avx2, forward_avx2, bias_avx2, concretise_avx2, ascend_avx2};
#endif
    return {};
}

const Table& table() {
    static const Table chosen = choose();
    return chosen;
}
}  // namespace

void relax_backward(std::span<const std::uint32_t> list, const double* post, double* pre, const ReluLines& lines,
                    const double* magnitude, double* constant, double* absolute) {
    table().backward(list, post, pre, lines, magnitude, constant, absolute);
}
void relax_forward(std::span<const std::uint32_t> list, const double* post, const double* in, double* out,
                   const ReluLines& lines) {
    table().forward(list, post, in, out, lines);
}
void add_bias(std::span<const std::uint32_t> list, const double* coefficient, const double* bias, const double* budget,
              double* constant, double* absolute) {
    table().bias(list, coefficient, bias, budget, constant, absolute);
}
void concretise_lanes(std::size_t count, const double* coefficient, const double* lower, const double* upper,
                      double* constant, double* absolute, double* at) {
    table().concretise(count, coefficient, lower, upper, constant, absolute, at);
}
void ascend(std::span<const std::uint32_t> list, const double* post, const double* in, const ReluLines& lines,
            const AscentState& state, const AscentStep& step) {
    table().ascend(list, post, in, lines, state, step);
}

}  // namespace sinew::bounds
