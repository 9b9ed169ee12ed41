// SPDX-License-Identifier: Apache-2.0
// Questions about networks with products and curved functions.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"
#include "verify/verify.hpp"
#include "write/lp.hpp"
#include "write/smtlib.hpp"

namespace sinew::verify {
namespace {

using model::Activation;
using model::ActivationKind;
using model::Query;
using model::Relation;
using model::Status;

model::Verdict decide_curved(const Query& query, Strategy strategy = Strategy::automatic, double seconds = 20) {
    Options options;
    options.strategy = strategy;
    options.limits = Limits(seconds, std::nullopt, nullptr);
    Observer observer;
    return verify(query, options, observer);
}

/// Inputs between -2 and 2, their products with each other, and one function of the first.
struct Example {
    explicit Example(const Activation& function) {
        const model::LayerId x = query.network.add_input("x", {2});
        for (std::size_t i = 0; i < 2; ++i) {
            model::Domain domain;
            domain.lower = -2;
            domain.upper = 2;
            query.domains.emplace_back(Variable(i), domain);
        }
        const model::LayerId products = query.network.add_product("p", {2}, {x, {0, 0}, {1, 0}});
        const model::LayerId curve = query.network.add_activation("f", x, function);
        product = query.network.variable(products, 0);
        square = query.network.variable(products, 1);
        of_first = query.network.variable(curve, 0);
    }
    void ask(LinearForm form, Relation relation) {
        query.output_condition =
            query.formulas.conjunction({query.output_condition, query.formulas.atom(std::move(form), relation)});
    }
    /// variable ⋈ bound by sign: 1 is >=, -1 is <=
    void ask(Variable variable, int sign, const Rational& bound) {
        LinearForm form(variable, -sign);
        form.add_constant(sign * bound);
        ask(std::move(form), Relation::less_equal);
    }
    Query query;
    Variable product, square, of_first;
};

TEST(CurvedQueries, have_exact_witnesses_where_the_network_is_rational) {
    Example example({ActivationKind::power, -1, {}, {}});
    example.ask(example.product, 1, Rational(7, 2));
    example.ask(example.of_first, 1, Rational(1, 2));
    const model::Verdict verdict = decide_curved(example.query);
    ASSERT_EQ(verdict.status, Status::sat);
    const std::vector<Rational>& values = verdict.witness->values;
    EXPECT_EQ(values[example.product.index()], Rational(values[0] * values[1]));
    EXPECT_EQ(values[example.of_first.index()], Rational(1 / values[0]));
    EXPECT_EQ(verdict.witness->radii[example.product.index()], 0);
    EXPECT_TRUE(model::confirms(example.query, *verdict.witness));
}

TEST(CurvedQueries, are_refuted_by_boxes) {
    {
        Example example({ActivationKind::sin, 0, {}, {}});
        example.ask(example.product, 1, Rational(401, 100));
        EXPECT_EQ(decide_curved(example.query).status, Status::unsat);
    }
    {  // x² + y² < 2xy - 1/100 never holds: (x - y)² >= 0
        Example example({ActivationKind::sin, 0, {}, {}});
        const model::LayerId squares = example.query.network.add_product("q", {1}, {model::LayerId(0), {1}, {1}});
        LinearForm form(example.square);
        form.add(LinearForm(example.query.network.variable(squares, 0)));
        form.add(LinearForm(example.product), -2);
        form.add_constant(Rational(1, 100));
        example.ask(std::move(form), Relation::less);
        EXPECT_EQ(decide_curved(example.query).status, Status::unsat);
    }
    {  // sin(x) > x for no x >= 1/4
        Example example({ActivationKind::sin, 0, {}, {}});
        example.ask(Variable(0), 1, Rational(1, 4));
        LinearForm form(Variable(0));
        form.add(LinearForm(example.of_first), -1);
        example.ask(std::move(form), Relation::less);
        EXPECT_EQ(decide_curved(example.query).status, Status::unsat);
    }
    for (const auto& [kind, above] :
         {std::pair(ActivationKind::exp, Rational(739, 100)), std::pair(ActivationKind::erf, Rational(996, 1000)),
          std::pair(ActivationKind::softplus, Rational(2127, 1000)),
          std::pair(ActivationKind::cos, Rational(10001, 10000))}) {
        Example example({kind, 0, {}, {}});
        example.ask(example.of_first, 1, above);
        EXPECT_EQ(decide_curved(example.query).status, Status::unsat) << static_cast<int>(kind);
        Example other({kind, 0, {}, {}});
        other.ask(other.of_first, 1, above - Rational(2, 100));
        const model::Verdict verdict = decide_curved(other.query);
        ASSERT_EQ(verdict.status, Status::sat) << static_cast<int>(kind);
        if (kind != ActivationKind::cos) {  // cos(0) is 1
            EXPECT_GT(verdict.witness->radii[other.of_first.index()], 0);
        }
        EXPECT_TRUE(model::confirms(other.query, *verdict.witness));
    }
}

TEST(CurvedQueries, have_no_witness_where_there_is_no_value) {
    for (const Activation& function :
         {Activation{ActivationKind::power, -1, {}, {}}, Activation{ActivationKind::log, 0, {}, {}},
          Activation{ActivationKind::sqrt, 0, {}, {}}}) {
        Example example(function);
        LinearForm zero(Variable(0));
        example.ask(zero, function.kind == ActivationKind::sqrt ? Relation::less : Relation::equal);
        example.ask(example.of_first, -1, 1000000);
        EXPECT_NE(decide_curved(example.query, Strategy::automatic, 0.3).status, Status::sat);
        const model::EnclosedValues values =
            model::evaluate_enclosed(example.query.network, std::vector<Rational>{-1 + Rational(0), 1}, 64);
        EXPECT_EQ(std::isinf(values.radius[example.of_first.index()]), function.kind != ActivationKind::power);
        const model::EnclosedValues at_zero =
            model::evaluate_enclosed(example.query.network, std::vector<Rational>{0, 1}, 64);
        EXPECT_EQ(std::isinf(at_zero.radius[example.of_first.index()]), function.kind != ActivationKind::sqrt);
    }
}

TEST(CurvedQueries, are_refused_by_name_where_nobody_knows_them) {
    Example example({ActivationKind::sin, 0, {}, {}});
    example.ask(example.product, 1, 1);
    for (const Strategy strategy : {Strategy::lazy, Strategy::textbook, Strategy::binarized})
        EXPECT_THROW(decide_curved(example.query, strategy), UsageError);
    EXPECT_THROW(write::smtlib_text(example.query), UsageError);
    EXPECT_THROW(write::lp_text(example.query), UsageError);
    Query unbounded = example.query;
    unbounded.domains.clear();
    EXPECT_THROW(decide_curved(unbounded), UsageError);
}

/// Each disjunct fixes the divisor, which is anything between -2 and 2 in all of them together.
TEST(CurvedQueries, with_many_disjuncts_are_asked_one_after_the_other) {
    for (const bool holds_somewhere : {false, true}) {
        Example example({ActivationKind::power, -1, {}, {}});
        std::vector<model::FormulaId> any;
        const auto row = [&](Variable variable, int sign, const Rational& bound) {
            LinearForm form(variable, -sign);
            form.add_constant(sign * bound);
            return example.query.formulas.atom(std::move(form), Relation::less_equal);
        };
        for (int k = -200; k <= 200; ++k) {
            if (k == 0) continue;
            Rational x(k, 100);
            x.canonicalize();
            const Rational most = 2 * abs(x) + (holds_somewhere && k == 77 ? Rational(-1, 100) : Rational(1, 100));
            for (const int sign : {1, -1})
                any.push_back(example.query.formulas.conjunction({row(Variable(0), 1, x), row(Variable(0), -1, x),
                                                                  row(example.of_first, -1, Rational(1 / x) + 1),
                                                                  row(example.product, sign, Rational(sign * most))}));
        }
        example.query.output_condition = example.query.formulas.disjunction(std::move(any));
        const model::Verdict verdict = decide_curved(example.query);
        EXPECT_EQ(verdict.status, holds_somewhere ? Status::sat : Status::unsat);
        if (verdict.witness) {
            EXPECT_TRUE(model::confirms(example.query, *verdict.witness));
        }
    }
}

TEST(CurvedQueries, random_ones_agree_with_samples) {
    Random random(7);
    int decided = 0;
    for (int trial = 0; trial < 40; ++trial) {
        constexpr ActivationKind kinds[] = {ActivationKind::exp, ActivationKind::sin, ActivationKind::cos,
                                            ActivationKind::erf};
        Example example({kinds[random.below(4)], 0, {}, {}});
        LinearForm form(Rational(random.integer(-60, 60), 10) + Rational(0));
        for (const Variable variable : {example.product, example.square, example.of_first, Variable(1)})
            form.add(LinearForm(variable), Rational(random.integer(-3, 3)));
        const LinearForm asked = form;
        example.ask(std::move(form), Relation::less_equal);
        bool holds = false;
        for (int i = 0; i <= 40; ++i)
            for (int j = 0; j <= 40; ++j) {
                const double point[] = {-2 + i * 0.1, -2 + j * 0.1};
                const std::vector<double> values = model::evaluate_double(example.query.network, point);
                double value = asked.constant().get_d();
                for (const LinearTerm& term : asked.terms())
                    value += term.coefficient.get_d() * values[term.variable.index()];
                holds = holds || value < -1e-6;
            }
        const model::Verdict verdict = decide_curved(example.query);
        if (holds) {
            EXPECT_EQ(verdict.status, Status::sat) << trial;
        }
        if (verdict.status == Status::sat) {
            EXPECT_TRUE(model::confirms(example.query, *verdict.witness)) << trial;
        }
        decided += verdict.status == Status::sat || verdict.status == Status::unsat ? 1 : 0;
    }
    EXPECT_GT(decided, 35);
}

}  // namespace
}  // namespace sinew::verify
