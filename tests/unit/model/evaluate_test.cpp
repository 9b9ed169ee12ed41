// SPDX-License-Identifier: Apache-2.0
// What a network computes, and whether a query holds. (tests/oracle compares evaluate() with an evaluator of its own on
// hundreds of random networks; here are the corners.)
#include "model/evaluate.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sinew::model {
namespace {

/// x0, x1 -> a = (x0 - x1, x0/3) -> relu -> max of both
Query small_query() {
    Query query;
    const LayerId in = query.network.add_input("x", {2});
    AffineLayer affine;
    DenseMap dense{2, 2, {}};
    for (const Rational& weight : {Rational(1), Rational(-1), Rational(1, 3), Rational(0)})
        dense.weights.push_back(weight);
    affine.terms.push_back({in, std::move(dense)});
    affine.bias = NumberArray(std::vector<double>{0, 0});
    const LayerId middle = query.network.add_affine("a", {2}, std::move(affine));
    const LayerId relu = query.network.add_activation("n", middle, {});
    MaxPoolLayer pool;
    pool.source = relu;
    pool.member = {0, 1};
    pool.begin = {0, 2};
    query.network.add_max_pool("m", {1}, std::move(pool));
    return query;
}

TEST(Evaluate, walks_the_layers) {
    const Query query = small_query();
    const std::vector<Rational> inputs = {1, 2};
    const std::vector<Rational> expected = {1, 2, -1, Rational(1, 3), 0, Rational(1, 3), Rational(1, 3)};
    EXPECT_EQ(evaluate(query.network, inputs), expected);
    const std::vector<double> doubles = evaluate_double(query.network, std::vector<double>{1, 2});
    const std::vector<float> floats = replay_float32(query.network, std::vector<float>{1, 2});
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(doubles[i], expected[i].get_d(), 1e-15);
        EXPECT_NEAR(floats[i], expected[i].get_d(), 1e-6);
    }
    EXPECT_EQ(floats[5], 1.0F / 3.0F) << "weights are rounded to float32";
    EXPECT_THROW(evaluate(query.network, std::vector<Rational>{1}), ContractBreach);
}

TEST(Evaluate, an_empty_network_has_no_values) {
    EXPECT_TRUE(evaluate(Network(), std::vector<Rational>{}).empty());
}

TEST(Satisfies, domains_and_conditions) {
    Query query = small_query();
    const auto holds = [&](const Rational& x0, const Rational& x1) {
        const std::vector<Rational> values = evaluate(query.network, std::vector<Rational>{x0, x1});
        return satisfies(query, values, {});
    };
    EXPECT_TRUE(holds(5, 5));
    query.domains.emplace_back(Variable(0), Domain{DomainKind::integer, Rational(0), Rational(3), {}});
    EXPECT_TRUE(holds(3, Rational(1, 2)));
    EXPECT_TRUE(holds(0, 0));
    EXPECT_FALSE(holds(Rational(1, 2), 0));
    EXPECT_FALSE(holds(4, 0));
    EXPECT_FALSE(holds(-1, 0));
    query.domains.emplace_back(Variable(1), Domain{DomainKind::integer, {}, {}, {-1, 1}});
    EXPECT_FALSE(holds(1, 0));
    EXPECT_TRUE(holds(1, -1));
    // max(relu(x0 - x1), relu(x0/3)) < 2
    query.output_condition = query.formulas.atom(LinearForm({{Variable(6), 1}}, -2), Relation::less);
    EXPECT_FALSE(holds(1, -1));
    EXPECT_TRUE(holds(2, 1));
    query.input_condition = query.formulas.atom(LinearForm({{Variable(0), 1}}, -2), Relation::less);
    EXPECT_FALSE(holds(2, 1));
    EXPECT_TRUE(holds(1, 1));
}

TEST(Domain, what_conjuncts_demand) {
    Query query;
    const LayerId layer = query.network.add_input("x", {3});
    const auto x = [&](std::size_t i) { return query.network.variable(layer, i); };
    FormulaStore& store = query.formulas;
    query.domains = {{x(1), {DomainKind::real, Rational(-1, 3), {}, {}}},
                     {x(2), {DomainKind::integer, {}, {}, {-2, 5}}}};
    const FormulaId above = store.atom(LinearForm({{x(0), -2}}, 3), Relation::less);            // x0 > 3/2
    const FormulaId not_above = store.atom(LinearForm({{x(1), -1}}, 4), Relation::less_equal);  // not (x1 >= 4)
    const FormulaId fixed = store.atom(LinearForm({{x(2), 1}}, -5), Relation::equal);
    query.input_condition = store.conjunction({above, store.negation(not_above)});
    query.output_condition = store.conjunction({fixed, store.disjunction({above, not_above})});
    const std::vector<Domain> domains = demanded_domains(query);
    EXPECT_EQ(domains[0].lower, Rational(3, 2));
    EXPECT_FALSE(domains[0].upper);
    EXPECT_EQ(domains[1].lower, Rational(-1, 3));
    EXPECT_EQ(domains[1].upper, 4);
    EXPECT_EQ(domains[2].lower, 5);
    EXPECT_EQ(domains[2].upper, 5);
    EXPECT_FALSE(input_domains(query)[0].lower);
    EXPECT_TRUE(std::isinf(enclosing(domains[0]).upper));
    EXPECT_LT(enclosing(domains[1]).lower, Rational(-1, 3));
}

TEST(Query, names_what_nobody_named) {
    Query query = small_query();
    query.names[Variable(0)] = "height";
    EXPECT_EQ(query.name(Variable(0)), "height");
    EXPECT_EQ(query.name(Variable(1)), "x_1");
    EXPECT_EQ(query.name(Variable(6)), "m_0");
}

}  // namespace
}  // namespace sinew::model
