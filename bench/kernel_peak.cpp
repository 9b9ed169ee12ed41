// SPDX-License-Identifier: Apache-2.0
// What the dense kernel of back-substitution reaches of the core's peak: the peak is measured here too, by fused
// multiply-adds on registers alone (so that the clock's ups and downs touch both figures).
#include <cstdint>
#include <ctime>
#include <numeric>
#include <vector>

#include <fmt/core.h>

#include "base/instruction_set.hpp"
#include "bounds/kernels.hpp"

namespace {
double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Gflop/s of `flops` floating point operations a call.
template <class Work>
double rate(double flops, Work work) {
    double best = 0;
    for (int round = 0; round < 20; ++round) {
        const double from = processor_seconds();
        std::uint64_t calls = 0;
        while (processor_seconds() - from < 0.01)
            for (int i = 0; i < 50; ++i, ++calls) work();
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
}  // namespace

int main() {
    const sinew::bounds::Kernels& kernels = sinew::bounds::kernels();
#if defined(__x86_64__)
    double sink[1] = {1e-3};
    const double peak =
        __builtin_cpu_supports("avx512f") ? rate(2.0 * 8 * 16 * 1000, [&] { fused_on_registers(sink); }) : 0;
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
            const double reached = rate(2.0 * static_cast<double>(size * size * lanes), [&] {
                kernels.dense(weights.data(), size, index.data(), size, index.data(), size, from.data(), to.data(),
                              lanes, false);
            });
            fmt::print("{} x {}, {} rows: {:.1f} Gflop/s, {:.0f} % of peak\n", size, size, lanes, reached,
                       peak > 0 ? 100 * reached / peak : 0);
        }
    }
    return 0;
}
