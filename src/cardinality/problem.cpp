// SPDX-License-Identifier: Apache-2.0
#include "cardinality/problem.hpp"

#include "base/error.hpp"

namespace sinew::cardinality {

namespace {

std::int64_t sum_of(std::span<const Term> terms, const std::vector<bool>& values) {
    std::int64_t sum = 0;
    for (const Term& term : terms)
        if (values[term.literal.variable().index()] != term.literal.negated()) sum += term.coefficient;
    return sum;
}

}  // namespace

BoolVar Problem::new_variables(std::size_t count) {
    const BoolVar first(variable_count_);
    variable_count_ += count;
    return first;
}

void Problem::check(Literal literal) const {
    if (!literal.valid() || literal.variable().index() >= variable_count_)
        throw UsageError("a constraint names a variable that the problem does not have");
}

void Problem::check(std::span<const Term> terms, std::int64_t bound) const {
    const auto too_large = [] { throw UsageError("the coefficients of a constraint add up to more than 2^60"); };
    if (bound > largest_sum || bound < -largest_sum) too_large();
    std::int64_t sum = 0;
    for (const Term& term : terms) {
        check(term.literal);
        if (term.coefficient > largest_sum || term.coefficient < -largest_sum) too_large();
        sum += term.coefficient < 0 ? -term.coefficient : term.coefficient;
        if (sum > largest_sum) too_large();
    }
}

void Problem::add_clause(std::span<const Literal> literals) {
    for (const Literal literal : literals) check(literal);
    clause_literals_.insert(clause_literals_.end(), literals.begin(), literals.end());
    clause_begin_.push_back(clause_literals_.size());
}

void Problem::add_row(Literal output, std::span<const Term> terms, std::int64_t bound, std::int64_t sign) {
    check(terms, bound);
    rows_.push_back({output, terms_.size(), terms.size(), sign * bound});
    for (const Term& term : terms) terms_.push_back({sign * term.coefficient, term.literal});
}

void Problem::add_at_least(std::span<const Term> terms, std::int64_t bound) {
    add_row({}, terms, bound, 1);
}

void Problem::add_at_most(std::span<const Term> terms, std::int64_t bound) {
    add_row({}, terms, bound, -1);
}

void Problem::add_equal(std::span<const Term> terms, std::int64_t bound) {
    add_at_least(terms, bound);
    add_at_most(terms, bound);
}

void Problem::add_reified(Literal output, std::span<const Term> terms, std::int64_t bound) {
    check(output);
    add_row(output, terms, bound, 1);
}

void Problem::set_objective(std::span<const Term> terms, std::int64_t constant) {
    check(terms, constant);
    objective_.assign(terms.begin(), terms.end());
    objective_constant_ = constant;
    has_objective_ = true;
}

bool Problem::satisfied_by(const std::vector<bool>& values) const {
    if (values.size() < variable_count_) return false;
    const auto holds = [&](Literal l) { return values[l.variable().index()] != l.negated(); };
    for (std::size_t i = 0; i < clause_count(); ++i) {
        bool satisfied = false;
        for (const Literal literal : clause(i)) satisfied |= holds(literal);
        if (!satisfied) return false;
    }
    for (std::size_t i = 0; i < linear_count(); ++i) {
        const LinearView row = linear(i);
        const bool reached = sum_of(row.terms, values) >= row.bound;
        if (reached != (!row.output.valid() || holds(row.output))) return false;
    }
    return true;
}

std::int64_t Problem::objective_value(const std::vector<bool>& values) const {
    return objective_constant_ + sum_of(objective_, values);
}

}  // namespace sinew::cardinality
