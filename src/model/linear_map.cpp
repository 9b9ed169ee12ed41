// SPDX-License-Identifier: Apache-2.0
#include "model/linear_map.hpp"

#include <cstdint>
#include <utility>
#include <vector>

#include "base/limit_scope.hpp"

namespace sinew::model {

std::size_t rows(const LinearMap& map) {
    if (const auto* dense = std::get_if<DenseMap>(&map)) return dense->rows;
    if (const auto* convolution = std::get_if<ConvolutionMap>(&map)) return convolution->rows();
    if (const auto* transposed = std::get_if<TransposedConvolutionMap>(&map)) return transposed->rows();
    return std::get<SparseMap>(map).rows();
}

std::size_t columns(const LinearMap& map) {
    if (const auto* dense = std::get_if<DenseMap>(&map)) return dense->columns;
    if (const auto* convolution = std::get_if<ConvolutionMap>(&map)) return convolution->columns();
    if (const auto* transposed = std::get_if<TransposedConvolutionMap>(&map)) return transposed->columns();
    return std::get<SparseMap>(map).columns;
}

const NumberArray& weights(const LinearMap& map) {
    if (const auto* dense = std::get_if<DenseMap>(&map)) return dense->weights;
    if (const auto* convolution = std::get_if<ConvolutionMap>(&map)) return convolution->kernel;
    if (const auto* transposed = std::get_if<TransposedConvolutionMap>(&map)) return transposed->convolution.kernel;
    return std::get<SparseMap>(map).weight;
}

NumberArray& weights(LinearMap& map) {
    if (auto* dense = std::get_if<DenseMap>(&map)) return dense->weights;
    if (auto* convolution = std::get_if<ConvolutionMap>(&map)) return convolution->kernel;
    if (auto* transposed = std::get_if<TransposedConvolutionMap>(&map)) return transposed->convolution.kernel;
    return std::get<SparseMap>(map).weight;
}

SparseMap identity_map(std::size_t columns) {
    std::vector<std::uint32_t> source(columns);
    for (std::size_t i = 0; i < columns; ++i) source[i] = static_cast<std::uint32_t>(i);
    return selection_map(columns, source);
}

SparseMap selection_map(std::size_t columns, const std::vector<std::uint32_t>& source) {
    SparseMap map;
    map.columns = columns;
    map.row_begin.reserve(source.size() + 1);
    for (std::size_t r = 1; r <= source.size(); ++r) map.row_begin.push_back(r);
    map.column = source;
    map.weight = NumberArray(std::vector<double>(source.size(), 1.0));
    return map;
}

namespace {
bool repeats_columns(const SparseMap& map) {
    std::vector<std::uint32_t> last_row(map.columns, 0);  // plus 1
    for (std::size_t r = 0; r < map.rows(); ++r)
        for (std::size_t k = map.row_begin[r]; k < map.row_begin[r + 1]; ++k)
            if (std::exchange(last_row[map.column[k]], static_cast<std::uint32_t>(r + 1)) == r + 1) return true;
    return false;
}
}  // namespace

void merge_entries(SparseMap& map) {
    if (!repeats_columns(map)) return;
    SparseMap merged;
    merged.columns = map.columns;
    std::vector<std::size_t> place(map.columns, 0);  // of a column's last entry, plus 1
    for (std::size_t r = 0; r < map.rows(); ++r) {
        const std::size_t begin = merged.column.size();
        for (std::size_t k = map.row_begin[r]; k < map.row_begin[r + 1]; ++k) {
            if ((k & 63U) == 63U) check_limits();
            std::size_t& at = place[map.column[k]];
            if (at > begin) {
                merged.weight.set(at - 1, merged.weight.exact(at - 1) + map.weight.exact(k));
                continue;
            }
            merged.column.push_back(map.column[k]);
            merged.weight.push_back(map.weight.exact(k));
            at = merged.column.size();
        }
        merged.row_begin.push_back(merged.column.size());
    }
    map = std::move(merged);
}

std::size_t multiplications(const LinearMap& map) {
    const auto* convolution = std::get_if<ConvolutionMap>(&map);
    if (const auto* transposed = std::get_if<TransposedConvolutionMap>(&map)) convolution = &transposed->convolution;
    const std::size_t places = convolution == nullptr ? 1 : convolution->out_height * convolution->out_width;
    return weights(map).size() * places;
}

}  // namespace sinew::model
