// SPDX-License-Identifier: Apache-2.0
#include "unit/cardinality/random_problem.hpp"

namespace sinew::cardinality {

namespace {

Literal random_literal(Random& random, std::size_t variables) {
    return Literal(BoolVar(random.below(variables)), random.chance(0.5));
}

}  // namespace

std::vector<Term> random_terms(Random& random, std::size_t variables, std::int64_t largest) {
    std::vector<Term> terms;
    const std::size_t size = 1 + random.below(variables + 2);
    for (std::size_t i = 0; i < size; ++i)
        terms.push_back({random.integer(-largest, largest), random_literal(random, variables)});
    return terms;
}

std::vector<Literal> random_assumptions(Random& random, std::size_t variables) {
    std::vector<Literal> assumptions;
    const std::size_t size = random.below(5);
    for (std::size_t i = 0; i < size; ++i) assumptions.push_back(random_literal(random, variables));
    return assumptions;
}

Problem random_problem(Random& random, std::size_t most_variables, bool with_objective) {
    Problem problem;
    const std::size_t n = 2 + random.below(most_variables - 1);
    problem.new_variables(n);
    const std::int64_t largest[] = {1, 1, 3, 20, std::int64_t{1} << 40};
    const std::size_t constraints = 1 + random.below(2 * n);
    for (std::size_t i = 0; i < constraints; ++i) {
        const std::int64_t most = largest[random.below(5)];
        switch (random.below(6)) {
            case 0: {
                std::vector<Literal> clause;
                for (std::size_t k = 2 + random.below(3); k > 0; --k) clause.push_back(random_literal(random, n));
                problem.add_clause(clause);
                break;
            }
            case 1:
            case 2:
                problem.add_at_least(random_terms(random, n, most), random.integer(-2, 2) * most);
                break;
            case 3:
                if (random.chance(0.3))
                    problem.add_equal(random_terms(random, n, 2), random.integer(-1, 2));
                else
                    problem.add_at_most(random_terms(random, n, most), random.integer(-1, 3) * most);
                break;
            default:
                problem.add_reified(random_literal(random, n), random_terms(random, n, most),
                                    random.integer(-2, 2) * most);
        }
    }
    if (with_objective)
        problem.set_objective(random_terms(random, n, random.chance(0.5) ? 1 : 9), random.integer(-5, 5));
    return problem;
}

std::optional<std::int64_t> brute_force(const Problem& problem, std::span<const Literal> assumptions) {
    std::optional<std::int64_t> best;
    const std::size_t n = problem.variable_count();
    std::vector<bool> values(n);
    for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << n); ++bits) {
        for (std::size_t v = 0; v < n; ++v) values[v] = ((bits >> v) & 1U) != 0;
        bool agrees = true;
        for (const Literal l : assumptions) agrees &= values[l.variable().index()] != l.negated();
        if (!agrees || !problem.satisfied_by(values)) continue;
        const std::int64_t value = problem.has_objective() ? problem.objective_value(values) : 0;
        if (!best || value < *best) best = value;
    }
    return best;
}

}  // namespace sinew::cardinality
