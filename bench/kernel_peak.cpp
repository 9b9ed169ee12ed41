// SPDX-License-Identifier: Apache-2.0
// What the products of back-substitution reach of the core's peak: the peak is measured here too, by fused
// multiply-adds on registers alone (so that the clock's ups and downs touch both figures).
#include <cstdint>
#include <ctime>
#include <numeric>
#include <vector>

#include <fmt/core.h>

#include "base/instruction_set.hpp"
#include "bounds/kernels.hpp"
#include "bounds/lane_kernels.hpp"

namespace {
double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Gflop/s of `flops` floating point operations a call.
template <class Work>
double rate(double flops, int batch, Work work) {
    double best = 0;
    for (int round = 0; round < 20; ++round) {
        const double from = processor_seconds();
        std::uint64_t calls = 0;
        while (processor_seconds() - from < 0.01)
            for (int i = 0; i < batch; ++i, ++calls) work();
        const double reached = 1e-9 * flops * static_cast<double>(calls) / (processor_seconds() - from);
        best = reached > best ? reached : best;
    }
    return best;
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) void fused_on_registers(double* sink) {
    using Vector = double __attribute__((vector_size(64)));
    Vector sum[16] = {};
    Vector factor = Vector{} + sink[0];
    for (int i = 0; i < 1000; ++i) {
        for (auto& s : sum) asm("vfmadd231pd %1, %1, %0" : "+v"(s) : "v"(factor));
    }
    for (const auto& s : sum) sink[0] += s[0] * 0;
}
#endif
/// A square image, kernel and stride; padded so that the output's side is the image's by the stride.
sinew::model::ConvolutionMap convolution(std::size_t in_channels, std::size_t out_channels, std::size_t side,
                                         std::size_t kernel, std::size_t stride, std::size_t groups = 1) {
    sinew::model::ConvolutionMap map;
    map.in_channels = in_channels;
    map.out_channels = out_channels;
    map.in_height = map.in_width = side;
    map.out_height = map.out_width = side / stride;
    map.kernel_height = map.kernel_width = kernel;
    map.stride_height = map.stride_width = stride;
    map.pad_top = map.pad_left = (kernel - 1) / 2;
    map.groups = groups;
    map.kernel =
        sinew::model::NumberArray(std::vector<double>(out_channels * in_channels / groups * kernel * kernel, 0.5));
    return map;
}

/// Of `size` components, two of three.
std::vector<std::uint32_t> two_thirds(std::size_t size) {
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t k = 0; k < size; ++k)
        if (k * 2654435761U % 3 != 0) chosen.push_back(k);
    return chosen;
}

void convolutions(double peak) {
    const sinew::model::ConvolutionMap maps[] = {convolution(3, 8, 32, 4, 2),   convolution(8, 16, 16, 4, 2),
                                                 convolution(16, 16, 32, 3, 1), convolution(16, 32, 32, 3, 2),
                                                 convolution(64, 64, 16, 3, 1), convolution(32, 32, 16, 3, 1, 32)};
    for (const sinew::model::ConvolutionMap& map : maps) {
        sinew::bounds::LaneMatrix in(map.columns()), out(map.rows());
        in.fill(0.25);
        out.fill(0.25);
        const sinew::model::LinearMap linear = map;
        const double flops = 2.0 * sinew::bounds::lanes * static_cast<double>(sinew::model::multiplications(linear));
        const std::vector<std::uint32_t> rows = two_thirds(map.rows()), columns = two_thirds(map.columns());
        for (const bool selects : {false, true}) {
            sinew::bounds::Selection selection;
            if (selects) selection = {rows, columns};
            // Of the products, those whose two components are there.
            const double share = selects ? 4.0 / 9 : 1;
            const double forward = rate(share * flops, 1, [&] {
                sinew::bounds::multiply(linear, in.row(0), out.row(0), selection);
                out.row(0)[0] = 0;
            });
            out.fill(0.25);
            const double back = rate(share * flops, 1, [&] {
                sinew::bounds::multiply_transposed(linear, out.row(0), in.row(0), selection);
            });
            in.fill(0.25);
            fmt::print(
                "convolution {}x{}x{}, {}x{} by {}, to {}{}{}: forward {:.1f}, back {:.1f} Gflop/s ({:.0f} and "
                "{:.0f} % of peak)\n",
                map.in_channels, map.in_height, map.in_width, map.kernel_height, map.kernel_width, map.stride_height,
                map.out_channels, map.groups > 1 ? " in groups" : "", selects ? ", two thirds live" : "", forward, back,
                peak > 0 ? 100 * forward / peak : 0, peak > 0 ? 100 * back / peak : 0);
        }
    }
}
}  // namespace

int main() {
    const sinew::bounds::Kernels& kernels = sinew::bounds::kernels();
#if defined(__x86_64__)
    double sink[1] = {1e-3};
    const double peak =
        __builtin_cpu_supports("avx512f") ? rate(2.0 * 8 * 16 * 1000, 50, [&] { fused_on_registers(sink); }) : 0;
#else
    const double peak = 0;
#endif
    fmt::print("{}: peak of fused multiply-adds on registers {:.1f} Gflop/s\n", to_string(sinew::instruction_set()),
               peak);
    for (const std::size_t size : {std::size_t{24}, std::size_t{50}, std::size_t{256}}) {
        for (const std::size_t lanes : {8U, 16U, 32U, 64U}) {
            std::vector<double> weights(size * size, 0.5), from(size * lanes, 0.25), to(size * lanes);
            std::vector<std::uint32_t> index(size);
            std::iota(index.begin(), index.end(), 0U);
            const double reached = rate(2.0 * static_cast<double>(size * size * lanes), 50, [&] {
                kernels.dense(weights.data(), size, index.data(), size, index.data(), size, from.data(), to.data(),
                              lanes, false);
            });
            fmt::print("{} x {}, {} rows: {:.1f} Gflop/s, {:.0f} % of peak\n", size, size, lanes, reached,
                       peak > 0 ? 100 * reached / peak : 0);
        }
    }
    convolutions(peak);
    return 0;
}
