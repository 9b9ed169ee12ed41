// SPDX-License-Identifier: Apache-2.0
// Objectives over reals: exact optima, infima that are only approached, and that nothing is better.
#include "verify/optimize_real.hpp"

#include <string>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"
#include "read/dnn/read_dnn.hpp"
#include "verify/verify.hpp"

namespace sinew::verify {
namespace {

Optimum solve(const model::Query& query) {
    OptimizeListener listener;
    OptimizeOptions options;
    options.limits = Limits(60, std::nullopt, nullptr);
    return optimize(query, options, listener);
}
Optimum solve(const std::string& text) {
    return solve(read::parse_dnn(text, "q.dnn"));
}

TEST(OptimizeReal, ReluMinimum) {
    // |x0 - 1/3| + x1 at least, where x1 >= 1/7: the kink is the optimum.
    const Optimum optimum = solve(
        "dnn = { 'a0': 'x0 - 1/3', 'a1': '1/3 - x0', 'y0': 'n0 + n1 + x1' }\n"
        "domains = { 'x0': 'real [-1, 1]', 'x1': 'real [1/7, 2]' }\nobjective = 'minimize y0'\n");
    ASSERT_EQ(optimum.outcome, Outcome::optimum) << optimum.reason;
    EXPECT_EQ(*optimum.value, Rational(1, 7));
    EXPECT_EQ(optimum.witness->values[0], Rational(1, 3));
}

TEST(OptimizeReal, WhatIsOnlyApproachedIsSaid) {
    const Optimum optimum = solve(
        "dnn = { 'a0': ['x0', 'hardlim'], 'y0': '5n0 - x0' }\ndomains = { 'x0': 'real [-1, 1]' }\n"
        "conditions = { 'out': '(x0 != 1)' }\nobjective = 'maximize y0'\n");
    // 5 at x0 = 0 is the best; everything right of it has 5 - x0.
    ASSERT_EQ(optimum.outcome, Outcome::optimum) << optimum.reason;
    EXPECT_EQ(*optimum.value, 5);
    const Optimum open = solve(
        "dnn = { 'a0': ['x0', 'hardlim'], 'y0': '5n0 - x0' }\ndomains = { 'x0': 'real [-1, 1]' }\n"
        "objective = 'minimize y0'\n");
    ASSERT_EQ(open.outcome, Outcome::feasible) << open.reason;
    EXPECT_EQ(*open.bound, 0);
    EXPECT_GT(*open.value, 0);
    EXPECT_LT(*open.value, Rational(1, 1000000));
    EXPECT_NE(open.reason.find("no solution has it"), std::string::npos);
}

TEST(OptimizeReal, UnboundedUnsatAndMixed) {
    EXPECT_EQ(solve("dnn = { 'a0': 'x0', 'y0': 'n0' }\nobjective = 'maximize y0'\n").outcome, Outcome::unbounded);
    EXPECT_EQ(solve("dnn = { 'a0': 'x0', 'y0': 'n0' }\nconditions = { 'out': '(y0 < 0)' }\nobjective = 'maximize y0'\n")
                  .outcome,
              Outcome::unsat);
    // 3x0 <= 10 over integers, x1 real: 3 and 1/3.
    const Optimum mixed = solve(
        "dnn = { 'a0': 'x0 + x1', 'y0': 'n0' }\ndomains = { 'x0': 'int [0, 9]', 'x1': 'real [0, 9]' }\n"
        "conditions = { 'out': '(and (3x0 + 3x1 <= 10) (4x0 + x1 <= 14))' }\nobjective = 'maximize 10x0 + 2x1'\n");
    ASSERT_EQ(mixed.outcome, Outcome::optimum) << mixed.reason;
    EXPECT_EQ(*mixed.value, 30 + Rational(2, 3));
}

/// tanh(x) - x/2 is greatest where tanh(x)^2 = 1/2: 0.70710678 - 0.44068679 = 0.26641999.
TEST(OptimizeReal, SmoothNetworksHaveAnIntervalForTheirOptimum) {
    const std::string network =
        "dnn = { 'a0': ['x0', 'tansig'], 'y0': 'n0 - 0.5x0' }\ndomains = { 'x0': 'real [0, 2]' }\n";
    const Optimum greatest = solve(network + "objective = 'maximize y0'\n");
    ASSERT_EQ(greatest.outcome, Outcome::feasible) << greatest.reason;
    EXPECT_LE(*greatest.value, Rational(26642, 100000));
    EXPECT_GE(*greatest.bound, Rational(266419, 1000000));
    EXPECT_LE(*greatest.bound - *greatest.value, Rational(2, 1'000'000));
    EXPECT_NE(greatest.reason.find("between value and bound"), std::string::npos);
    // And least at an end of the domain: tanh(2) - 1 = -0.03597242.
    const Optimum least = solve(network + "objective = 'minimize y0'\n");
    ASSERT_EQ(least.outcome, Outcome::feasible) << least.reason;
    EXPECT_GE(*least.value, Rational(-35973, 1'000'000));
    EXPECT_LE(*least.bound, Rational(-35972, 1'000'000));
    EXPECT_EQ(solve("dnn = { 'a0': ['x0', 'tansig'], 'y0': 'n0' }\ndomains = { 'x0': 'real [0, 2]' }\n"
                    "conditions = { 'out': '(y0 >= 0.98)' }\nobjective = 'maximize y0'\n")
                  .outcome,
              Outcome::unsat);
}

/// A strict atom that is false where its form is exactly 0 keeps the form at 0 or above, and no more.
TEST(OptimizeReal, AtomsThatFailAtTheirBoundary) {
    const auto optimum_of = [](const char* domain, const char* in, const char* objective) {
        return solve(
            fmt::format("dnn = {{ 'y0': 'x0' }}\ndomains = {{ 'x0': 'real {}' }}\nconditions = {{ 'in': '{}' }}\n"
                        "objective = '{}'\n",
                        domain, in, objective));
    };
    const auto expect = [&](const char* domain, const char* in, const char* objective, const Rational& value) {
        SCOPED_TRACE(std::string(domain) + " " + in + " " + objective);
        const Optimum optimum = optimum_of(domain, in, objective);
        ASSERT_EQ(optimum.outcome, Outcome::optimum) << optimum.reason;
        EXPECT_EQ(*optimum.value, value);
        EXPECT_EQ(*optimum.bound, value);
    };
    // x0 is 2 and nothing else.
    for (const char* domain : {"[2, inf]", "[2, 3]"})
        for (const char* objective : {"maximize y0", "minimize y0"})
            expect(domain, "(=> (x0 > 2) (x0 < 1))", objective, 2);
    expect("[-inf, 2]", "(=> (x0 < 2) (x0 > 3))", "minimize y0", 2);
    // false at 5 itself, on both sides of it
    expect("[0, 10]", "(not (x0 < 5))", "minimize y0", 5);
    expect("[0, 10]", "(not (x0 < 5))", "maximize y0", 10);
    expect("[0, 10]", "(not (x0 > 5))", "minimize y0", 0);
    expect("[0, 10]", "(not (x0 > 5))", "maximize y0", 5);
    expect("[0, 10]", "(not (or (x0 < 5) (x0 > 5)))", "maximize y0", 5);
    expect("[0, 10]", "(xor (x0 < 5) (x0 >= 0))", "minimize y0", 5);
    expect("[0, 10]", "(and (or (x0 >= 5) (x0 <= 5)) (xor (x0 < 5) (x0 >= 0)))", "maximize y0", 10);
    // != keeps its side, = its point
    expect("[0, 10]", "(and (x0 != 5) (=> (x0 > 5) (x0 = 7)))", "maximize y0", 7);
    const Optimum open = optimum_of("[0, 10]", "(and (x0 != 5) (=> (x0 > 5) (x0 > 11)))", "maximize y0");
    ASSERT_EQ(open.outcome, Outcome::feasible) << open.reason;
    EXPECT_EQ(*open.bound, 5);
    EXPECT_LT(*open.value, 5);
}

TEST(OptimizeReal, IntegersWithoutEnd) {
    // Along (1, 1) for ever, in halves; with the sum bounded there is an optimum again.
    const std::string text =
        "dnn = {{ 'a0': 'x0 + 1/2*x1', 'y0': 'n0' }}\ndomains = {{ 'x0': 'int', 'x1': 'real [0, inf]' }}\n"
        "conditions = {{ 'out': '(and (2x0 >= 3) (or (x0 <= 5) (x1 <= x0){}))' }}\nobjective = '{} y0'\n";
    EXPECT_EQ(solve(fmt::format(fmt::runtime(text), "", "maximize")).outcome, Outcome::unbounded);
    const Optimum least = solve(fmt::format(fmt::runtime(text), "", "minimize"));
    ASSERT_EQ(least.outcome, Outcome::optimum) << least.reason;
    EXPECT_EQ(*least.value, 2);
}

/// Nothing samples better, and another engine refutes that anything is.
TEST(OptimizeReal, NothingIsBetterThanTheOptimum) {
    int optima = 0;
    for (std::uint64_t i = 0; i < 60; ++i) {
        Random random(i);
        const auto sum = [&](const std::vector<std::string>& names) {
            std::string text = fmt::format("{}/3", random.integer(-6, 6));
            for (const std::string& name : names)
                text += fmt::format(" + {}/{}*{}", random.integer(-7, 7), random.integer(1, 3), name);
            return text;
        };
        const std::vector<std::string> inputs{"x0", "x1"};
        const std::vector<std::string> first{"n00", "n01", "n02"};
        const char* activations[] = {"relu", "satlins", "leaky_relu(1/4)", "hardlim"};
        std::string dnn;
        for (int k = 0; k < 3; ++k)
            dnn += fmt::format("'a0{}': ['{}', '{}'], ", k, sum(inputs), activations[random.below(4)]);
        for (int k = 0; k < 2; ++k)
            dnn += fmt::format("'a1{}': ['{}', '{}'], ", k, sum(first), activations[random.below(3)]);
        dnn += fmt::format("'y0': '{}'", sum({"n10", "n11"}));
        const std::string text = fmt::format(
            "dnn = {{ {} }}\ndomains = {{ 'x0': 'real [-2, 3]', 'x1': '{}' }}\n"
            "conditions = {{ 'out': '(or ({} < y0) (x0 + x1 >= {}))' }}\nobjective = 'minimize {}'\n",
            dnn, random.chance(0.3) ? "int [-3, 3]" : "real [-3, 3]", random.integer(-2, 6), random.integer(0, 5),
            sum({"y0", "x0", "n10"}));
        SCOPED_TRACE(text);
        const model::Query query = read::parse_dnn(text, "random.dnn");
        const Optimum optimum = solve(query);
        if (optimum.outcome == Outcome::unsat) continue;
        ASSERT_TRUE(optimum.outcome == Outcome::optimum || optimum.outcome == Outcome::feasible);
        ASSERT_TRUE(optimum.bound && optimum.value && *optimum.bound <= *optimum.value);
        if (optimum.outcome == Outcome::optimum) {
            ++optima;
            ASSERT_EQ(*optimum.bound, *optimum.value);
        }
        for (int k = 0; k < 200; ++k) {
            const std::vector<Rational> point{Rational(random.integer(-20, 30), 10), Rational(random.integer(-3, 3))};
            const std::vector<Rational> values = model::evaluate(query.network, point);
            if (model::satisfies(query, values, {})) {
                ASSERT_GE(query.objective->form.value(values), *optimum.bound);
            }
        }
        model::Query better = query;
        LinearForm excess = query.objective->form;
        excess.add_constant(-*optimum.bound);
        better.output_condition =
            better.formulas.conjunction({better.output_condition, better.formulas.atom(excess, model::Relation::less)});
        Options options;
        options.strategy = Strategy::lazy;
        Observer quiet;
        ASSERT_EQ(verify(better, options, quiet).status, model::Status::unsat);
    }
    EXPECT_GT(optima, 20);
}

}  // namespace
}  // namespace sinew::verify
