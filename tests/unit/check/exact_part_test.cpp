// SPDX-License-Identifier: Apache-2.0
// Parts over the rationals: what has a solution is never excluded; divisors, and tanh beside its tangent, exclude what
// bounds in doubles cannot.
#include "check/exact_part.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate_enclosed.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::check {
namespace {

using model::Query;

/// Inputs without bounds, or between -`side` and `side`.
Query over_inputs(std::size_t integers, std::size_t reals, std::optional<int> side = std::nullopt) {
    Query query;
    query.network.add_input("x", {integers + reals});
    const std::vector<Variable> inputs = query.network.input_variables();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        model::Domain domain;
        if (i < integers) domain.kind = model::DomainKind::integer;
        if (side) domain.lower = -*side;
        if (side) domain.upper = *side;
        query.domains.emplace_back(inputs[i], domain);
    }
    return query;
}

LinearForm random_form(Random& random, const Query& query, int largest) {
    std::vector<LinearTerm> terms;
    for (const Variable input : query.network.input_variables()) {
        const auto coefficient = static_cast<int>(random.below(2 * static_cast<std::size_t>(largest) + 1)) - largest;
        if (coefficient != 0) terms.push_back({input, Rational(coefficient)});
    }
    return LinearForm(std::move(terms), Rational(static_cast<int>(random.below(13)) - 6));
}

bool is_whole_excluded(const Query& query) {
    NodeCheck nodes(query);
    std::vector<Interval> sides;
    for (const auto& [variable, domain] : query.domains)
        sides.push_back({domain.lower ? to_double_below(*domain.lower) : -INFINITY,
                         domain.upper ? to_double_above(*domain.upper) : INFINITY});
    const ProofNode node = nodes.root(nodes.add_box(sides));
    ExactPart exact(query);
    return exact.is_excluded(nodes.goal_of(node), node, 500);
}

TEST(ExactPart, EquationsOverIntegersThatHaveNoEnd) {
    Random random(7);
    int excluded = 0;
    int solved = 0;
    for (int n = 0; n < 2000; ++n) {
        Query query = over_inputs(1 + random.below(3), random.below(2));
        std::vector<model::FormulaId> atoms;
        for (std::size_t a = 0; a < 1 + random.below(3); ++a)
            atoms.push_back(query.formulas.atom(random_form(random, query, 4),
                                                random.chance(0.5) ? model::Relation::equal : model::Relation::less));
        query.output_condition =
            random.chance(0.7) ? query.formulas.conjunction(atoms) : query.formulas.disjunction(atoms);
        // Is there a solution among small integers (and halves)?
        const std::size_t count = query.network.input_variables().size();
        std::vector<Rational> point(count, Rational(-4));
        bool has_solution = false;
        while (!has_solution) {
            has_solution = model::decide_at(query, point, {}) == model::Certainty::yes;
            std::size_t i = 0;
            for (; i < count && point[i] == 4; ++i) point[i] = -4;
            if (i == count) break;
            point[i] += query.domains[i].second.kind == model::DomainKind::integer ? Rational(1) : Rational(1, 2);
        }
        const bool is_excluded = is_whole_excluded(query);
        EXPECT_FALSE(has_solution && is_excluded) << n;
        excluded += is_excluded ? 1 : 0;
        solved += has_solution ? 1 : 0;
    }
    EXPECT_GT(excluded, 200);
    EXPECT_GT(solved, 200);
}

TEST(ExactPart, SmoothNeuronsAgainstPoints) {
    Random random(9);
    int excluded = 0;
    int solved = 0;
    for (int n = 0; n < 600; ++n) {
        Query query = over_inputs(0, 2, random.chance(0.8) ? std::optional(1) : std::nullopt);
        const auto inputs = model::LayerId(0);
        const auto number = [&](int largest) {
            return Rational(static_cast<int>(random.below(2 * static_cast<std::size_t>(largest) + 1)) - largest);
        };
        model::AffineLayer affine;
        affine.terms.push_back({inputs, test::random_map(random, test::Weights::integers, 2, 2)});
        affine.bias =
            random.chance(0.5) ? model::NumberArray(2) : test::random_numbers(random, test::Weights::integers, 2);
        const model::LayerId sums = query.network.add_affine("a", {2}, std::move(affine));
        const auto kind = random.chance(0.5) ? model::ActivationKind::tanh : model::ActivationKind::sigmoid;
        query.network.add_activation("n", sums, {kind, 0, {}, {}});
        const std::size_t last = query.network.variable_count();
        std::vector<model::FormulaId> atoms;
        for (int a = 0; a < 2; ++a) {
            LinearForm form(std::vector<LinearTerm>{{Variable(last - 1), number(2)},
                                                    {Variable(last - 2), number(2)},
                                                    {Variable(0), number(1)},
                                                    {Variable(1), number(1)}},
                            random.chance(0.5) ? Rational(0) : number(4) / 4);
            atoms.push_back(
                query.formulas.atom(form, random.chance(0.5) ? model::Relation::less : model::Relation::less_equal));
        }
        query.output_condition = query.formulas.conjunction(atoms);
        bool has_solution = false;
        for (int p = 0; p < 200 && !has_solution; ++p) {
            const std::vector<Rational> point{number(16) / 16, number(16) / 16};
            has_solution = model::decide_at(query, point, {}) == model::Certainty::yes;
        }
        const bool is_excluded = is_whole_excluded(query);
        EXPECT_FALSE(has_solution && is_excluded) << n;
        excluded += is_excluded ? 1 : 0;
        solved += has_solution ? 1 : 0;
    }
    EXPECT_GT(excluded, 30);
    EXPECT_GT(solved, 100);
}

}  // namespace
}  // namespace sinew::check
