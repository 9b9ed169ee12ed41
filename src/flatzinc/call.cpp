// SPDX-License-Identifier: Apache-2.0
#include "flatzinc/call.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace sinew::flatzinc {

using model::Term;
using model::TermKind;

void Call::fail(const std::string& message, std::string_view expected) const {
    throw InputError({poster_.program().file, constraint_.line, constraint_.column}, message, expected);
}

void Call::wrong(std::size_t i, std::string_view expected) const {
    fail(fmt::format("argument {} of {} is wrong", i + 1, poster_.program().predicates[constraint_.predicate]),
         expected);
}

const Term& Call::argument(std::size_t i) const {
    return poster_.program().arguments_of(constraint_)[i];
}

const Term& Call::array(std::size_t i, std::string_view expected) const {
    if (argument(i).kind != TermKind::array) wrong(i, expected);
    return argument(i);
}

namespace {
bool is_variable(const model::ConstraintProgram& program, const Term& term, bool boolean) {
    return term.kind == TermKind::variable &&
           program.variables[static_cast<std::size_t>(term.value)].is_boolean == boolean;
}
bool is_boolean(const model::ConstraintProgram& program, const Term& term) {
    return term.kind == TermKind::boolean || is_variable(program, term, true);
}
bool is_integer(const model::ConstraintProgram& program, const Term& term) {
    return term.kind == TermKind::integer || is_variable(program, term, false);
}
}  // namespace

Bound Call::literal(std::size_t i) const {
    if (!is_boolean(poster_.program(), argument(i))) wrong(i, "a bool");
    return poster_.literal(argument(i));
}

IntVar Call::variable(std::size_t i) const {
    if (!is_integer(poster_.program(), argument(i))) wrong(i, "an int");
    return poster_.variable(argument(i));
}

std::int64_t Call::constant(std::size_t i) const {
    if (argument(i).kind != TermKind::integer) wrong(i, "an integer");
    return argument(i).value;
}

bool Call::flag(std::size_t i) const {
    if (argument(i).kind != TermKind::boolean) wrong(i, "true or false");
    return argument(i).value != 0;
}

std::span<const model::IntegerRange> Call::set(std::size_t i) const {
    if (argument(i).kind != TermKind::set) wrong(i, "a set of integers");
    return poster_.program().ranges_of(argument(i));
}

std::span<const Term> Call::integers(std::size_t i) const {
    const auto terms = poster_.program().elements_of(array(i, "an array of int"));
    for (const Term& term : terms)
        if (!is_integer(poster_.program(), term)) wrong(i, "an array of int");
    return terms;
}

std::span<const Term> Call::booleans(std::size_t i) const {
    const auto terms = poster_.program().elements_of(array(i, "an array of bool"));
    for (const Term& term : terms)
        if (!is_boolean(poster_.program(), term)) wrong(i, "an array of bool");
    return terms;
}

std::vector<Bound> Call::literals(std::size_t i) const {
    std::vector<Bound> result;
    for (const Term& term : booleans(i)) result.push_back(poster_.literal(term));
    return result;
}

std::vector<IntVar> Call::variables(std::size_t i) const {
    std::vector<IntVar> result;
    for (const Term& term : integers(i)) result.push_back(poster_.variable(term));
    return result;
}

std::vector<std::int64_t> Call::constants(std::size_t i) const {
    std::vector<std::int64_t> result;
    for (const Term& term : poster_.program().elements_of(array(i, "an array of integers"))) {
        if (term.kind != TermKind::integer) wrong(i, "an array of integers");
        result.push_back(term.value);
    }
    return result;
}

std::vector<integer::Term> Call::sum(std::size_t coefficients, std::size_t variables) const {
    const std::vector<std::int64_t> factors = constants(coefficients);
    const Term& terms = array(variables, "an array");
    if (terms.size != factors.size())
        fail(fmt::format("{} coefficients and {} variables", factors.size(), terms.size), "as many");
    std::vector<integer::Term> result;
    const auto elements = poster_.program().elements_of(terms);
    for (std::size_t i = 0; i < factors.size(); ++i) {
        if (!is_integer(poster_.program(), elements[i]) && !is_boolean(poster_.program(), elements[i]))
            wrong(variables, "an array of int or bool");
        result.push_back({poster_.variable(elements[i]), factors[i]});
    }
    return result;
}

Bound Call::condition() const {
    return literal(constraint_.size - 1);
}

void Call::linear(std::span<const integer::Term> terms, integer::Relation relation, const Integer& right) const {
    integer::Model& model = poster_.model();
    switch (mode_) {
        case Mode::always:
            poster_.remember_row(terms, relation, right);
            return model.add_linear(terms, relation, right);
        case Mode::reified:
            return model.add_linear_iff(condition(), terms, relation, right);
        case Mode::implied:
            return model.add_linear_if(condition(), terms, relation, right);
    }
}

void Call::clauses(const std::vector<std::vector<Bound>>& all, const std::vector<std::vector<Bound>>& negation) const {
    const auto add = [&](std::vector<Bound> clause, Bound literal) {
        clause.push_back(literal);
        poster_.model().add_clause(clause);
    };
    for (const std::vector<Bound>& clause : all) {
        if (mode_ == Mode::always)
            poster_.model().add_clause(clause);
        else
            add(clause, ~condition());
    }
    if (mode_ != Mode::reified) return;
    for (const std::vector<Bound>& clause : negation) add(clause, condition());
}

}  // namespace sinew::flatzinc
