// SPDX-License-Identifier: Apache-2.0
// Which kernels a product takes, in pieces short enough to look at the limits between them.
#include "bounds/lane_kernels.hpp"

#include <algorithm>
#include <new>

#include "base/effort.hpp"
#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::bounds {

namespace {
LaneList list_of(std::span<const std::uint32_t> chosen, std::size_t size) {
    if (chosen.data() == nullptr) return {nullptr, size};
    return {chosen.data(), chosen.size()};
}

/// to[i] += Σ_k weight[i·i_stride + k·k_stride]·from[k]
void dense(const double* weight, std::size_t i_stride, std::size_t k_stride, const double* from, double* to,
           LaneList outputs, LaneList terms) {
    constexpr std::size_t long_work = std::size_t{1} << 18;
    constexpr std::size_t blocks = 24;  // outputs of a piece are a multiple: no kernel has remainders but in the last
    if (outputs.count * terms.count <= long_work) {
        lane_kernels().dense(weight, i_stride, k_stride, from, to, outputs, terms);
        return;
    }
    const std::size_t piece = std::max(blocks, long_work / terms.count / blocks * blocks);
    for (std::size_t begin = 0; begin < outputs.count; begin += piece) {
        check_limits();
        LaneList part{nullptr, std::min(piece, outputs.count - begin)};
        if (outputs.index != nullptr) {
            part.index = outputs.index + begin;
            lane_kernels().dense(weight, i_stride, k_stride, from, to, part, terms);
        } else {
            lane_kernels().dense(weight + begin * i_stride, i_stride, k_stride, from, to + begin * lanes, part, terms);
        }
    }
}

/// body(rows, first, last) for pieces of the map's rows.
template <class Body>
void sparse(const model::SparseMap& map, Body body) {
    const SparseRows rows{map.row_begin.data(), map.column.data(), map.weight.nearest().data()};
    constexpr std::size_t piece = 256;
    for (std::size_t first = 0; first < map.rows(); first += piece) {
        if (first > 0) check_limits();
        body(rows, first, std::min(first + piece, map.rows()));
    }
}

/// The taps of one output position: kernel rows and columns that fall inside the image.
struct Window {
    std::size_t ky_begin, ky_end, kx_begin, kx_end;
};

/// First and last + 1 tap k with 0 <= base + k·dilation - pad < size.
void taps(std::size_t base, std::size_t pad, std::size_t dilation, std::size_t kernel, std::size_t size,
          std::size_t& begin, std::size_t& end) {
    begin = 0;
    while (begin < kernel && base + begin * dilation < pad) ++begin;
    end = kernel;
    while (end > begin && base + (end - 1) * dilation - pad >= size) --end;
}

/// body(window, component of the image under its first weight, output component) for all output positions.
template <class Body>
void over_windows(const model::ConvolutionMap& m, Body body) {
    const double* kernel = m.kernel.nearest().data();
    const std::size_t group_inputs = m.in_channels / m.groups;
    const std::size_t group_outputs = m.out_channels / m.groups;
    ConvolutionWindow window{};
    window.channels = group_inputs;
    window.row_weights = m.kernel_width;
    window.channel_weights = m.kernel_height * m.kernel_width;
    window.channel_step = m.in_height * m.in_width;
    window.row_step = m.dilation_height * m.in_width;
    window.column_step = m.dilation_width;
    for (std::size_t channel = 0; channel < m.out_channels; ++channel) {
        const std::size_t first_input = channel / group_outputs * group_inputs;
        for (std::size_t y = 0; y < m.out_height; ++y) {
            check_limits();
            Window w;
            taps(y * m.stride_height, m.pad_top, m.dilation_height, m.kernel_height, m.in_height, w.ky_begin, w.ky_end);
            for (std::size_t x = 0; x < m.out_width; ++x) {
                taps(x * m.stride_width, m.pad_left, m.dilation_width, m.kernel_width, m.in_width, w.kx_begin,
                     w.kx_end);
                if (w.ky_begin == w.ky_end || w.kx_begin == w.kx_end) continue;
                window.rows = w.ky_end - w.ky_begin;
                window.columns = w.kx_end - w.kx_begin;
                window.weights =
                    kernel + (channel * group_inputs * m.kernel_height + w.ky_begin) * m.kernel_width + w.kx_begin;
                const std::size_t in_y = y * m.stride_height + w.ky_begin * m.dilation_height - m.pad_top;
                const std::size_t in_x = x * m.stride_width + w.kx_begin * m.dilation_width - m.pad_left;
                body(window, (first_input * m.in_height + in_y) * m.in_width + in_x,
                     (channel * m.out_height + y) * m.out_width + x);
            }
        }
    }
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
    if (const auto* m = std::get_if<model::DenseMap>(&map)) {
        dense(m->weights.nearest().data(), m->columns, 1, in, out, list_of(selection.rows, m->rows),
              list_of(selection.columns, m->columns));
    } else if (const auto* c = std::get_if<model::ConvolutionMap>(&map)) {
        const auto convolve = lane_kernels().convolve;
        over_windows(*c, [&](const ConvolutionWindow& window, std::size_t image, std::size_t output) {
            convolve(window, in + image * lanes, out + output * lanes);
        });
    } else {
        sparse(*std::get_if<model::SparseMap>(&map), [&](SparseRows rows, std::size_t first, std::size_t last) {
            lane_kernels().sparse(rows, first, last, in, out);
        });
    }
}

void multiply_transposed(const model::LinearMap& map, const double* out, double* in, const Selection& selection) {
    count_effort(map, selection);
    if (const auto* m = std::get_if<model::DenseMap>(&map)) {
        dense(m->weights.nearest().data(), 1, m->columns, out, in, list_of(selection.columns, m->columns),
              list_of(selection.rows, m->rows));
    } else if (const auto* c = std::get_if<model::ConvolutionMap>(&map)) {
        const auto convolve = lane_kernels().convolve_transposed;
        over_windows(*c, [&](const ConvolutionWindow& window, std::size_t image, std::size_t output) {
            convolve(window, out + output * lanes, in + image * lanes);
        });
    } else {
        sparse(*std::get_if<model::SparseMap>(&map), [&](SparseRows rows, std::size_t first, std::size_t last) {
            lane_kernels().sparse_transposed(rows, first, last, out, in);
        });
    }
}

}  // namespace sinew::bounds
