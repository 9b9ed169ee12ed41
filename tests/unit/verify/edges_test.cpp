// SPDX-License-Identifier: Apache-2.0
// The edges of verify: nothing to search, constant conditions, very deep and very wide queries, limits that are
// reached.
#include <chrono>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "verify/verify.hpp"

namespace sinew::verify {
namespace {

using model::FormulaId;
using model::Query;
using model::Relation;
using model::Status;

Status decide(const Query& query, Strategy strategy = Strategy::automatic, double seconds = 20) {
    Options options;
    options.strategy = strategy;
    options.limits = Limits(seconds, std::nullopt, nullptr);
    Observer observer;
    return verify(query, options, observer).status;
}

FormulaId less(Query& query, Variable variable, const Rational& value) {
    return query.formulas.atom(LinearForm({{variable, 1}}, -value), Relation::less);
}

/// One input, `width` ReLU neurons with random weights, one output; the input in [-1, 1].
Query one_layer(std::size_t width) {
    sinew::Random random(5);
    Query query;
    const model::LayerId in = query.network.add_input("x", {1});
    model::DenseMap first{width, 1, model::NumberArray(width)};
    model::DenseMap second{1, width, model::NumberArray(width)};
    model::AffineLayer hidden;
    for (std::size_t i = 0; i < width; ++i) {
        first.weights.set(i, Rational(random.integer(-100, 100)) / 100);
        second.weights.set(i, Rational(random.integer(-100, 100)) / 100);
        hidden.bias.push_back(Rational(random.integer(-100, 100)) / 100);
    }
    hidden.terms.push_back({in, std::move(first)});
    const model::LayerId before = query.network.add_affine("a", {width}, std::move(hidden));
    const model::LayerId after = query.network.add_activation("n", before, {});
    model::AffineLayer out;
    out.terms.push_back({after, std::move(second)});
    out.bias.push_back(0);
    query.outputs.push_back(query.network.variable(query.network.add_affine("y", {1}, std::move(out)), 0));
    query.domains.emplace_back(Variable(0), model::Domain{model::DomainKind::real, Rational(-1), Rational(1), {}});
    return query;
}

class Edges : public ::testing::TestWithParam<Strategy> {};

TEST_P(Edges, an_empty_network_with_constant_conditions) {
    if (GetParam() == Strategy::branch_and_bound) GTEST_SKIP() << "nothing to bisect";
    Query query;
    EXPECT_EQ(decide(query, GetParam()), Status::sat);
    query.output_condition = query.formulas.constant(false);
    EXPECT_EQ(decide(query, GetParam()), Status::unsat);
    query.output_condition = query.formulas.constant(true);
    query.input_condition = query.formulas.constant(false);
    EXPECT_EQ(decide(query, GetParam()), Status::unsat);
}

TEST_P(Edges, a_network_without_inputs_is_a_constant) {
    if (GetParam() == Strategy::branch_and_bound) GTEST_SKIP() << "nothing to bisect";
    for (const long bound : {1, 2}) {
        Query query;
        model::AffineLayer affine;
        affine.bias.push_back(Rational(3, 2));
        const model::LayerId layer = query.network.add_affine("a", {1}, std::move(affine));
        const model::LayerId after = query.network.add_activation("n", layer, {});
        query.output_condition = less(query, query.network.variable(after, 0), bound);
        EXPECT_EQ(decide(query, GetParam()), bound == 2 ? Status::sat : Status::unsat);
    }
}

TEST_P(Edges, constant_conditions_over_a_network) {
    Query query = one_layer(3);
    EXPECT_EQ(decide(query, GetParam()), Status::sat);
    query.output_condition = query.formulas.constant(false);
    EXPECT_EQ(decide(query, GetParam()), Status::unsat);
}

TEST_P(Edges, one_neuron_at_its_breakpoint) {
    for (const Relation relation : {Relation::less, Relation::less_equal, Relation::equal}) {
        Query query;
        const model::LayerId in = query.network.add_input("x", {1});
        const model::LayerId after = query.network.add_activation("n", in, {});
        query.domains.emplace_back(Variable(0), model::Domain{model::DomainKind::real, Rational(-1), Rational(1), {}});
        query.output_condition =
            query.formulas.atom(LinearForm(query.network.variable(after, 0)), relation);  // relu(x) ⋈ 0
        EXPECT_EQ(decide(query, GetParam()), relation == Relation::less ? Status::unsat : Status::sat);
    }
}

TEST_P(Edges, contradictory_domains) {
    Query query = one_layer(2);
    query.domains[0].second.lower = 2;
    EXPECT_EQ(decide(query, GetParam()), Status::unsat);
}

INSTANTIATE_TEST_SUITE_P(Strategies, Edges,
                         ::testing::Values(Strategy::automatic, Strategy::lazy, Strategy::branch_and_bound,
                                           Strategy::textbook));

TEST(Depth, a_hundred_thousand_nested_connectives) {
    constexpr std::size_t depth = 100000;
    for (const Strategy strategy : {Strategy::automatic, Strategy::lazy}) {
        Query query = one_layer(1);
        const FormulaId base = less(query, Variable(0), 0);
        FormulaId formula = base;
        for (std::size_t i = 0; i < depth; ++i) {
            const FormulaId other =
                less(query, Variable(0), -Rational(static_cast<long>(i) + 2));  // false in the domain
            formula = i % 2 == 0 ? query.formulas.negation(query.formulas.disjunction({formula, other}))
                                 : query.formulas.conjunction({formula, query.formulas.negation(other)});
        }
        query.output_condition = formula;  // x < 0 or its negation: sat either way
        const auto begin = std::chrono::steady_clock::now();
        const Status status = decide(query, strategy, 60);
        EXPECT_TRUE(status == Status::sat || status == Status::timeout) << to_string(status);
        EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 90);
    }
}

TEST(Size, ten_thousand_neurons_and_a_time_limit) {
    Query query = one_layer(10000);
    query.output_condition =
        query.formulas.atom(LinearForm({{query.outputs[0], -1}}, 100000), Relation::less);  // y > 1e5
    const auto begin = std::chrono::steady_clock::now();
    const Status status = decide(query, Strategy::automatic, 2);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_NE(status, Status::sat);
    EXPECT_LT(seconds, 20) << "a limit is looked at often";
}

TEST(Limit, memory_and_interrupt_are_unknown_with_a_reason) {
    // Nothing answers this in no time: the limits are already reached when the search begins.
    Query query = one_layer(300);
    query.output_condition = query.formulas.atom(LinearForm({{query.outputs[0], 1}}, Rational(1, 3)), Relation::equal);
    Observer observer;
    const std::atomic<bool> interrupt = true;
    Options options;
    options.limits = Limits(std::nullopt, std::nullopt, &interrupt);
    const model::Verdict interrupted = verify(query, options, observer);
    EXPECT_NE(interrupted.status, Status::timeout);
    if (interrupted.status == Status::unknown) {
        EXPECT_FALSE(interrupted.reason.empty());
    }
    options.limits = Limits(std::nullopt, std::size_t{1}, nullptr);
    const model::Verdict full = verify(query, options, observer);
    EXPECT_NE(full.status, Status::timeout);
    if (full.status == Status::unknown) {
        EXPECT_FALSE(full.reason.empty());
    }
}

}  // namespace
}  // namespace sinew::verify
