// SPDX-License-Identifier: Apache-2.0
// Products, quotients, remainders, magnitudes, minima and maxima.
#include <algorithm>
#include <array>

#include "flatzinc/call.hpp"
#include "integer/division.hpp"
#include "integer/linear_check.hpp"
#include "integer/maximum.hpp"
#include "integer/times.hpp"

namespace sinew::flatzinc {

namespace {
using integer::at_least;
using integer::at_most;
using integer::is_true;
using integer::Relation;
using integer::Value;
using integer::View;

bool is_fixed(const integer::Model& model, IntVar variable) {
    return model.lower(variable) == model.upper(variable);
}

void int_plus(Call& call) {
    call.model().add_linear({{call.variable(0), 1}, {call.variable(1), 1}, {call.variable(2), -1}}, Relation::equal, 0);
}

void post_times(integer::Model& model, IntVar x, IntVar y, IntVar z) {
    if (is_fixed(model, y)) std::swap(x, y);
    if (is_fixed(model, x)) return model.add_linear({{y, model.lower(x)}, {z, -1}}, Relation::equal, 0);
    // x·y = x, which bounds alone come to the end of only after very many steps.
    if (z == x || z == y) return model.add_clause({model.equal(z, 0), model.equal(z == x ? y : x, 1)});
    if (x == y) model.add_clause({at_least(z, 0)});
    model.add_propagator(std::make_unique<integer::Times>(x, y, z));
}
void int_times(Call& call) {
    post_times(call.model(), call.variable(0), call.variable(1), call.variable(2));
}

Value magnitude(const integer::Model& model, IntVar variable) {
    return std::max(model.upper(variable), -model.lower(variable));
}

/// x = y·q + r with q rounded towards zero: |r| < |y|, and r has the sign of x or is zero.
void post_division(integer::Model& model, IntVar x, IntVar y, IntVar q, IntVar r) {
    model.add_clause({at_most(y, -1), at_least(y, 1)});
    if (r == y) return model.add_clause({});  // |y| < |y|
    if (x == y) {
        model.add_linear({{r, 1}}, Relation::equal, 0);
        return model.add_linear({{q, 1}}, Relation::equal, 1);
    }
    if (is_fixed(model, y)) {
        const Integer divisor = model.lower(y);
        const View towards(q, divisor < 0);
        model.add_clause({at_most(x, -1), at_least(r, 0)});
        model.add_clause({at_least(x, 1), at_most(r, 0)});
        model.add_clause({at_most(x, -1), Bound{towards, 0}});
        model.add_clause({at_least(x, 1), Bound{-towards, 0}});
        model.add_linear({{x, 1}, {q, -divisor}, {r, -1}}, Relation::equal, 0);
        model.add_linear({{r, 1}}, Relation::less_equal, abs(divisor) - 1);
        model.add_linear({{r, 1}}, Relation::greater_equal, 1 - abs(divisor));
        return;
    }
    model.add_propagator(std::make_unique<integer::Division>(x, y, q, r));
}
void int_div(Call& call) {
    integer::Model& model = call.model();
    const Value most = magnitude(model, call.variable(0));
    post_division(model, call.variable(0), call.variable(1), call.variable(2), model.add_variable(-most, most));
}
void int_mod(Call& call) {
    integer::Model& model = call.model();
    const Value most = magnitude(model, call.variable(0));
    post_division(model, call.variable(0), call.variable(1), model.add_variable(-most, most), call.variable(2));
}

/// Over wide domains also which member is the greatest, for the search to decide: m = max(x, y), x < m, y < m has no
/// contradiction that bounds would come to, but one in either case.
void post_maximum(integer::Model& model, View result, const std::vector<View>& members) {
    model.add_propagator(std::make_unique<integer::Maximum>(result, members));
    const auto is_wide = [&](View view) {
        return model.upper(view.variable()) - model.lower(view.variable()) >= integer::wide_range;
    };
    if (members.size() < 2 || !is_wide(result) || !std::ranges::all_of(members, is_wide)) return;
    std::vector<Bound> some;
    for (const View member : members) {
        some.push_back(is_true(model.add_boolean()));
        model.add_linear_if(
            some.back(),
            {{result.variable(), result.negative() ? -1 : 1}, {member.variable(), member.negative() ? 1 : -1}},
            Relation::less_equal, 0);
    }
    model.add_clause(some);
}
void post_extremum(Call& call, const std::vector<IntVar>& members, IntVar result, bool negative) {
    if (members.empty()) call.fail("the extremum of nothing", "an array with elements");
    std::vector<View> views;
    for (const IntVar member : members) views.emplace_back(member, negative);
    post_maximum(call.model(), View(result, negative), views);
}
void int_max(Call& call) {
    post_extremum(call, {call.variable(0), call.variable(1)}, call.variable(2), false);
}
void int_min(Call& call) {
    post_extremum(call, {call.variable(0), call.variable(1)}, call.variable(2), true);
}
void array_int_maximum(Call& call) {
    post_extremum(call, call.variables(1), call.variable(0), false);
}
void array_int_minimum(Call& call) {
    post_extremum(call, call.variables(1), call.variable(0), true);
}
void int_abs(Call& call) {
    const View x(call.variable(0));
    post_maximum(call.model(), View(call.variable(1)), {x, -x});
}
}  // namespace

std::span<const Predicate> arithmetic_predicates() {
    static constexpr std::array<Predicate, 9> table = {{
        {"int_plus", 3, int_plus},
        {"int_times", 3, int_times},
        {"int_div", 3, int_div},
        {"int_mod", 3, int_mod},
        {"int_max", 3, int_max},
        {"int_min", 3, int_min},
        {"int_abs", 2, int_abs},
        {"array_int_maximum", 2, array_int_maximum},
        {"array_int_minimum", 2, array_int_minimum},
    }};
    return table;
}

}  // namespace sinew::flatzinc
