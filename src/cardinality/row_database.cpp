// SPDX-License-Identifier: Apache-2.0
#include "cardinality/row_database.hpp"

#include <limits>

namespace sinew::cardinality {

void RowDatabase::add_variable() {
    const std::size_t literals = occurrences_.size() + 2;
    occurrences_.resize(literals);
    wide_.resize(literals);
    heads_.resize(literals);
}

RowId RowDatabase::store(const Constraint& constraint, RowKind kind, std::uint32_t glue) {
    const RowId id(rows_.size());
    Row row;
    row.begin = literals_.size();
    row.size = static_cast<std::uint32_t>(constraint.terms.size());
    row.kind = kind;
    row.degree = constraint.degree;
    row.glue = glue;
    row.has_head = constraint.terms[0].coefficient > constraint.terms[1].coefficient;
    for (const Term& term : constraint.terms) {
        literals_.push_back(term.literal);
        coefficients_.push_back(term.coefficient);
    }
    rows_.push_back(row);
    states_.push_back({constraint.sum() - constraint.degree, constraint.terms.front().coefficient});
    enter(id);
    return id;
}

void RowDatabase::enter(RowId id) {
    const Row& row = rows_[id.index()];
    const auto number = static_cast<std::uint32_t>(id.index());
    for (std::size_t i = row.begin; i < row.begin + row.size; ++i) {
        const std::size_t place = literals_[i].index();
        if (coefficients_[i] <= std::numeric_limits<std::int32_t>::max())
            occurrences_[place].push_back({number, static_cast<std::int32_t>(coefficients_[i])});
        else
            wide_[place].push_back({number, coefficients_[i]});
    }
    if (row.has_head) heads_[literals_[row.begin].index()].push_back(number);
}

Constraint RowDatabase::constraint(RowId id) const {
    Constraint result;
    result.degree = row(id).degree;
    const auto lits = literals(id);
    const auto coefs = coefficients(id);
    result.terms.reserve(lits.size());
    for (std::size_t i = 0; i < lits.size(); ++i) result.terms.push_back({coefs[i], lits[i]});
    return result;
}

std::vector<RowId> RowDatabase::collect() {
    std::vector<RowId> moved(rows_.size());
    std::size_t kept = 0;
    std::size_t end = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].garbage) continue;
        const std::size_t begin = rows_[i].begin;
        for (std::size_t j = 0; j < rows_[i].size; ++j) {
            literals_[end + j] = literals_[begin + j];
            coefficients_[end + j] = coefficients_[begin + j];
        }
        rows_[i].begin = end;
        end += rows_[i].size;
        moved[i] = RowId(kept);
        rows_[kept] = rows_[i];
        states_[kept++] = states_[i];
    }
    rows_.resize(kept);
    states_.resize(kept);
    literals_.resize(end);
    coefficients_.resize(end);
    const auto rename = [&](auto& lists) {
        for (auto& list : lists) {
            std::size_t stays = 0;
            for (auto entry : list) {
                if (!moved[entry.row].valid()) continue;
                entry.row = static_cast<std::uint32_t>(moved[entry.row].index());
                list[stays++] = entry;
            }
            list.resize(stays);
        }
    };
    rename(occurrences_);
    rename(wide_);
    for (auto& list : heads_) list.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i)
        if (rows_[i].has_head) heads_[literals_[rows_[i].begin].index()].push_back(static_cast<std::uint32_t>(i));
    return moved;
}

}  // namespace sinew::cardinality
