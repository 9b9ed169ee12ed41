#include "model/query.hpp"

#include <algorithm>

namespace sinew::model {

std::string Query::name(Variable variable) const {
    const auto found = names.find(variable);
    if (found != names.end()) return found->second;
    const Component component = network.component(variable);
    return network.layer(component.layer).name + "_" + std::to_string(component.index);
}

bool contains(const Domain& domain, const Rational& value) {
    if (domain.kind == DomainKind::integer && value.get_den() != 1) return false;
    if (domain.lower && value < *domain.lower) return false;
    if (domain.upper && value > *domain.upper) return false;
    return domain.values.empty() || std::binary_search(domain.values.begin(), domain.values.end(), value);
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
