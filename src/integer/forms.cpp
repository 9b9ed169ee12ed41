// SPDX-License-Identifier: Apache-2.0
#include "integer/forms.hpp"

#include <algorithm>

namespace sinew::integer {

namespace {

/// form ⋈ 0 over integers.
struct Demand {
    ScaledForm form;
    Relation relation;
    Integer right;
};

Demand demand_of(const LinearForm& form, model::Relation relation) {
    Demand demand{scaled(form), relation == model::Relation::equal ? Relation::equal : Relation::less_equal, 0};
    demand.right = -demand.form.constant - (relation == model::Relation::less ? 1 : 0);
    return demand;
}

}  // namespace

ScaledForm scaled(const LinearForm& form) {
    ScaledForm result;
    result.denominator = form.constant().get_den();
    for (const LinearTerm& term : form.terms())
        result.denominator = lcm(result.denominator, term.coefficient.get_den());
    for (const LinearTerm& term : form.terms())
        result.terms.push_back({IntVar(term.variable.index()),
                                term.coefficient.get_num() * (result.denominator / term.coefficient.get_den())});
    result.constant = form.constant().get_num() * (result.denominator / form.constant().get_den());
    return result;
}

void Forms::demand(const LinearForm& form, model::Relation relation) {
    const Demand demand = demand_of(form, relation);
    model_.add_linear(demand.form.terms, demand.relation, demand.right);
}

void Forms::demand_if(Bound literal, const LinearForm& form, model::Relation relation) {
    const Demand demand = demand_of(form, relation);
    model_.add_linear_if(literal, demand.form.terms, demand.relation, demand.right);
}

Bound Forms::literal(const LinearForm& form, model::Relation relation) {
    const Demand demand = demand_of(form, relation);
    return model_.literal_of(demand.form.terms, demand.relation, demand.right);
}

std::pair<Rational, Rational> Forms::range(const LinearForm& form) const {
    std::pair<Rational, Rational> result{form.constant(), form.constant()};
    for (const LinearTerm& term : form.terms()) {
        const IntVar variable(term.variable.index());
        Rational at_lower = term.coefficient * model_.lower(variable);
        Rational at_upper = term.coefficient * model_.upper(variable);
        if (term.coefficient < 0) std::swap(at_lower, at_upper);
        result.first += at_lower;
        result.second += at_upper;
    }
    return result;
}

std::optional<LinearForm> Forms::quantity(const Rational& lower, const Rational& upper, const Integer& denominator) {
    const Integer least = ceil(lower * denominator);
    const Integer greatest = floor(upper * denominator);
    if (least < -largest_value || greatest > largest_value || least > greatest) return std::nullopt;
    LinearForm form = of(model_.add_variable(least, greatest));
    form.scale(Rational(1, denominator));
    return form;
}

}  // namespace sinew::integer
