// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gtest/gtest.h>
#include <sinew/model.hpp>

#include "api/network_data.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "neuron/neuron.hpp"

namespace sinew {
namespace {

TEST(Api, expressions_are_exact) {
    Model model;
    const Expression x = model.add_variable("x", 0, 10);
    const Expression y = model.add_variable("y", {3, 7});
    const Expression e = decimal("0.1") * x - y / 3 + 2 * (x - 1) - Rational(2, 4);
    model.add(x == 5 && y == 7);
    const Solution solution = model.solve();
    ASSERT_EQ(solution.status(), Status::satisfied);
    EXPECT_EQ(solution.value(e), Rational(1, 2) - Rational(7, 3) + 8 - Rational(1, 2));
    EXPECT_EQ(solution.value(sum({x, y, 1})), 13);
    EXPECT_TRUE(solution.holds(x < y && !(x >= 6)));
    const Rational third(1, 3);
    EXPECT_TRUE(solution.holds(x >= third - 1 && x != Integer(2) * 3));  // what GMP computes late
    EXPECT_EQ(model.name(y), "y");
    EXPECT_EQ(model.name(x + y), "");
    EXPECT_THROW(decimal("one"), UsageError);
    EXPECT_THROW(x / 0, UsageError);
    EXPECT_THROW(weighted_sum({1}, {x, y}), UsageError);
}

TEST(Api, optimum_and_bound_are_rational) {
    Model model;
    const Expression x = model.add_variable("x", 0, 10);
    const Expression y = model.add_variable("y", 0, 10);
    model.add_linear(2 * x + 3 * y <= 12);
    model.maximize(x / 3 + y / 2 + Rational(1, 7));
    Rational last;
    SolveOptions options;
    options.on_improvement = [&](const Rational& value) { last = value; };
    const Solution solution = model.solve(options);
    EXPECT_EQ(solution.status(), Status::optimal);
    EXPECT_EQ(solution.objective(), 2 + Rational(1, 7));
    EXPECT_EQ(solution.bound(), solution.objective());
    EXPECT_EQ(last, solution.objective());
    model.minimize(x - y);
    EXPECT_EQ(model.solve().objective(), -4);
    model.add(x > y);
    EXPECT_EQ(model.solve().objective(), 1);
    model.add(x < y);
    EXPECT_EQ(model.solve().status(), Status::unsatisfiable);
}

/// A random condition, and its truth by evaluation.
struct RandomCondition {
    Condition condition;
    std::function<bool(int, int, int)> holds;
};

RandomCondition random_condition(Random& random, const std::vector<Expression>& v, int depth) {
    if (depth == 0 || random.chance(0.2)) {
        const int a = static_cast<int>(random.integer(-2, 2)), b = static_cast<int>(random.integer(-2, 2)),
                  c = static_cast<int>(random.integer(-2, 2)), d = static_cast<int>(random.integer(-4, 4));
        const Expression left = a * v[0] + Rational(b, 2) * v[1] + c * v[2];
        const auto twice = [=](int x, int y, int z) { return 2 * a * x + b * y + 2 * c * z - 2 * d; };
        switch (random.below(4)) {
            case 0:
                return {left <= d, [=](int x, int y, int z) { return twice(x, y, z) <= 0; }};
            case 1:
                return {left > d, [=](int x, int y, int z) { return twice(x, y, z) > 0; }};
            case 2:
                return {left == d, [=](int x, int y, int z) { return twice(x, y, z) == 0; }};
            default:
                return {left != d, [=](int x, int y, int z) { return twice(x, y, z) != 0; }};
        }
    }
    const RandomCondition p = random_condition(random, v, depth - 1), q = random_condition(random, v, depth - 1);
    switch (random.below(4)) {
        case 0:
            return {p.condition && q.condition,
                    [=](int x, int y, int z) { return p.holds(x, y, z) && q.holds(x, y, z); }};
        case 1:
            return {p.condition || !q.condition,
                    [=](int x, int y, int z) { return p.holds(x, y, z) || !q.holds(x, y, z); }};
        case 2:
            return {implies(p.condition, q.condition),
                    [=](int x, int y, int z) { return !p.holds(x, y, z) || q.holds(x, y, z); }};
        default:
            return {equivalent(p.condition, q.condition),
                    [=](int x, int y, int z) { return p.holds(x, y, z) == q.holds(x, y, z); }};
    }
}

TEST(Api, conditions_agree_with_evaluation) {
    Random random(3);
    int satisfiable = 0;
    for (int round = 0; round < 400; ++round) {
        Model model;
        std::vector<Expression> v;
        for (const char* name : {"x", "y", "z"}) v.push_back(model.add_variable(name, -3, 3));
        const RandomCondition first = random_condition(random, v, 3), second = random_condition(random, v, 2);
        model.add(first.condition);
        const Expression bonus = model.indicator(second.condition);
        model.maximize(7 * bonus + v[0] - v[1]);
        std::optional<int> best;
        for (int x = -3; x <= 3; ++x)
            for (int y = -3; y <= 3; ++y)
                for (int z = -3; z <= 3; ++z) {
                    if (!first.holds(x, y, z)) continue;
                    const int value = (second.holds(x, y, z) ? 7 : 0) + x - y;
                    best = best ? std::max(*best, value) : value;
                }
        const Solution solution = model.solve();
        ASSERT_EQ(solution.has_values(), best.has_value()) << "round " << round;
        if (!best) continue;
        ++satisfiable;
        ASSERT_EQ(solution.objective(), *best) << "round " << round;
        ASSERT_TRUE(solution.holds(first.condition));
        ASSERT_EQ(solution.holds(second.condition), solution.value(bonus) == 1);
    }
    EXPECT_GT(satisfiable, 100);
}

TEST(Api, long_chains_of_conditions) {
    Model model;
    const Expression x = model.add_variable("x", 0, 200000);
    Condition chain(false);
    for (int i = 0; i < 30000; ++i) chain = chain || (x == 2 * i + 1 && x >= 59000);
    model.add(chain);
    model.minimize(x);
    EXPECT_EQ(model.solve().objective(), 59001);
}

Network two_layers(const Activation& inner, const Activation& outer) {
    Network network(2);
    network.add_dense({{Rational(3, 2), Rational(-3, 4)}, {Rational(1, 2), 2}}, {Rational(1, 4), Rational(-1, 2)},
                      inner);
    return network.add_dense({{Rational(5, 4), -1}}, {Rational(1, 8)}, outer);
}

TEST(Api, networks_with_a_precision_agree_with_neurons) {
    const Network network = two_layers(tansig, sigmoid);
    for (const PrecisionReading reading : {PrecisionReading::scaled, PrecisionReading::literal}) {
        const Precision precision{20, reading};
        const auto neuron = [&](const Activation& activation, std::vector<Rational> weights, const Rational& bias) {
            return neuron::make_neuron(to_model(activation),
                                       std::vector<neuron::Weight>{{0, weights[0]}, {1, weights[1]}}, bias,
                                       to_model(precision));
        };
        const neuron::Neuron a = neuron(tansig, {Rational(3, 2), Rational(-3, 4)}, Rational(1, 4));
        const neuron::Neuron b = neuron(tansig, {Rational(1, 2), 2}, Rational(-1, 2));
        const neuron::Neuron c = neuron(sigmoid, {Rational(5, 4), -1}, Rational(1, 8));
        Integer best = -1000;
        for (int x = -15; x <= 15; ++x)
            for (int y = -15; y <= 15; ++y) {
                if (x + 2 * y > 10) continue;
                const std::vector<Integer> inputs{x, y};
                const std::vector<Integer> hidden{a.output(inputs), b.output(inputs)};
                const Integer value = 3 * c.output(hidden) + hidden[1] - y;
                best = std::max(best, value);
            }
        for (const bool network_bounds : {false, true}) {
            Model model;
            const Expression x = model.add_variable("x", -15, 15), y = model.add_variable("y", -15, 15);
            const AddedNetwork added = model.add_network(network, {x, y}, precision);
            model.add(x + 2 * y <= 10);
            model.maximize(3 * added.output() + added.at(2, 1) - y);
            SolveOptions options;
            options.network_bounds = network_bounds;
            EXPECT_EQ(model.solve(options).objective(), Rational(best));
        }
    }
}

TEST(Api, networks_as_written_agree_with_evaluation) {
    const Network network = two_layers(relu, satlins);
    Rational best = -1000;
    for (int x = -9; x <= 9; ++x)
        for (int y = -9; y <= 9; ++y) {
            const std::vector<Rational> inputs{Rational(x) / 4, y};
            best = std::max<Rational>(best, network.evaluate(inputs).back()[0] - Rational(y) / 16);
        }
    Model model;
    const Expression x = model.add_variable("x", -9, 9), y = model.add_variable("y", -9, 9);
    const AddedNetwork added = model.add_network(network, {x / 4, y});
    model.maximize(added.output() - y / 16);
    const Solution solution = model.solve();
    ASSERT_EQ(solution.status(), Status::optimal);
    EXPECT_EQ(solution.objective(), best);
    const std::vector<Rational> inputs{solution.value(x) / 4, solution.value(y)};
    EXPECT_EQ(solution.value(added.output()), network.evaluate(inputs).back()[0]);
}

TEST(Api, what_cannot_be_is_refused) {
    Model model;
    const Expression x = model.add_variable("x", 0, 1);
    EXPECT_THROW(model.add_variable("y", 2, 1), UsageError);
    EXPECT_THROW(model.add_variable("y", std::vector<Integer>{}), UsageError);
    const Activation crossed{Activation::Kind::clip, 0, Rational(1), Rational(-1)};
    EXPECT_THROW(model.apply(crossed, x), UsageError);
    EXPECT_THROW(model.add_neuron(crossed, x, Precision{10}), UsageError);
    EXPECT_THROW(model.add_variable("y", 0, Integer(1) << 62), UsageError);
    EXPECT_THROW(model.add_linear(x != 1), UsageError);
    EXPECT_THROW(model.add_linear(x <= 1 && x >= 0), UsageError);
    EXPECT_THROW(model.add_neuron(tansig, x, {0}), UsageError);
    EXPECT_THROW(model.apply(tansig, x), UsageError);
    EXPECT_THROW(model.maximum({}), UsageError);
    EXPECT_THROW(model.add_network(two_layers(relu, relu), {x}), UsageError);
    EXPECT_THROW(model.add_network(two_layers(tansig, relu), {x, x}), UsageError);
    EXPECT_THROW(model.add_network(two_layers(relu, relu), {x, x + 1}, Precision{10}), UsageError);
    EXPECT_THROW((void)Solution().value(x), UsageError);
    EXPECT_THROW((void)Solution().objective(), UsageError);
    EXPECT_THROW((void)load_network(SINEW_SOURCE_DIR "/inputs/cnf/pigeons_3_in_2.cnf"), UsageError);
    EXPECT_THROW((void)load_network("there_is_no.onnx"), InputError);
    EXPECT_EQ(model.solve().status(), Status::satisfied);
}

TEST(Api, limits_are_results) {
    Model model;
    std::vector<Expression> x;
    for (int i = 0; i < 60; ++i) x.push_back(model.add_variable("", 0, 1000));
    for (std::size_t i = 0; i < 60; ++i) {
        model.add(7 * x[i] + 5 * x[(i * 7 + 1) % 60] + 3 * x[(i * 11 + 5) % 60] <= 9001 - static_cast<int>(i));
        model.add(x[i] != x[(i + 1) % 60]);
    }
    model.maximize(sum(x) - 2 * model.maximum({x[0], x[1], x[2]}));
    SolveOptions options;
    options.seconds = 0;
    EXPECT_EQ(model.solve(options).status(), Status::unknown);
    const std::atomic<bool> stop(true);
    options.seconds.reset();
    options.interrupt = &stop;
    const Solution stopped = model.solve(options);
    EXPECT_TRUE(stopped.status() == Status::unknown || stopped.status() == Status::feasible);
}

}  // namespace
}  // namespace sinew
