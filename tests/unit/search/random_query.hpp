// SPDX-License-Identifier: Apache-2.0
// Random queries over random small networks, for tests that compare searches with each other.
#pragma once

#include <utility>
#include <vector>

#include "model/query.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::test {

inline model::Domain between(const Rational& lower, const Rational& upper) {
    model::Domain domain;
    domain.lower = lower;
    domain.upper = upper;
    return domain;
}

/// A random query over a random network: conjunctions and disjunctions of comparisons of outputs.
inline model::Query random_query(Random& random, Weights weights) {
    RandomNetwork made = random_network(random, weights, random.chance(0.6));
    model::Query query;
    query.network = std::move(made.network);
    const std::vector<Variable> inputs = query.network.input_variables();
    for (std::size_t i = 0; i < inputs.size(); ++i)
        query.domains.emplace_back(inputs[i], between(Rational(made.box[i].lower), Rational(made.box[i].upper)));
    if (random.chance(0.2)) {
        query.domains[0].second = between(-2, 2);
        query.domains[0].second.kind = model::DomainKind::integer;
    }
    const std::size_t count = query.network.variable_count();
    const auto atom = [&] {
        std::vector<LinearTerm> terms;
        for (std::size_t t = 0; t < 1 + random.below(2); ++t)
            terms.push_back({Variable(random.chance(0.8) ? count - 1 - random.below(2) : random.below(count)),
                             canonical(random_number(random, weights))});
        LinearForm form(std::move(terms), canonical(random_number(random, weights)));
        return query.formulas.atom(std::move(form), random.chance(0.5)   ? model::Relation::less
                                                    : random.chance(0.9) ? model::Relation::less_equal
                                                                         : model::Relation::equal);
    };
    std::vector<model::FormulaId> outer;
    for (std::size_t i = 0; i < 1 + random.below(3); ++i) {
        std::vector<model::FormulaId> inner;
        for (std::size_t k = 0; k < 1 + random.below(3); ++k)
            inner.push_back(random.chance(0.2) ? query.formulas.negation(atom()) : atom());
        outer.push_back(random.chance(0.5) ? query.formulas.disjunction(inner) : query.formulas.conjunction(inner));
    }
    query.output_condition = random.chance(0.5) ? query.formulas.conjunction(outer) : query.formulas.disjunction(outer);
    return query;
}

}  // namespace sinew::test
