// SPDX-License-Identifier: Apache-2.0
// Which kernels a product takes, in pieces short enough to look at the limits between them.
#include "bounds/lane_kernels.hpp"

#include <algorithm>
#include <new>
#include <type_traits>

#include <sys/mman.h>
#include <unistd.h>

#include "base/effort.hpp"
#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "bounds/convolution_walk.hpp"

namespace sinew::bounds {

namespace {
LaneList list_of(std::span<const std::uint32_t> chosen, std::size_t size) {
    if (chosen.data() == nullptr) return {nullptr, size};
    return {chosen.data(), chosen.size()};
}

void product(const double* weight, std::size_t i_stride, std::size_t k_stride, const double* from, double* to,
             LaneList outputs, LaneList terms) {
    lane_kernels().dense(weight, i_stride, k_stride, from, to, outputs, terms);
}
void product(const float* weight, std::size_t i_stride, std::size_t k_stride, const double* from, double* to,
             LaneList outputs, LaneList terms) {
    lane_kernels().dense_floats(weight, i_stride, k_stride, from, to, outputs, terms);
}

/// to[i] += Σ_k weight[i·i_stride + k·k_stride]·from[k]
template <class Weight>
void dense(const Weight* weight, std::size_t i_stride, std::size_t k_stride, const double* from, double* to,
           LaneList outputs, LaneList terms) {
    constexpr std::size_t long_work = std::size_t{1} << 18;
    // Outputs of a piece are a multiple: no kernel has remainders but in the last. Floats are made doubles by tiles.
    constexpr std::size_t blocks = std::is_same_v<Weight, float> ? 96 : 24;
    if (outputs.count * terms.count <= long_work) {
        product(weight, i_stride, k_stride, from, to, outputs, terms);
        return;
    }
    const std::size_t piece = std::max(blocks, long_work / terms.count / blocks * blocks);
    for (std::size_t begin = 0; begin < outputs.count; begin += piece) {
        check_limits();
        LaneList part{nullptr, std::min(piece, outputs.count - begin)};
        if (outputs.index != nullptr) {
            part.index = outputs.index + begin;
            product(weight, i_stride, k_stride, from, to, part, terms);
        } else {
            product(weight + begin * i_stride, i_stride, k_stride, from, to + begin * lanes, part, terms);
        }
    }
}

void dense(const model::DenseMap& map, bool transposed, const double* from, double* to, LaneList outputs,
           LaneList terms) {
    const std::size_t i_stride = transposed ? 1 : map.columns;
    const std::size_t k_stride = transposed ? map.columns : 1;
    const model::NearestNumbers weights = map.weights.nearest();
    if (weights.floats() != nullptr)
        dense(weights.floats(), i_stride, k_stride, from, to, outputs, terms);
    else
        dense(weights.data(), i_stride, k_stride, from, to, outputs, terms);
}

/// body(map, rows, row that `map` and `rows` begin with) for pieces of the chosen rows.
template <class Body>
void sparse(const model::SparseMap& map, std::span<const std::uint32_t> chosen, Body body) {
    const SparseRows rows{map.row_begin.data(), map.column.data(), map.weight.nearest().data()};
    const LaneList list = list_of(chosen, map.rows());
    constexpr std::size_t piece = 256;
    for (std::size_t first = 0; first < list.count; first += piece) {
        if (first > 0) check_limits();
        const std::size_t count = std::min(piece, list.count - first);
        if (list.index != nullptr)
            body(rows, LaneList{list.index + first, count}, std::size_t{0});
        else
            body({rows.row_begin + first, rows.column, rows.weight}, LaneList{nullptr, count}, first);
    }
}

/// to += map·from, or its transpose·from.
void convolution(const model::ConvolutionMap& map, bool transposed, const double* from, double* to, LaneList sources,
                 LaneList targets) {
    constexpr std::size_t long_work = std::size_t{1} << 18;
    const auto gather = kernels().gather;
    ConvolutionWalk walk(map, transposed, sources, targets);
    std::size_t products = 0;
    std::size_t looked = 0;
    while (walk.next()) {
        gather(walk.weights(), from + walk.from() * lanes, to + walk.to() * lanes, walk.outputs(), walk.terms(), lanes);
        products += walk.products();
        if (products - looked < long_work) continue;
        check_limits();
        looked = products;
    }
    spend(products * lanes / multiplications_per_tick + 1);
}
}  // namespace

void LaneMemory::operator()(double* data) const {
    if (mapped != 0)
        munmap(data, mapped);
    else
        std::free(data);
}

void LaneMatrix::resize(std::size_t rows) {
    constexpr std::size_t line = 64;
    constexpr std::size_t large = std::size_t{1} << 20;  // bytes: beyond them pages come from the system one by one
    rows_ = rows;
    if (rows <= capacity_) return;
    const std::size_t bytes = rows * lanes * sizeof(double);
    data_.reset();
    capacity_ = 0;
    if (bytes >= large) {
        void* place = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (place == MAP_FAILED) throw std::bad_alloc();
        data_ = {static_cast<double*>(place), LaneMemory{bytes}};
    } else {
        data_ = {static_cast<double*>(std::aligned_alloc(line, bytes)), LaneMemory{}};
        if (!data_) throw std::bad_alloc();
        std::fill_n(data_.get(), rows * lanes, 0.0);
    }
    capacity_ = rows;
}

void LaneMatrix::forget() {
    const std::size_t mapped = data_.get_deleter().mapped;
    if (mapped == 0 || madvise(data_.get(), mapped, MADV_DONTNEED) != 0) fill(0);
}

void LaneMatrix::forget(std::size_t first, std::size_t count) {
    static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    if (data_.get_deleter().mapped == 0) return;
    const std::size_t begin = (first * lanes * sizeof(double) + page - 1) / page * page;
    const std::size_t end = (first + count) * lanes * sizeof(double) / page * page;
    if (begin < end) madvise(reinterpret_cast<char*>(data_.get()) + begin, end - begin, MADV_DONTNEED);
}

void LaneMatrix::fill(double value) {
    std::fill_n(data_.get(), rows_ * lanes, value);
}

namespace {
/// Of maps but convolutions, which count what they do.
void count_effort(const model::LinearMap& map, const Selection& selection) {
    std::size_t products = model::multiplications(map);
    if (const auto* dense = std::get_if<model::DenseMap>(&map)) {
        if (selection.rows.data() != nullptr)
            products = selection.rows.size() *
                       (selection.columns.data() != nullptr ? selection.columns.size() : dense->columns);
    } else {
        const auto& sparse = std::get<model::SparseMap>(map);
        if (selection.rows.data() != nullptr) products = 0;
        for (const std::uint32_t r : selection.rows) products += sparse.row_begin[r + 1] - sparse.row_begin[r];
        products *= 4;  // one by one they take longer
    }
    spend(products * lanes / multiplications_per_tick + 1);
}
}  // namespace

void multiply(const model::LinearMap& map, const double* in, double* out, const Selection& selection) {
    if (const auto* c = std::get_if<model::ConvolutionMap>(&map)) {
        convolution(*c, false, in, out, list_of(selection.columns, c->columns()), list_of(selection.rows, c->rows()));
        return;
    }
    if (const auto* t = std::get_if<model::TransposedConvolutionMap>(&map)) {
        convolution(t->convolution, true, in, out, list_of(selection.columns, t->columns()),
                    list_of(selection.rows, t->rows()));
        return;
    }
    count_effort(map, selection);
    if (const auto* m = std::get_if<model::DenseMap>(&map)) {
        dense(*m, false, in, out, list_of(selection.rows, m->rows), list_of(selection.columns, m->columns));
    } else {
        sparse(std::get<model::SparseMap>(map), selection.rows, [&](SparseRows some, LaneList rows, std::size_t first) {
            lane_kernels().sparse(some, rows, in, out + first * lanes);
        });
    }
}

void multiply_transposed(const model::LinearMap& map, const double* out, double* in, const Selection& selection) {
    if (const auto* c = std::get_if<model::ConvolutionMap>(&map)) {
        convolution(*c, true, out, in, list_of(selection.rows, c->rows()), list_of(selection.columns, c->columns()));
        return;
    }
    if (const auto* t = std::get_if<model::TransposedConvolutionMap>(&map)) {
        convolution(t->convolution, false, out, in, list_of(selection.rows, t->rows()),
                    list_of(selection.columns, t->columns()));
        return;
    }
    count_effort(map, selection);
    if (const auto* m = std::get_if<model::DenseMap>(&map)) {
        dense(*m, true, out, in, list_of(selection.columns, m->columns), list_of(selection.rows, m->rows));
    } else {
        sparse(std::get<model::SparseMap>(map), selection.rows, [&](SparseRows some, LaneList rows, std::size_t first) {
            lane_kernels().sparse_transposed(some, rows, out + first * lanes, in);
        });
    }
}

}  // namespace sinew::bounds
