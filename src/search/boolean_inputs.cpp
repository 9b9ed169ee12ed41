// SPDX-License-Identifier: Apache-2.0
#include "search/boolean_inputs.hpp"

#include "search/rewrite_conditions.hpp"

namespace sinew::search {

model::Query with_boolean_inputs(const model::Query& query) {
    model::Query result = query;
    if (query.boolean_names.empty()) return result;
    const model::LayerId layer = result.network.add_input("boolean", {query.boolean_names.size()});
    const auto variable = [&](std::size_t boolean) { return result.network.variable(layer, boolean); };
    for (std::size_t b = 0; b < query.boolean_names.size(); ++b)
        result.domains.emplace_back(variable(b),
                                    model::Domain{model::DomainKind::integer, Rational(0), Rational(1), {}});
    result.boolean_names.clear();
    rewrite_conditions(result, [&](model::Query& rewritten, model::FormulaId id) {
        if (rewritten.formulas.node(id).kind != model::FormulaKind::boolean) return id;
        const std::size_t boolean = rewritten.formulas.node(id).boolean.index();
        return rewritten.formulas.atom(LinearForm({{variable(boolean), -1}}, 1), model::Relation::less_equal);  // >= 1
    });
    return result;
}

model::Witness without_boolean_inputs(const model::Query& query, model::Witness witness) {
    const std::size_t variables = query.network.variable_count();
    witness.booleans.clear();
    for (std::size_t b = 0; b < query.boolean_names.size(); ++b)
        witness.booleans.push_back(witness.values[variables + b] == 1);
    witness.values.resize(variables);
    if (!witness.radii.empty()) witness.radii.resize(variables);
    return witness;
}

}  // namespace sinew::search
