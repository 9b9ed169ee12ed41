// SPDX-License-Identifier: Apache-2.0
#include "integer/constraint_list.hpp"

#include <algorithm>

namespace sinew::integer {

bool holds(Bound literal, std::span<const Value> values) {
    const Value value = values[literal.view.variable().index()];
    return literal.view.negative() ? -value >= literal.value : value >= literal.value;
}

bool holds(Relation relation, const Integer& sum, const Integer& right) {
    switch (relation) {
        case Relation::less_equal:
            return sum <= right;
        case Relation::greater_equal:
            return sum >= right;
        case Relation::equal:
            return sum == right;
        case Relation::not_equal:
            return sum != right;
    }
    return false;
}

Integer sum_of(std::span<const Term> terms, std::span<const Value> values) {
    Integer sum = 0;
    for (const Term& term : terms) sum += term.coefficient * values[term.variable.index()];
    return sum;
}

void ConstraintList::add_clause(std::span<const Bound> literals) {
    literals_.insert(literals_.end(), literals.begin(), literals.end());
    clause_ends_.push_back(literals_.size());
}

void ConstraintList::add_linear(Strength strength, Bound literal, std::span<const Term> terms, Relation relation,
                                const Integer& right) {
    terms_.insert(terms_.end(), terms.begin(), terms.end());
    linear_.push_back({terms_.size(), right, literal, relation, strength});
}

bool ConstraintList::holds(std::span<const Value> values) const {
    std::size_t begin = 0;
    for (const std::size_t end : clause_ends_) {
        const auto clause = std::span<const Bound>(literals_).subspan(begin, end - begin);
        begin = end;
        if (std::none_of(clause.begin(), clause.end(), [&](Bound literal) { return integer::holds(literal, values); }))
            return false;
    }
    begin = 0;
    for (const Linear& linear : linear_) {
        const auto terms = std::span<const Term>(terms_).subspan(begin, linear.end - begin);
        begin = linear.end;
        const bool literal = linear.strength == Strength::always || integer::holds(linear.literal, values);
        if (linear.strength != Strength::equivalent && !literal) continue;
        if (integer::holds(linear.relation, sum_of(terms, values), linear.right) != literal) return false;
    }
    return true;
}

}  // namespace sinew::integer
