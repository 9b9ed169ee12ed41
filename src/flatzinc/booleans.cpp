// SPDX-License-Identifier: Apache-2.0
// Constraints over Booleans: clauses.
#include <array>

#include "flatzinc/call.hpp"

namespace sinew::flatzinc {

namespace {
using integer::Relation;

void post_equal(Call& call, Bound a, Bound b) {
    call.clauses({{~a, b}, {a, ~b}}, {{a, b}, {~a, ~b}});
}
void bool_eq(Call& call) {
    post_equal(call, call.literal(0), call.literal(1));
}
void bool_ne(Call& call) {
    post_equal(call, call.literal(0), ~call.literal(1));
}
void bool_le(Call& call) {
    const Bound a = call.literal(0), b = call.literal(1);
    call.clauses({{~a, b}}, {{a}, {~b}});
}
void bool_lt(Call& call) {
    const Bound a = call.literal(0), b = call.literal(1);
    call.clauses({{~a}, {b}}, {{a, ~b}});
}

void post_and(Call& call, const std::vector<Bound>& literals) {
    std::vector<std::vector<Bound>> all;
    std::vector<Bound> some;
    for (const Bound literal : literals) {
        all.push_back({literal});
        some.push_back(~literal);
    }
    call.clauses(all, {some});
}
void post_or(Call& call, const std::vector<Bound>& literals) {
    std::vector<std::vector<Bound>> none;
    for (const Bound literal : literals) none.push_back({~literal});
    call.clauses({literals}, none);
}
void bool_and(Call& call) {
    post_and(call, {call.literal(0), call.literal(1)});
}
void bool_or(Call& call) {
    post_or(call, {call.literal(0), call.literal(1)});
}
void array_bool_and(Call& call) {
    post_and(call, call.literals(0));
}
void array_bool_or(Call& call) {
    post_or(call, call.literals(0));
}
void bool_clause(Call& call) {
    std::vector<Bound> literals = call.literals(0);
    for (const Bound literal : call.literals(1)) literals.push_back(~literal);
    post_or(call, literals);
}

/// An odd number of them is true.
void array_bool_xor(Call& call) {
    integer::Model& model = call.model();
    Bound parity = model.constant(false);
    for (const Bound literal : call.literals(0)) {
        const Bound next = integer::is_true(model.add_boolean());
        model.add_clause({~next, parity, literal});
        model.add_clause({~next, ~parity, ~literal});
        model.add_clause({next, ~parity, literal});
        model.add_clause({next, parity, ~literal});
        parity = next;
    }
    model.add_clause({parity});
}

/// Only those that were not joined into one variable.
void bool2int(Call& call) {
    const std::array<integer::Term, 2> terms = {integer::Term{call.poster().variable(call.literal(0)), 1},
                                                integer::Term{call.variable(1), -1}};
    call.linear(terms, Relation::equal, 0);
}
}  // namespace

std::span<const Predicate> boolean_predicates() {
    static constexpr std::array<Predicate, 14> table = {{
        {"bool_eq", 2, bool_eq, Forms::modes},
        {"bool_ne", 2, bool_ne, Forms::modes},
        {"bool_le", 2, bool_le, Forms::modes},
        {"bool_lt", 2, bool_lt, Forms::modes},
        {"bool_not", 2, bool_ne, Forms::modes},
        {"bool_and", 2, bool_and, Forms::reifies},
        {"bool_or", 2, bool_or, Forms::reifies},
        {"bool_xor", 2, bool_ne, Forms::reifies},
        {"bool_xor", 2, bool_ne, Forms::plain},
        {"array_bool_and", 1, array_bool_and, Forms::reifies},
        {"array_bool_or", 1, array_bool_or, Forms::reifies},
        {"array_bool_xor", 1, array_bool_xor, Forms::plain},
        {"bool_clause", 2, bool_clause, Forms::modes},
        {"bool2int", 2, bool2int, Forms::plain},
    }};
    return table;
}

}  // namespace sinew::flatzinc
