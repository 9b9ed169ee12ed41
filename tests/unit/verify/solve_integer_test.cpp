// SPDX-License-Identifier: Apache-2.0
// Queries over small integer domains against enumeration: satisfiability and optimum.
#include "verify/solve_integer.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "engine/turns.hpp"
#include "model/evaluate.hpp"
#include "neuron/network_neurons.hpp"
#include "read/dnn/read_dnn.hpp"
#include "verify/integer_search.hpp"
#include "verify/optimize.hpp"
#include "verify/verify.hpp"

namespace sinew::verify {
namespace {

struct Kind {
    std::vector<std::string> activations;
    int precision = 0;  ///< 0: none
    bool literal = false;
};

std::string pick(Random& random, const std::vector<std::string>& from) {
    return from[random.below(from.size())];
}

std::string sum(Random& random, const std::vector<std::string>& names, bool whole) {
    std::string text = fmt::format("{}", random.integer(-4, 4));
    for (const std::string& name : names)
        if (random.chance(0.7))
            text += whole ? fmt::format(" + {}*{}", random.integer(-5, 5), name)
                          : fmt::format(" + {}/{}*{}", random.integer(-9, 9), random.integer(1, 4), name);
    return text;
}

std::string comparison(Random& random, const std::vector<std::string>& names) {
    const int where = static_cast<int>(random.integer(-20, 20));
    return fmt::format("({} {} {})", sum(random, names, true), pick(random, {"<", "<=", "=", ">=", ">", "!="}), where);
}

std::string condition(Random& random, const std::vector<std::string>& names) {
    std::string text = "(and";
    for (std::uint64_t i = 0, n = 1 + random.below(2); i < n; ++i)
        text += random.chance(0.5) ? " " + comparison(random, names)
                                   : fmt::format(" ({} {} {})", pick(random, {"or", "or", "xor", "=>"}),
                                                 comparison(random, names), comparison(random, names));
    return text + ")";
}

/// A network of two layers over two or three inputs, as text.
std::string make(Random& random, const Kind& kind) {
    std::vector<std::string> inputs;
    std::string domains;
    for (std::size_t i = 0, n = 2 + random.below(2); i < n; ++i) {
        inputs.push_back(fmt::format("x{}", i));
        const auto lower = random.integer(-5, 2);
        domains += random.chance(0.25)
                       ? fmt::format("'x{}': 'int {{{}, {}, {}}}', ", i, lower, lower + 2, lower + random.integer(3, 9))
                       : fmt::format("'x{}': 'int [{}, {}]', ", i, lower, lower + random.integer(0, 6));
    }
    std::string dnn;
    std::vector<std::string> first;
    for (int i = 0; i < 3; ++i) {
        dnn += fmt::format("'a0{}': ['{}', '{}'], ", i, sum(random, inputs, random.chance(0.3)),
                           pick(random, kind.activations));
        first.push_back(fmt::format("n0{}", i));
    }
    std::vector<std::string> second;
    for (int i = 0; i < 2; ++i) {
        dnn += fmt::format("'a1{}': ['{}', '{}'], ", i, sum(random, first, false), pick(random, kind.activations));
        second.push_back(fmt::format("n1{}", i));
    }
    std::vector<std::string> all = inputs;
    all.insert(all.end(), second.begin(), second.end());
    dnn += fmt::format("'y0': '{}'", sum(random, second, true));
    all.emplace_back("y0");
    std::string text = fmt::format("dnn = {{ {} }}\ndomains = {{ {} }}\n", dnn, domains);
    text +=
        fmt::format("conditions = {{ 'in': '{}', 'out': '{}' }}\n", condition(random, inputs), condition(random, all));
    text += fmt::format("objective = '{} {}'\n", pick(random, {"minimize", "maximize"}),
                        sum(random, all, random.chance(0.5)));
    if (kind.precision > 0) text += fmt::format("precision = {}\n", kind.precision);
    if (kind.literal) text += "reading = 'literal'\n";
    return text;
}

/// The best value of all inputs that satisfy the query.
std::optional<Rational> enumerate(const model::Query& query) {
    const std::vector<Variable> variables = query.network.input_variables();
    std::vector<std::vector<Rational>> domains;
    for (const Variable variable : variables) {
        std::vector<Rational> values;
        for (const auto& [owner, domain] : query.domains)
            for (int k = -20; owner == variable && k <= 20; ++k)
                if (contains(domain, k)) values.emplace_back(k);
        domains.push_back(values);
    }
    std::optional<neuron::IntegerEvaluation> integers;
    if (query.precision) integers.emplace(query);
    std::optional<Rational> best;
    std::vector<std::size_t> digit(domains.size(), 0);
    for (;;) {
        std::vector<Rational> inputs;
        for (std::size_t i = 0; i < digit.size(); ++i) inputs.push_back(domains[i][digit[i]]);
        const std::vector<Rational> values =
            integers ? integers->values(inputs) : model::evaluate(query.network, inputs);
        if (model::satisfies(query, values, {})) {
            const Rational value = query.objective->form.value(values);
            const bool minimize = query.objective->sense == model::Sense::minimize;
            if (!best || (minimize ? value < *best : value > *best)) best = value;
        }
        std::size_t i = 0;
        while (i < digit.size() && ++digit[i] == domains[i].size()) digit[i++] = 0;
        if (i == digit.size()) return best;
    }
}

void compare(const Kind& kind, std::uint64_t first_seed, int cases) {
    int solvable = 0;
    for (int i = 0; i < cases; ++i) {
        Random random(first_seed + static_cast<std::uint64_t>(i));
        const std::string text = make(random, kind);
        SCOPED_TRACE(text);
        const model::Query query = read::parse_dnn(text, "random.dnn");
        const std::optional<Rational> expected = enumerate(query);
        Observer quiet;
        const model::Verdict verdict = engine::decide_alone(std::make_unique<IntegerSearch>(query, 0), query, Limits());
        ASSERT_EQ(verdict.status, expected ? model::Status::sat : model::Status::unsat) << verdict.reason;
        if (expected) {
            ++solvable;
            ASSERT_TRUE(model::satisfies(query, verdict.witness->values, {}));
        }
        OptimizeListener listener;
        const Optimum optimum = optimize(query, {}, listener);
        ASSERT_EQ(optimum.outcome, expected ? Outcome::optimum : Outcome::unsat) << optimum.reason;
        if (!expected) continue;
        ASSERT_EQ(*optimum.value, *expected);
        ASSERT_EQ(*optimum.bound, *expected);
    }
    EXPECT_GT(solvable, cases / 10);
    EXPECT_LT(solvable, cases);
}

TEST(SolveInteger, PiecewiseLinearNetworksAgreeWithEnumeration) {
    compare({{"relu", "hardlim", "sign", "satlins", "leaky_relu(1/3)", "purelin", "signum", "clip(-2, 5)"}}, 1, 400);
}
TEST(SolveInteger, TansigNetworksAgreeWithEnumeration) {
    compare({{"tansig"}, 10}, 10000, 600);
    compare({{"tansig", "hardlim"}, 3}, 20000, 700);
}
TEST(SolveInteger, LiteralReadingAgreesWithEnumeration) {
    compare({{"tansig", "hardlim", "purelin"}, 2, true}, 30000, 500);
}
TEST(SolveInteger, MixedNeuronsWithAPrecisionAgreeWithEnumeration) {
    compare({{"relu", "hardlim", "tansig", "sigmoid", "purelin", "satlin", "sign"}, 7}, 40000, 400);
}

TEST(SolveInteger, ConditionsBoundInputsWithoutDomains) {
    const auto text = [](std::string_view out) {
        return fmt::format(
            "dnn = {{ 'a0': ['0.5x0 - 0.25x1', 'tansig'], 'y0': 'n0' }}\nprecision = 100\n"
            "conditions = {{ 'in': '(and (x0 + x1 <= 10) (x0 >= 0) (x1 >= -3))', 'out': '{}' }}\n"
            "objective = 'maximize y0 + x1'\n",
            out);
    };
    OptimizeListener listener;
    const Optimum bounded = optimize(read::parse_dnn(text("(y0 >= 0)"), "q.dnn"), {}, listener);
    EXPECT_EQ(bounded.outcome, Outcome::optimum);
    const model::Query unbounded = read::parse_dnn(
        "dnn = { 'a0': ['0.5x0', 'tansig'], 'y0': 'n0' }\nprecision = 100\nconditions = { 'out': '(y0 >= 0)' }\n",
        "q.dnn");
    Observer quiet;
    const model::Verdict verdict = verify(unbounded, {}, quiet);
    EXPECT_EQ(verdict.status, model::Status::unknown);
    EXPECT_NE(verdict.reason.find("x0 has no upper bound"), std::string::npos) << verdict.reason;
}

TEST(SolveInteger, NumbersOfAnySize) {
    const model::Query query = read::parse_dnn(
        "dnn = { 'a0': ['1000000000000000000000x0 - 3000000000000000000000', 'relu'], 'y0': 'n0' }\n"
        "domains = { 'x0': 'int [-1000000000000000000, 1000000000000000000]' }\n"
        "conditions = { 'out': '(1000000000000000000000x0 <= 2999999999999999999999)' }\n"
        "objective = 'maximize 100000000000000000000000000x0 + 1'\n",
        "q.dnn");
    OptimizeListener listener;
    const Optimum optimum = optimize(query, {}, listener);
    ASSERT_EQ(optimum.outcome, Outcome::optimum);
    EXPECT_EQ(*optimum.value, Rational("200000000000000000000000001"));
}

}  // namespace
}  // namespace sinew::verify
