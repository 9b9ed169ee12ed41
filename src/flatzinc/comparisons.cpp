// SPDX-License-Identifier: Apache-2.0
// Comparisons, sums and memberships, each also reified and implied.
#include <array>

#include "flatzinc/call.hpp"

namespace sinew::flatzinc {

namespace {
using integer::at_least;
using integer::at_most;
using integer::Relation;

void post_difference(Call& call, Relation relation, std::int64_t right) {
    const std::array<integer::Term, 2> terms = {integer::Term{call.variable(0), 1},
                                                integer::Term{call.variable(1), -1}};
    call.linear(terms, relation, right);
}

constexpr integer::Value small_domain = 32;

/// x - y != difference, value by value: sees values inside of domains, which bounds do not.
bool post_difference_by_values(Call& call, IntVar x, IntVar y, std::int64_t difference) {
    integer::Model& model = call.model();
    if (call.mode() != Mode::always) return false;
    if (model.upper(x) - model.lower(x) >= small_domain || model.upper(y) - model.lower(y) >= small_domain)
        return false;
    for (integer::Value value = model.lower(x); value <= model.upper(x); ++value)
        model.add_clause({~model.equal(x, value), ~model.equal(y, Integer(value) - difference)});
    return true;
}

void int_eq(Call& call) {
    post_difference(call, Relation::equal, 0);
}
void int_ne(Call& call) {
    if (!post_difference_by_values(call, call.variable(0), call.variable(1), 0))
        post_difference(call, Relation::not_equal, 0);
}
void int_le(Call& call) {
    post_difference(call, Relation::less_equal, 0);
}
void int_lt(Call& call) {
    post_difference(call, Relation::less_equal, -1);
}

void int_lin_eq(Call& call) {
    call.linear(call.sum(0, 1), Relation::equal, call.constant(2));
}
void int_lin_le(Call& call) {
    call.linear(call.sum(0, 1), Relation::less_equal, call.constant(2));
}
void int_lin_ne(Call& call) {
    const std::vector<integer::Term> terms = call.sum(0, 1);
    const std::int64_t right = call.constant(2);
    if (terms.size() == 2 && terms[0].coefficient * terms[1].coefficient == -1) {
        const bool first = terms[0].coefficient == 1;
        if (post_difference_by_values(call, terms[first ? 0 : 1].variable, terms[first ? 1 : 0].variable, right))
            return;
    }
    call.linear(terms, Relation::not_equal, right);
}

/// The right-hand side of sums of Booleans may be a variable.
void post_bool_sum(Call& call, Relation relation) {
    std::vector<integer::Term> terms = call.sum(0, 1);
    if (call.is_constant(2)) return call.linear(terms, relation, call.constant(2));
    terms.push_back({call.variable(2), -1});
    call.linear(terms, relation, 0);
}
void bool_lin_eq(Call& call) {
    post_bool_sum(call, Relation::equal);
}
void bool_lin_ne(Call& call) {
    post_bool_sum(call, Relation::not_equal);
}
void bool_lin_le(Call& call) {
    post_bool_sum(call, Relation::less_equal);
}

void set_in(Call& call) {
    const IntVar x = call.variable(0);
    const auto ranges = call.set(1);
    std::vector<std::vector<Bound>> inside;
    std::vector<std::vector<Bound>> outside;
    if (ranges.empty()) inside.emplace_back();
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        outside.push_back({at_most(x, ranges[i].lower - 1), at_least(x, ranges[i].upper + 1)});
        if (i == 0)
            inside.push_back({at_least(x, ranges[i].lower)});
        else
            inside.push_back({at_most(x, ranges[i - 1].upper), at_least(x, ranges[i].lower)});
    }
    if (!ranges.empty()) inside.push_back({at_most(x, ranges.back().upper)});
    call.clauses(inside, outside);
}
}  // namespace

std::span<const Predicate> comparison_predicates() {
    static constexpr std::array<Predicate, 11> table = {{
        {"int_eq", 2, int_eq, Forms::modes},
        {"int_ne", 2, int_ne, Forms::modes},
        {"int_le", 2, int_le, Forms::modes},
        {"int_lt", 2, int_lt, Forms::modes},
        {"int_lin_eq", 3, int_lin_eq, Forms::modes},
        {"int_lin_ne", 3, int_lin_ne, Forms::modes},
        {"int_lin_le", 3, int_lin_le, Forms::modes},
        {"bool_lin_eq", 3, bool_lin_eq, Forms::modes},
        {"bool_lin_ne", 3, bool_lin_ne, Forms::modes},
        {"bool_lin_le", 3, bool_lin_le, Forms::modes},
        {"set_in", 2, set_in, Forms::modes},
    }};
    return table;
}

}  // namespace sinew::flatzinc
