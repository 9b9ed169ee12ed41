// SPDX-License-Identifier: Apache-2.0
#include "search/attack.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "bounds/max_min.hpp"
#include "model/evaluate.hpp"
#include "search/witness.hpp"

namespace sinew::search {
namespace {

using model::Activation;
using model::ActivationKind;
using model::Relation;

/// inputs -> widths… with `kind` between the affine layers; weights are small float32 numbers.
model::Query random_query(Random& random, const std::vector<std::size_t>& widths, ActivationKind kind) {
    model::Query query;
    model::LayerId last = query.network.add_input("x", {widths[0]});
    for (std::size_t l = 1; l < widths.size(); ++l) {
        model::AffineLayer affine;
        std::vector<double> weights(widths[l] * widths[l - 1]);
        std::vector<double> bias(widths[l]);
        for (double& w : weights) w = static_cast<float>(random.uniform(-1, 1));
        for (double& b : bias) b = static_cast<float>(random.uniform(-0.5, 0.5));
        affine.terms.push_back({last, model::DenseMap{widths[l], widths[l - 1], model::NumberArray(weights)}});
        affine.bias = model::NumberArray(bias);
        last = query.network.add_affine("", {widths[l]}, affine);
        if (l + 1 == widths.size()) break;
        Activation activation;
        activation.kind = kind;
        last = query.network.add_activation("", last, activation);
    }
    for (const Variable variable : query.network.input_variables()) {
        model::Domain domain;
        domain.lower = -1;
        domain.upper = 1;
        query.domains.emplace_back(variable, domain);
    }
    for (std::size_t i = 0; i < widths.back(); ++i) query.outputs.push_back(query.network.variable(last, i));
    return query;
}

/// Output k is at least what it is at a hidden point, for every k: satisfiable, and only near that point or beyond.
void plant(model::Query& query, Random& random) {
    std::vector<double> hidden(query.domains.size());
    for (double& x : hidden) x = static_cast<float>(random.uniform(-1, 1));
    const std::vector<double> values = model::evaluate_double(query.network, hidden);
    std::vector<model::FormulaId> rows;
    for (const Variable output : query.outputs) {
        LinearForm form(Rational(to_rational(values[output.index()] - 0.02)));
        form.add(LinearForm(output), -1);
        rows.push_back(query.formulas.atom(form, Relation::less_equal));
    }
    query.output_condition = query.formulas.conjunction(rows);
}

TEST(LaneNetwork, AgreesWithEvaluationAndWithFiniteDifferences) {
    Random random(5);
    for (const ActivationKind kind : {ActivationKind::relu, ActivationKind::tanh, ActivationKind::sigmoid}) {
        const model::Query query = random_query(random, {4, 9, 7, 3}, kind);
        LaneNetwork network(query.network);
        std::vector<double> point(4);
        for (double& x : point) x = random.uniform(-1, 1);
        for (std::size_t i = 0; i < 4; ++i) std::fill_n(network.values().row(i), bounds::lanes, point[i]);
        network.forward();
        const std::vector<double> expected = model::evaluate_double(query.network, point);
        for (std::size_t v = 0; v < expected.size(); ++v) EXPECT_NEAR(network.values().row(v)[7], expected[v], 1e-12);
        network.adjoints().fill(0);
        network.adjoints().row(query.outputs[1].index())[3] = 1;
        network.backward();
        for (std::size_t i = 0; i < 4; ++i) {
            constexpr double h = 1e-6;
            std::vector<double> moved = point;
            moved[i] += h;
            const double slope = (model::evaluate_double(query.network, moved)[query.outputs[1].index()] -
                                  expected[query.outputs[1].index()]) /
                                 h;
            EXPECT_NEAR(network.adjoints().row(i)[3], slope, 1e-4);
        }
    }
}

TEST(LaneNetwork, AWayLeadsOutOfAPlateauWhereALayerIsOff) {
    // y = relu(relu(x) - 3): for x < 3 no derivative comes through.
    model::Query query;
    model::LayerId last = query.network.add_input("x", {1});
    for (const double bias : {0.0, -3.0}) {
        model::AffineLayer affine;
        affine.terms.push_back({last, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{1})}});
        affine.bias = model::NumberArray(std::vector<double>{bias});
        last = query.network.add_activation("", query.network.add_affine("", {1}, affine), Activation{});
    }
    LaneNetwork network(query.network);
    for (std::size_t j = 0; j < bounds::lanes; ++j) network.values().row(0)[j] = static_cast<double>(j) - 7.5;
    network.forward();
    network.adjoints().fill(0);
    std::fill_n(network.adjoints().row(query.network.variable(last, 0).index()), bounds::lanes, -2.0);
    network.backward();
    for (std::size_t j = 0; j < bounds::lanes; ++j) EXPECT_EQ(network.adjoints().row(0)[j], -2) << j;
}

TEST(Attack, FindsPlantedCounterexamplesInsideTheBox) {
    Random random(11);
    int found = 0;
    for (int trial = 0; trial < 20; ++trial) {
        model::Query query = random_query(random, {3, 12, 12, 2}, ActivationKind::relu);
        plant(query, random);
        Attack attack(query, 1);
        const std::vector<double> lower(3, -1.0);
        const std::vector<double> upper(3, 1.0);
        AttackOptions options;
        options.groups = 8;
        for (const Candidate& candidate : attack.run(lower, upper, options))
            for (const double x : candidate.inputs) ASSERT_TRUE(x >= -1 && x <= 1);
        const auto confirmation = find_witness(query, attack, lower, upper, options);
        if (!confirmation) continue;
        ++found;
        EXPECT_TRUE(model::satisfies(query, confirmation->witness.values, confirmation->witness.booleans));
        EXPECT_EQ(confirmation->float32_agrees, holds_in_float32(query, confirmation->witness));
    }
    EXPECT_GE(found, 19);
}

TEST(Attack, NeverClaimsWhatExactArithmeticDenies) {
    // y = relu(x) - relu(x - 1) - x/10 has its maximum 9/10 at x = 1 exactly: y >= 9/10 holds there alone, y > 9/10
    // nowhere.
    for (const Relation relation : {Relation::less, Relation::less_equal}) {
        model::Query query;
        const model::LayerId x = query.network.add_input("x", {1});
        model::AffineLayer first;
        first.terms.push_back({x, model::DenseMap{3, 1, model::NumberArray(std::vector<double>{1, 1, 1})}});
        first.bias = model::NumberArray(std::vector<double>{0, -1, 10});
        const model::LayerId hidden = query.network.add_affine("h", {3}, first);
        const model::LayerId active = query.network.add_activation("a", hidden, Activation{});
        model::AffineLayer second;
        model::NumberArray weights;
        for (const char* text : {"1", "-1", "-1/10"}) weights.push_back(Rational(text));
        second.terms.push_back({active, model::DenseMap{1, 3, weights}});
        second.bias = model::NumberArray(std::vector<double>{1});
        const model::LayerId y = query.network.add_affine("y", {1}, second);
        model::Domain domain;
        domain.lower = 0;
        domain.upper = 3;
        query.domains.emplace_back(Variable(0), domain);
        LinearForm form(Rational(9, 10));
        form.add(LinearForm(query.network.variable(y, 0)), -1);
        query.output_condition = query.formulas.atom(form, relation);
        Attack attack(query);
        AttackOptions options;
        options.groups = 4;
        options.refinements = 20;
        const double lower[] = {0};
        const double upper[] = {3};
        const auto confirmation = find_witness(query, attack, lower, upper, options);
        EXPECT_EQ(confirmation.has_value(), relation == Relation::less_equal);
    }
}

TEST(Attack, IntegerInputsAndListedValuesComeBackWhole) {
    Random random(3);
    for (int trial = 0; trial < 10; ++trial) {
        model::Query query = random_query(random, {4, 10, 1}, ActivationKind::sign);
        for (std::size_t i = 0; i < 4; ++i) {
            model::Domain& domain = query.domains[i].second;
            domain.kind = model::DomainKind::integer;
            if (i % 2 == 0) domain.values = {-1, 1};
        }
        LinearForm form(Rational(0));
        form.add(LinearForm(query.outputs[0]), -1);
        query.output_condition = query.formulas.atom(form, Relation::less_equal);
        Attack attack(query, 9);
        const std::vector<double> lower(4, -1.0);
        const std::vector<double> upper(4, 1.0);
        for (const Candidate& candidate : attack.run(lower, upper, AttackOptions{}))
            for (std::size_t i = 0; i < 4; ++i)
                ASSERT_TRUE(candidate.inputs[i] == std::round(candidate.inputs[i]) &&
                            (i % 2 == 1 || candidate.inputs[i] != 0));
    }
}

TEST(Attack, DisjunctionsAndFreeBooleans) {
    Random random(4);
    model::Query query = random_query(random, {2, 8, 3}, ActivationKind::relu);
    query.boolean_names = {"a"};
    // (a and y0 >= y1) or (not a and y0 > 1000): only the second polarity is reachable when a is false.
    LinearForm first(query.outputs[1]);
    first.add(LinearForm(query.outputs[0]), -1);
    LinearForm second(Rational(1000));
    second.add(LinearForm(query.outputs[0]), -1);
    auto& formulas = query.formulas;
    const model::FormulaId a = formulas.boolean(model::BooleanVariable(0));
    query.output_condition =
        formulas.disjunction({formulas.conjunction({a, formulas.atom(first, Relation::less_equal)}),
                              formulas.conjunction({formulas.negation(a), formulas.atom(second, Relation::less)})});
    const double lower[] = {-1, -1};
    const double upper[] = {1, 1};
    Attack wrong(query, 1, {false});
    EXPECT_FALSE(find_witness(query, wrong, lower, upper, AttackOptions{}));
    Attack right(query, 1, {true});
    const double found = right.run(lower, upper, AttackOptions{}).front().margin;
    double best = -1e9;
    for (double x = -1; x <= 1; x += 0.05) {
        for (double z = -1; z <= 1; z += 0.05) {
            const std::vector<double> values = model::evaluate_double(query.network, std::vector<double>{x, z});
            best = std::max(best, values[query.outputs[0].index()] - values[query.outputs[1].index()]);
        }
    }
    EXPECT_EQ(found >= 0, best >= 0);
}

TEST(MaxMinStep, IsAtLeastAsGoodAsEverySampledStep) {
    Random random(8);
    for (int trial = 0; trial < 300; ++trial) {
        const std::size_t n = 1 + random.below(5);
        const std::size_t rows = 1 + random.below(6);
        std::vector<double> value(rows), slope(rows * n), lower(n), upper(n);
        for (double& v : value) v = random.uniform(-1, 1);
        for (double& s : slope) s = random.uniform(-1, 1);
        for (std::size_t k = 0; k < n; ++k) {
            lower[k] = -random.uniform();
            upper[k] = random.chance(0.1) ? lower[k] : random.uniform();
        }
        const auto least = [&](const std::vector<double>& step) {
            double result = 1e9;
            for (std::size_t i = 0; i < rows; ++i) {
                double height = value[i];
                for (std::size_t k = 0; k < n; ++k) height += slope[i * n + k] * step[k];
                result = std::min(result, height);
            }
            return result;
        };
        const std::vector<double> step = bounds::max_min_step(value, slope, lower, upper);
        for (std::size_t k = 0; k < n; ++k) ASSERT_TRUE(step[k] >= lower[k] && step[k] <= upper[k]);
        const double reached = least(step);
        for (int sample = 0; sample < 200; ++sample) {
            std::vector<double> other(n);
            for (std::size_t k = 0; k < n; ++k)
                other[k] = random.chance(0.5) ? random.uniform(lower[k], upper[k])
                                              : (random.chance(0.5) ? lower[k] : upper[k]);
            ASSERT_GE(reached, least(other) - 1e-9);
        }
    }
}

}  // namespace
}  // namespace sinew::search
