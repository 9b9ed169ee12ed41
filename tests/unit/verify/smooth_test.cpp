// SPDX-License-Identifier: Apache-2.0
// Networks with tanh and sigmoid neurons against dense sampling and an evaluation of its own at 500 bits. The number of
// random cases: SINEW_SMOOTH_CASES (120).
#include <cmath>
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "model/evaluate_enclosed.hpp"
#include "unit/verify/random_smooth_query.hpp"
#include "unit/verify/smooth_oracle.hpp"
#include "verify/verify.hpp"

namespace sinew::verify {
namespace {

using model::ActivationKind;
using model::Query;
using model::Relation;
using model::Status;

model::Verdict decide_smooth(const Query& query, Strategy strategy = Strategy::automatic, double seconds = 20) {
    Options options;
    options.strategy = strategy;
    options.limits = Limits(seconds, std::nullopt, nullptr);
    Observer observer;
    return verify(query, options, observer);
}

void expect_witness(const Query& query, const model::Witness& witness, std::uint64_t seed) {
    std::vector<Rational> inputs;
    for (const auto& [variable, domain] : query.domains) {
        EXPECT_TRUE(contains(domain, witness.values[variable.index()])) << "case " << seed;
        inputs.push_back(witness.values[variable.index()]);
    }
    const std::vector<test::BigFloat> values = test::big_values(query.network, inputs);
    EXPECT_GT(test::robustness(query, values, witness.booleans, 1e-300), 0) << "case " << seed;
    for (std::size_t v = 0; v < values.size(); ++v) {
        test::BigFloat middle;
        middle.set(witness.values[v]);
        mpfr_sub(middle.get(), middle.get(), values[v].get(), MPFR_RNDN);
        EXPECT_LE(std::fabs(middle.to_double()), witness.radii[v] + 1e-120) << "case " << seed << " variable " << v;
    }
}

/// The largest margin by which a sampled point meets the conditions.
double best_sample(test::RandomSmoothQuery& made, int count) {
    double best = -1e300;
    for (int i = 0; i < count; ++i) {
        const std::vector<double> values = model::evaluate_double(made.query.network, made.point());
        for (const bool boolean : {false, true})
            best = std::max(best, test::robustness(made.query, values, {boolean}, 0));
    }
    return best;
}

/// 1e-k in "within 1e-k of the boundary".
double told_distance(const std::string& reason) {
    const std::size_t at = reason.find("within ");
    return at == std::string::npos ? 1e300 : std::strtod(reason.c_str() + at + 7, nullptr);
}

TEST(Smooth, NoWrongVerdictAgainstDenseSampling) {
    const char* const wanted = std::getenv("SINEW_SMOOTH_CASES");
    const std::uint64_t cases = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 120;
    int count[4] = {};
    constexpr double float_error = 1e-9;
    for (std::uint64_t seed = 1; seed <= cases; ++seed) {
        test::RandomSmoothQuery made(seed);
        const model::Verdict verdict = decide_smooth(made.query, Strategy::automatic, 2);
        ++count[static_cast<int>(verdict.status)];
        if (wanted != nullptr && !verdict.reason.empty())
            std::cout << "case " << seed << ": " << verdict.reason << "\n";
        if (verdict.status == Status::sat) {
            expect_witness(made.query, *verdict.witness, seed);
        } else if (verdict.status == Status::unsat) {
            EXPECT_LT(best_sample(made, 600), float_error) << "case " << seed;
        } else if (made.bounded && made.query.boolean_names.empty()) {
            EXPECT_LT(best_sample(made, 600), told_distance(verdict.reason) + float_error)
                << "case " << seed << ": " << verdict.reason;
        }
    }
    const int answered = count[static_cast<int>(Status::sat)] + count[static_cast<int>(Status::unsat)];
    if (wanted != nullptr)
        std::cout << "sat " << count[static_cast<int>(Status::sat)] << " unsat "
                  << count[static_cast<int>(Status::unsat)] << " unknown " << count[static_cast<int>(Status::unknown)]
                  << " timeout " << count[static_cast<int>(Status::timeout)] << "\n";
    EXPECT_GE(answered, static_cast<int>(cases * 8 / 10));
}

/// y = act(weight·x + bias) for one input.
struct OneNeuron {
    Query query;
    Variable x{0}, s{1}, y{2};

    explicit OneNeuron(ActivationKind kind, const Rational& weight = 1, const Rational& bias = 0) {
        const model::LayerId input = query.network.add_input("x", {1});
        model::AffineLayer affine;
        model::DenseMap map{1, 1, {}};
        map.weights.push_back(weight);
        affine.terms.push_back({input, std::move(map)});
        affine.bias.push_back(bias);
        query.network.add_activation("y", query.network.add_affine("s", {1}, std::move(affine)), {kind, 0, {}, {}});
        query.outputs = {y};
    }
    void bound(const Rational& lower, const Rational& upper) {
        query.domains = {{x, model::Domain{model::DomainKind::real, lower, upper, {}}}};
    }
    /// sign·(variable - value) ⋈ 0, beside the conditions that are there.
    OneNeuron& with(Variable variable, int sign, const Rational& value, Relation relation) {
        query.output_condition = query.formulas.conjunction(
            {query.output_condition,
             query.formulas.atom(LinearForm({{variable, Rational(sign)}}, -sign * value), relation)});
        return *this;
    }
};

TEST(Smooth, ConditionsOnTheBoundary) {
    const auto status = [](OneNeuron neuron) { return decide_smooth(neuron.query).status; };
    for (const bool bounded : {false, true}) {
        const auto tanh = [&] {
            OneNeuron neuron(ActivationKind::tanh);
            if (bounded) neuron.bound(-100, 100);
            return neuron;
        };
        const auto sigmoid = [&] {
            OneNeuron neuron(ActivationKind::sigmoid);
            if (bounded) neuron.bound(-1000, 1000);
            return neuron;
        };
        const Variable x(0), y(2);
        EXPECT_EQ(status(tanh().with(y, -1, 1, Relation::less_equal)), Status::unsat) << "y >= 1";
        EXPECT_EQ(status(tanh().with(y, 1, -1, Relation::less_equal)), Status::unsat) << "y <= -1";
        EXPECT_EQ(status(tanh().with(y, 1, 1, Relation::less)), Status::sat) << "y < 1";
        EXPECT_EQ(status(sigmoid().with(y, 1, 0, Relation::less_equal)), Status::unsat) << "y <= 0";
        EXPECT_EQ(status(sigmoid().with(y, -1, 1, Relation::less_equal)), Status::unsat) << "y >= 1";
        EXPECT_EQ(status(tanh().with(y, 1, 0, Relation::equal)), Status::sat) << "y = 0 at x = 0";
        EXPECT_EQ(status(sigmoid().with(y, 1, Rational(1, 2), Relation::equal)), Status::sat) << "y = 1/2 at x = 0";
        EXPECT_EQ(status(tanh().with(x, -1, 0, Relation::less_equal).with(y, 1, 0, Relation::less)), Status::unsat)
            << "x >= 0, y < 0";
        EXPECT_EQ(status(tanh().with(x, -1, 0, Relation::less).with(y, 1, 0, Relation::less_equal)), Status::unsat)
            << "x > 0, y <= 0";
        EXPECT_EQ(status(tanh().with(x, -1, 0, Relation::less_equal).with(y, 1, 0, Relation::less_equal)), Status::sat)
            << "x >= 0, y <= 0";
    }
}

TEST(Smooth, TwoCopiesOfANetworkAreEqual) {
    // y = tanh(2·sigmoid(x) - tanh(3x)), twice, and once more with another weight.
    Query query;
    const model::LayerId input = query.network.add_input("x", {1});
    std::vector<Variable> outputs;
    for (const double weight : {2.0, 2.0, 2.001}) {
        model::AffineLayer first;
        first.terms.push_back({input, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{1})}});
        first.bias = model::NumberArray(1);
        model::AffineLayer second;
        second.terms.push_back({input, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{3})}});
        second.bias = model::NumberArray(1);
        const model::LayerId left = query.network.add_activation(
            "l", query.network.add_affine("a", {1}, std::move(first)), {ActivationKind::sigmoid, 0, {}, {}});
        const model::LayerId right = query.network.add_activation(
            "r", query.network.add_affine("b", {1}, std::move(second)), {ActivationKind::tanh, 0, {}, {}});
        model::AffineLayer last;
        last.terms.push_back({left, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{weight})}});
        last.terms.push_back({right, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{-1})}});
        last.bias = model::NumberArray(1);
        outputs.push_back(query.network.variable(
            query.network.add_activation("y", query.network.add_affine("s", {1}, std::move(last)),
                                         {ActivationKind::tanh, 0, {}, {}}),
            0));
    }
    for (const bool bounded : {false, true}) {
        if (bounded)
            query.domains = {{Variable(0), model::Domain{model::DomainKind::real, Rational(-2), Rational(2), {}}}};
        const auto difference = [&](std::size_t a, std::size_t b, Relation relation) {
            return query.formulas.atom(LinearForm({{outputs[a], 1}, {outputs[b], -1}}, 0), relation);
        };
        query.output_condition = query.formulas.negation(difference(0, 1, Relation::equal));
        EXPECT_EQ(decide_smooth(query).status, Status::unsat);
        query.output_condition = difference(0, 1, Relation::equal);
        EXPECT_EQ(decide_smooth(query).status, Status::sat);
        query.output_condition = query.formulas.negation(difference(0, 2, Relation::equal));
        EXPECT_EQ(decide_smooth(query).status, Status::sat);
        if (!bounded) continue;  // the difference goes to 0 with x
        query.output_condition = difference(2, 0, Relation::less);
        EXPECT_EQ(decide_smooth(query).status, Status::unsat) << "sigmoid is positive";
    }
}

TEST(Smooth, SymmetriesAreExact) {
    // tanh(s) + tanh(-s) = 0 and sigmoid(2s + 1) + sigmoid(-2s - 1) = 1 with s = x0 + 3·x1, whatever the inputs are.
    Query query;
    const model::LayerId input = query.network.add_input("x", {2});
    const auto neuron = [&](ActivationKind kind, std::vector<double> weights, double bias) {
        model::AffineLayer affine;
        affine.terms.push_back({input, model::DenseMap{1, 2, model::NumberArray(std::move(weights))}});
        affine.bias = model::NumberArray(std::vector<double>{bias});
        const model::LayerId before = query.network.add_affine("a", {1}, std::move(affine));
        return query.network.variable(query.network.add_activation("n", before, {kind, 0, {}, {}}), 0);
    };
    const Variable t = neuron(ActivationKind::tanh, {1, 3}, 0);
    const Variable minus_t = neuron(ActivationKind::tanh, {-1, -3}, 0);
    const Variable s = neuron(ActivationKind::sigmoid, {2, 6}, 1);
    const Variable other_s = neuron(ActivationKind::sigmoid, {-2, -6}, -1);
    const Variable no_twin = neuron(ActivationKind::sigmoid, {-2, -6}, 1);
    const auto sum = [&](Variable a, Variable b, long value, Relation relation) {
        return query.formulas.atom(LinearForm({{a, 1}, {b, 1}}, -value), relation);
    };
    query.output_condition = query.formulas.negation(sum(t, minus_t, 0, Relation::equal));
    EXPECT_EQ(decide_smooth(query).status, Status::unsat);
    query.output_condition = query.formulas.negation(sum(s, other_s, 1, Relation::equal));
    EXPECT_EQ(decide_smooth(query).status, Status::unsat);
    query.output_condition = sum(s, other_s, 1, Relation::equal);
    EXPECT_EQ(decide_smooth(query).status, Status::sat);
    query.output_condition = query.formulas.negation(sum(s, no_twin, 1, Relation::equal));
    EXPECT_EQ(decide_smooth(query).status, Status::sat);
}

TEST(Smooth, WithinTinyDistancesOfAThreshold) {
    // tanh(1) = 0.76159415595576488811945828260479359…
    const Rational above = Rational(Integer("761594156955764888119"), Integer("1000000000000000000000"));   // + 1e-9
    const Rational nearer = Rational(Integer("761594155955764888120"), Integer("1000000000000000000000"));  // + 6e-22
    const Rational under = Rational(Integer("761594155955764888119"), Integer("1000000000000000000000"));   // - 5e-22
    const auto ask = [](const Rational& threshold) {
        OneNeuron neuron(ActivationKind::tanh);
        neuron.bound(-1, 1);
        neuron.with(Variable(2), -1, threshold, Relation::less_equal);
        return decide_smooth(neuron.query);
    };
    EXPECT_EQ(ask(above).status, Status::unsat);
    EXPECT_EQ(ask(under).status, Status::sat) << "x = 1 is rational, so precision decides";
    const model::Verdict close = ask(nearer);
    EXPECT_NE(close.status, Status::sat);
    if (close.status == Status::unknown) {
        EXPECT_LE(told_distance(close.reason), 1e-9) << close.reason;
    }
}

TEST(Smooth, AnIrrationalSolutionIsNotGuessed) {
    OneNeuron neuron(ActivationKind::tanh);
    neuron.bound(-2, 2);
    neuron.with(Variable(2), 1, Rational(1, 2), Relation::equal);  // x = atanh(1/2)
    const model::Verdict verdict = decide_smooth(neuron.query);
    EXPECT_EQ(verdict.status, Status::unknown);
    EXPECT_LE(told_distance(verdict.reason), 1e-6) << verdict.reason;
}

TEST(Smooth, HugeAndTinyNumbers) {
    Rational huge = 1;
    for (int i = 0; i < 300; ++i) huge *= 10;
    OneNeuron steep(ActivationKind::tanh, huge);
    steep.bound(-1, 1);
    steep.with(Variable(2), -1, Rational(1, 2), Relation::less_equal).with(Variable(0), 1, 0, Relation::less);
    EXPECT_EQ(decide_smooth(steep.query).status, Status::unsat) << "a positive output from a negative input";
    OneNeuron flat(ActivationKind::tanh, 1 / huge);
    flat.bound(-1, 1);
    flat.with(Variable(2), -1, 0, Relation::less);
    EXPECT_EQ(decide_smooth(flat.query).status, Status::sat);
}

TEST(Smooth, GradientsThatOverflow) {
    // y = sigmoid(1e300·x - 1e300) over |x| <= 1e20, x an integer: the attack computes with infinities.
    Rational huge = 1;
    for (int i = 0; i < 300; ++i) huge *= 10;
    OneNeuron neuron(ActivationKind::sigmoid, huge, -huge);
    neuron.bound(-Rational(1e20), Rational(1e20));
    neuron.query.domains[0].second.kind = model::DomainKind::integer;
    neuron.with(Variable(2), -1, Rational(1, 4), Relation::less_equal)
        .with(Variable(2), 1, Rational(3, 4), Relation::less_equal);
    EXPECT_NE(decide_smooth(neuron.query, Strategy::automatic, 3).status, Status::unsat) << "y = 1/2 at x = 1";
}

TEST(Smooth, AWideLayer) {
    // 10,000 neurons with random signs: their sum divided by 10,000 stays below 1, and is 0 at 0.
    Random random(1);
    Query query;
    const std::size_t width = 10000;
    const model::LayerId input = query.network.add_input("x", {3});
    model::DenseMap first{width, 3, model::NumberArray(3 * width)};
    model::DenseMap second{1, width, model::NumberArray(width)};
    for (std::size_t i = 0; i < 3 * width; ++i) first.weights.set_double(i, random.chance(0.5) ? 1 : -1);
    for (std::size_t i = 0; i < width; ++i) second.weights.set_double(i, std::ldexp(1.0, -14));
    model::AffineLayer hidden;
    hidden.terms.push_back({input, std::move(first)});
    hidden.bias = model::NumberArray(width);
    const model::LayerId after = query.network.add_activation(
        "n", query.network.add_affine("a", {width}, std::move(hidden)), {ActivationKind::tanh, 0, {}, {}});
    model::AffineLayer last;
    last.terms.push_back({after, std::move(second)});
    last.bias.push_back(0);
    const Variable y = query.network.variable(query.network.add_affine("y", {1}, std::move(last)), 0);
    for (std::size_t i = 0; i < 3; ++i)
        query.domains.emplace_back(Variable(i), model::Domain{model::DomainKind::real, Rational(-1), Rational(1), {}});
    const auto ask = [&](const Rational& threshold) {
        query.output_condition = query.formulas.atom(LinearForm({{y, -1}}, threshold), Relation::less_equal);
        return decide_smooth(query, Strategy::automatic, 60).status;
    };
    EXPECT_EQ(ask(1), Status::unsat);
    EXPECT_EQ(ask(Rational(-1, 1000)), Status::sat);
}

TEST(Smooth, AChainOfManyLayers) {
    Query query;
    model::LayerId last = query.network.add_input("x", {1});
    for (int layer = 0; layer < 20000; ++layer)
        last = query.network.add_activation("n", last, {ActivationKind::tanh, 0, {}, {}});
    query.domains = {{Variable(0), model::Domain{model::DomainKind::real, Rational(-1), Rational(1), {}}}};
    query.output_condition =
        query.formulas.atom(LinearForm({{query.network.variable(last, 0), -1}}, 1), Relation::less_equal);  // y >= 1
    EXPECT_EQ(decide_smooth(query).status, Status::unsat);
}

TEST(Smooth, StrategiesAgree) {
    for (std::uint64_t seed = 1000; seed < 1015; ++seed) {
        test::RandomSmoothQuery made(seed);
        if (!made.bounded || !made.query.boolean_names.empty()) continue;
        const Status boxes = decide_smooth(made.query, Strategy::branch_and_bound, 2).status;
        const Status clauses = decide_smooth(made.query, Strategy::lazy, 2).status;
        const bool both =
            (boxes == Status::sat || boxes == Status::unsat) && (clauses == Status::sat || clauses == Status::unsat);
        if (both) {
            EXPECT_EQ(boxes, clauses) << "case " << seed;
        }
    }
}

}  // namespace
}  // namespace sinew::verify
