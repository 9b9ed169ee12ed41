// HOT: the inner loops are written once on a 16-double vector type and compiled for AVX-512, AVX2 and the baseline; the
// processor decides at the first call. Lambdas don't inherit a target attribute in GCC, hence the plain loops.
#include "bounds/lane_kernels.hpp"

#include <algorithm>
#include <new>

#include "base/effort.hpp"
#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::bounds {

namespace {
using Vector [[gnu::vector_size(64), gnu::aligned(8), gnu::may_alias]] = double;

#define SINEW_INLINE [[gnu::always_inline]] inline

struct Two {
    Vector low, high;
};

SINEW_INLINE void load(Two& to, const double* from) {
    to.low = *reinterpret_cast<const Vector*>(from);
    to.high = *reinterpret_cast<const Vector*>(from + 8);
}
SINEW_INLINE void add_product(Two& sum, double factor, const Two& values) {
    sum.low += factor * values.low;
    sum.high += factor * values.high;
}
SINEW_INLINE void store(double* to, const Two& from) {
    *reinterpret_cast<Vector*>(to) = from.low;
    *reinterpret_cast<Vector*>(to + 8) = from.high;
}

/// Index lists; null means 0 … count - 1.
struct List {
    const std::uint32_t* index;
    std::size_t count;
};
SINEW_INLINE std::size_t at(const List& list, std::size_t n) {
    return list.index != nullptr ? list.index[n] : n;
}

/// to[i] += Σ_k weight[i·i_stride + k·k_stride]·from[k] for `block` outputs from the first-th of their list on.
template <std::size_t block>
SINEW_INLINE void dense_block(const double* weight, std::size_t i_stride, std::size_t k_stride, const double* from,
                              double* to, const List& outputs, std::size_t first, const List& terms) {
    Two sum[block];
    std::size_t offset[block];
    for (std::size_t i = 0; i < block; ++i) {
        const std::size_t output = at(outputs, first + i);
        offset[i] = output * i_stride;
        load(sum[i], to + output * lanes);
    }
    for (std::size_t n = 0; n < terms.count; ++n) {
        const std::size_t k = at(terms, n);
        Two value;
        load(value, from + k * lanes);
        const double* factor = weight + k * k_stride;
        for (std::size_t i = 0; i < block; ++i) add_product(sum[i], factor[offset[i]], value);
    }
    for (std::size_t i = 0; i < block; ++i) store(to + at(outputs, first + i) * lanes, sum[i]);
}

SINEW_INLINE void dense(const double* weight, std::size_t i_stride, std::size_t k_stride, const double* from,
                        double* to, const List& outputs, const List& terms) {
    constexpr std::size_t long_work = std::size_t{1} << 18;
    const bool is_long = outputs.count * terms.count > long_work;
    std::size_t i = 0;
    for (; i + 8 <= outputs.count; i += 8) {
        if (is_long) check_limits();
        dense_block<8>(weight, i_stride, k_stride, from, to, outputs, i, terms);
    }
    if (i + 4 <= outputs.count) {
        dense_block<4>(weight, i_stride, k_stride, from, to, outputs, i, terms);
        i += 4;
    }
    for (; i < outputs.count; ++i) dense_block<1>(weight, i_stride, k_stride, from, to, outputs, i, terms);
}

SINEW_INLINE List list_of(std::span<const std::uint32_t> chosen, std::size_t size) {
    if (chosen.data() == nullptr) return {nullptr, size};
    return {chosen.data(), chosen.size()};
}

SINEW_INLINE void sparse_forward(const model::SparseMap& map, const double* in, double* out) {
    const double* weight = map.weight.nearest().data();
    for (std::size_t r = 0; r < map.rows(); ++r) {
        if ((r & 255U) == 255U) check_limits();
        Two sum;
        load(sum, out + r * lanes);
        for (std::size_t k = map.row_begin[r]; k < map.row_begin[r + 1]; ++k) {
            Two value;
            load(value, in + map.column[k] * lanes);
            add_product(sum, weight[k], value);
        }
        store(out + r * lanes, sum);
    }
}

SINEW_INLINE void sparse_transposed(const model::SparseMap& map, const double* out, double* in) {
    const double* weight = map.weight.nearest().data();
    for (std::size_t r = 0; r < map.rows(); ++r) {
        if ((r & 255U) == 255U) check_limits();
        Two value;
        load(value, out + r * lanes);
        for (std::size_t k = map.row_begin[r]; k < map.row_begin[r + 1]; ++k) {
            Two sum;
            load(sum, in + map.column[k] * lanes);
            add_product(sum, weight[k], value);
            store(in + map.column[k] * lanes, sum);
        }
    }
}

/// The taps of one output position: kernel rows and columns that fall inside the image.
struct Window {
    std::size_t ky_begin, ky_end, kx_begin, kx_end;
};

/// First and last + 1 tap k with 0 <= base + k·dilation - pad < size.
SINEW_INLINE void taps(std::size_t base, std::size_t pad, std::size_t dilation, std::size_t kernel, std::size_t size,
                       std::size_t& begin, std::size_t& end) {
    begin = 0;
    while (begin < kernel && base + begin * dilation < pad) ++begin;
    end = kernel;
    while (end > begin && base + (end - 1) * dilation - pad >= size) --end;
}

/// Walks all (output position, input tap) pairs; forward gathers into the output, transposed scatters into the input.
template <bool transposed>
SINEW_INLINE void convolution(const model::ConvolutionMap& m, const double* from, double* to) {
    const double* kernel = m.kernel.nearest().data();
    const std::size_t group_inputs = m.in_channels / m.groups;
    const std::size_t group_outputs = m.out_channels / m.groups;
    for (std::size_t channel = 0; channel < m.out_channels; ++channel) {
        const std::size_t first_input = channel / group_outputs * group_inputs;
        for (std::size_t y = 0; y < m.out_height; ++y) {
            Window w;
            check_limits();
            taps(y * m.stride_height, m.pad_top, m.dilation_height, m.kernel_height, m.in_height, w.ky_begin, w.ky_end);
            for (std::size_t x = 0; x < m.out_width; ++x) {
                taps(x * m.stride_width, m.pad_left, m.dilation_width, m.kernel_width, m.in_width, w.kx_begin,
                     w.kx_end);
                const std::size_t output = (channel * m.out_height + y) * m.out_width + x;
                Two held;
                load(held, transposed ? from + output * lanes : to + output * lanes);
                for (std::size_t input = 0; input < group_inputs; ++input) {
                    for (std::size_t ky = w.ky_begin; ky < w.ky_end; ++ky) {
                        const std::size_t in_y = y * m.stride_height + ky * m.dilation_height - m.pad_top;
                        const std::size_t row = ((first_input + input) * m.in_height + in_y) * m.in_width;
                        const double* taps_row =
                            kernel + ((channel * group_inputs + input) * m.kernel_height + ky) * m.kernel_width;
                        for (std::size_t kx = w.kx_begin; kx < w.kx_end; ++kx) {
                            const std::size_t column = row + (x * m.stride_width + kx * m.dilation_width - m.pad_left);
                            Two other;
                            if constexpr (transposed) {
                                load(other, to + column * lanes);
                                add_product(other, taps_row[kx], held);
                                store(to + column * lanes, other);
                            } else {
                                load(other, from + column * lanes);
                                add_product(held, taps_row[kx], other);
                            }
                        }
                    }
                }
                if constexpr (!transposed) store(to + output * lanes, held);
            }
        }
    }
}

SINEW_INLINE void forward(const model::LinearMap& map, const double* in, double* out, const Selection& selection) {
    if (const auto* m = std::get_if<model::DenseMap>(&map)) {
        dense(m->weights.nearest().data(), m->columns, 1, in, out, list_of(selection.rows, m->rows),
              list_of(selection.columns, m->columns));
    } else if (const auto* c = std::get_if<model::ConvolutionMap>(&map)) {
        convolution<false>(*c, in, out);
    } else {
        sparse_forward(*std::get_if<model::SparseMap>(&map), in, out);
    }
}

SINEW_INLINE void transposed(const model::LinearMap& map, const double* out, double* in, const Selection& selection) {
    if (const auto* m = std::get_if<model::DenseMap>(&map)) {
        dense(m->weights.nearest().data(), 1, m->columns, out, in, list_of(selection.columns, m->columns),
              list_of(selection.rows, m->rows));
    } else if (const auto* c = std::get_if<model::ConvolutionMap>(&map)) {
        convolution<true>(*c, out, in);
    } else {
        sparse_transposed(*std::get_if<model::SparseMap>(&map), out, in);
    }
}

using Kernel = void (*)(const model::LinearMap&, const double*, double*, const Selection&);

void forward_baseline(const model::LinearMap& map, const double* in, double* out, const Selection& selection) {
    forward(map, in, out, selection);
}
void transposed_baseline(const model::LinearMap& map, const double* out, double* in, const Selection& selection) {
    transposed(map, out, in, selection);
}
#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void forward_avx2(const model::LinearMap& map, const double* in, double* out,
                                              const Selection& selection) {
    forward(map, in, out, selection);
}
[[gnu::target("avx2,fma")]] void transposed_avx2(const model::LinearMap& map, const double* out, double* in,
                                                 const Selection& selection) {
    transposed(map, out, in, selection);
}
[[gnu::target("avx512f,fma")]] void forward_avx512(const model::LinearMap& map, const double* in, double* out,
                                                   const Selection& selection) {
    forward(map, in, out, selection);
}
[[gnu::target("avx512f,fma")]] void transposed_avx512(const model::LinearMap& map, const double* out, double* in,
                                                      const Selection& selection) {
    transposed(map, out, in, selection);
}
#endif

struct Kernels {
    Kernel forward = forward_baseline;
    Kernel transposed = transposed_baseline;
};

Kernels choose_kernels() {
    Kernels kernels;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        kernels = {forward_avx512, transposed_avx512};
    } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        kernels = {forward_avx2, transposed_avx2};
    }
#endif
    return kernels;
}

const Kernels& kernels() {
    static const Kernels chosen = choose_kernels();
    return chosen;
}
}  // namespace

void LaneMatrix::resize(std::size_t rows) {
    if (rows > capacity_) {
        constexpr std::size_t line = 64;
        data_.reset(static_cast<double*>(std::aligned_alloc(line, rows * lanes * sizeof(double))));
        if (!data_) throw std::bad_alloc();
        capacity_ = rows;
    }
    rows_ = rows;
}

void LaneMatrix::fill(double value) {
    std::fill_n(data_.get(), rows_ * lanes, value);
}

namespace {
void count_effort(const model::LinearMap& map, const Selection& selection) {
    const auto* const dense = std::get_if<model::DenseMap>(&map);
    const bool selects = dense != nullptr && selection.rows.data() != nullptr;
    const std::size_t products =
        selects
            ? selection.rows.size() * (selection.columns.data() != nullptr ? selection.columns.size() : dense->columns)
            : model::multiplications(map);
    // Sparse and convolution maps multiply a quarter as fast.
    spend(products * (dense != nullptr ? lanes : 4 * lanes) / multiplications_per_tick + 1);
}
}  // namespace

void multiply(const model::LinearMap& map, const double* in, double* out, const Selection& selection) {
    count_effort(map, selection);
    kernels().forward(map, in, out, selection);
}

void multiply_transposed(const model::LinearMap& map, const double* out, double* in, const Selection& selection) {
    count_effort(map, selection);
    kernels().transposed(map, out, in, selection);
}

}  // namespace sinew::bounds
