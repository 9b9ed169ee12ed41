// Products, quotients, remainders, magnitudes, minima and maxima.
#include <algorithm>
#include <array>

#include "flatzinc/call.hpp"
#include "integer/maximum.hpp"
#include "integer/times.hpp"

namespace sinew::flatzinc {

namespace {
using integer::at_least;
using integer::at_most;
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
    model.add_clause({at_most(x, -1), at_least(r, 0)});
    model.add_clause({at_least(x, 1), at_most(r, 0)});
    if (is_fixed(model, y)) {
        const Integer divisor = model.lower(y);
        model.add_linear({{x, 1}, {q, -divisor}, {r, -1}}, Relation::equal, 0);
        model.add_linear({{r, 1}}, Relation::less_equal, abs(divisor) - 1);
        model.add_linear({{r, 1}}, Relation::greater_equal, 1 - abs(divisor));
        return;
    }
    const Value most = magnitude(model, x);
    const IntVar product = model.add_variable(-most, most);
    post_times(model, y, q, product);
    model.add_linear({{x, 1}, {product, -1}, {r, -1}}, Relation::equal, 0);
    const IntVar size = model.add_variable(0, magnitude(model, y));
    model.add_propagator(std::make_unique<integer::Maximum>(View(size), std::vector<View>{View(y), View(y, true)}));
    model.add_linear({{r, 1}, {size, -1}}, Relation::less_equal, -1);
    model.add_linear({{r, -1}, {size, -1}}, Relation::less_equal, -1);
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

void post_maximum(Call& call, const std::vector<IntVar>& members, IntVar result, bool negative) {
    if (members.empty()) call.fail("the extremum of nothing", "an array with elements");
    std::vector<View> views;
    for (const IntVar member : members) views.emplace_back(member, negative);
    call.model().add_propagator(std::make_unique<integer::Maximum>(View(result, negative), std::move(views)));
}
void int_max(Call& call) {
    post_maximum(call, {call.variable(0), call.variable(1)}, call.variable(2), false);
}
void int_min(Call& call) {
    post_maximum(call, {call.variable(0), call.variable(1)}, call.variable(2), true);
}
void array_int_maximum(Call& call) {
    post_maximum(call, call.variables(1), call.variable(0), false);
}
void array_int_minimum(Call& call) {
    post_maximum(call, call.variables(1), call.variable(0), true);
}
void int_abs(Call& call) {
    const View x(call.variable(0));
    call.model().add_propagator(std::make_unique<integer::Maximum>(View(call.variable(1)), std::vector<View>{x, -x}));
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
