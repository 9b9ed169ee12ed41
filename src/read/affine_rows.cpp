// SPDX-License-Identifier: Apache-2.0
#include "read/affine_rows.hpp"

namespace sinew::read {

void AffineRows::add(const LinearForm& row) {
    model::Component at;
    std::size_t end = 0;  // variables from here on are in another layer
    model::SparseMap* map = nullptr;
    for (const LinearTerm& term : row.terms()) {
        if (map == nullptr || term.variable.index() >= end) {
            at = network_.component(term.variable);
            end = network_.layer(at.layer).first.index() + network_.layer(at.layer).size;
            map = &maps_[at.layer];
            map->columns = network_.layer(at.layer).size;
            // Rows without an entry in this map have been left out so far.
            map->row_begin.resize(added_ + 1, map->column.size());
        }
        const std::size_t column = term.variable.index() - network_.layer(at.layer).first.index();
        map->column.push_back(static_cast<std::uint32_t>(column));
        map->weight.push_back(term.coefficient);
    }
    bias_.push_back(row.constant());
    ++added_;
}

model::AffineLayer AffineRows::take() {
    model::AffineLayer affine;
    affine.bias = std::move(bias_);
    for (auto& [source, map] : maps_) {
        map.row_begin.resize(rows_ + 1, map.column.size());
        model::AffineTerm& term = affine.terms.emplace_back();
        term.source = source;
        if (2 * map.column.size() >= rows_ * map.columns)
            term.map.emplace<model::DenseMap>(made_dense(map));
        else
            term.map.emplace<model::SparseMap>(std::move(map));
    }
    return affine;
}

model::DenseMap AffineRows::made_dense(const model::SparseMap& map) const {
    model::DenseMap dense{rows_, map.columns, {}};
    std::vector<double> nearest(rows_ * map.columns, 0.0);
    const auto place = [&](std::size_t row, std::size_t k) { return row * map.columns + map.column[k]; };
    for (std::size_t row = 0; row < rows_; ++row)
        for (std::size_t k = map.row_begin[row]; k < map.row_begin[row + 1]; ++k)
            nearest[place(row, k)] = map.weight.nearest()[k];
    dense.weights = model::NumberArray(std::move(nearest));
    if (map.weight.all_doubles()) return dense;
    for (std::size_t row = 0; row < rows_; ++row)
        for (std::size_t k = map.row_begin[row]; k < map.row_begin[row + 1]; ++k)
            dense.weights.set(place(row, k), map.weight.exact(k));
    return dense;
}

}  // namespace sinew::read
