#include "model/query.hpp"

namespace sinew::model {

std::string Query::name(Variable variable) const {
    const auto found = names.find(variable);
    if (found != names.end()) return found->second;
    const Component component = network.component(variable);
    return network.layer(component.layer).name + "_" + std::to_string(component.index);
}

FormulaId domain_formula(FormulaStore& formulas, Variable variable, const Domain& domain) {
    if (!domain.values.empty()) {
        std::vector<FormulaId> cases;
        for (const Rational& value : domain.values)
            cases.push_back(formulas.atom(LinearForm({{variable, 1}}, -value), Relation::equal));
        return formulas.disjunction(std::move(cases));
    }
    std::vector<FormulaId> bounds;
    if (domain.lower)
        bounds.push_back(formulas.atom(LinearForm({{variable, -1}}, *domain.lower), Relation::less_equal));
    if (domain.upper)
        bounds.push_back(formulas.atom(LinearForm({{variable, 1}}, -*domain.upper), Relation::less_equal));
    return formulas.conjunction(std::move(bounds));
}

}  // namespace sinew::model
