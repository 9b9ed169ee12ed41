// SPDX-License-Identifier: Apache-2.0
// Models with reals: the answers of models over integers where there are both, of enumeration, and of linear programs.
#include <functional>

#include <gtest/gtest.h>
#include <sinew/model.hpp>
#include <sinew/query.hpp>

#include "base/random.hpp"

namespace sinew {
namespace {

Rational fraction(Random& random, int bound, int denominator) {
    return Rational(random.integer(-bound, bound)) / denominator;
}

const std::vector<Activation>& activations() {
    static const std::vector<Activation> all = {relu,
                                                purelin,
                                                hardlim,
                                                sign,
                                                satlin,
                                                satlins,
                                                Activation{Activation::Kind::signum},
                                                Activation{Activation::Kind::leaky_relu, Rational(1, 3)},
                                                Activation{Activation::Kind::clip, 0, Rational(-3, 7), {}}};
    return all;
}

/// A model over two integers with whatever `seed` says; with an unused real in it if `real`.
struct RandomModel {
    RandomModel(std::uint64_t seed, bool real) {
        Random random(seed);
        if (real) model.add_real("unused", 0, 1);
        x = model.add_variable("x", -4, 5);
        y = model.add_variable("y", {-3, 0, 1, 4});
        std::vector<Expression> known{x, y};
        const auto form = [&] {
            Expression sum = fraction(random, 4, 3);
            for (const Expression& part : known) sum += fraction(random, 3, 2) * part;
            return sum;
        };
        for (int i = 0; i < 3; ++i) {
            const Activation& activation = activations()[random.below(activations().size())];
            const Precision precision{1 + static_cast<int>(random.below(5)),
                                      random.chance(0.5) ? PrecisionReading::scaled : PrecisionReading::literal};
            switch (random.below(5)) {
                case 0:
                    known.push_back(model.apply(activation, form()));
                    break;
                case 1:
                    known.push_back(model.maximum({form(), form(), form()}));
                    break;
                case 2:
                    known.push_back(model.indicator(form() <= 0 || form() == 0));
                    break;
                default:
                    known.push_back(model.add_neuron(activation, form(), precision));
            }
        }
        model.add(form() >= -4 || form() < 1);
        objective = form();
        model.maximize(objective);
    }
    Model model;
    Expression x, y, objective;
};

TEST(ApiRealModel, an_unused_real_changes_no_answer) {
    int solved = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        RandomModel whole(seed, false), mixed(seed, true);
        EXPECT_FALSE(whole.model.has_reals());
        EXPECT_TRUE(mixed.model.has_reals());
        const Solution expected = whole.model.solve(), found = mixed.model.solve();
        ASSERT_EQ(found.status(), expected.status()) << "seed " << seed << " " << found.reason();
        if (!expected.has_values()) continue;
        ++solved;
        ASSERT_EQ(found.objective(), expected.objective()) << "seed " << seed;
        ASSERT_EQ(found.value(mixed.objective), found.objective()) << "seed " << seed;
        // What one finds is a solution of the other.
        whole.model.add(whole.x == found.value(mixed.x) && whole.y == found.value(mixed.y));
        ASSERT_EQ(whole.model.solve().objective(), found.objective()) << "seed " << seed;
    }
    EXPECT_GT(solved, 100);
}

TEST(ApiRealModel, a_real_that_comes_late_changes_no_answer) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        RandomModel model(seed, false);
        const Solution before = model.model.solve();
        const Expression late = model.model.add_real("late", 0, Rational(1, 2));
        model.model.maximize(model.objective + late);
        const Solution after = model.model.solve();
        ASSERT_EQ(after.status(), before.status()) << "seed " << seed;
        if (before.has_values()) {
            ASSERT_EQ(after.objective(), before.objective() + Rational(1, 2)) << "seed " << seed;
        }
    }
}

TEST(ApiRealModel, rounding_is_to_the_nearest_with_halves_away_from_zero) {
    for (const int twice : {-5, -4, -3, -1, 0, 1, 3, 5}) {
        Model model;
        const Expression x = model.add_real("x");
        const Expression y = model.add_neuron(purelin, x, Precision{1});
        model.add(x == Rational(twice, 2));
        const int expected = twice >= 0 ? (twice + 1) / 2 : -((-twice + 1) / 2);
        const Solution solution = model.solve();
        ASSERT_EQ(solution.status(), Status::satisfied);
        EXPECT_EQ(solution.value(y), expected) << twice << "/2";
        model.add(y != expected);
        EXPECT_EQ(model.solve().status(), Status::unsatisfiable);
    }
}

/// What is exported is the same question, also where it goes on afterwards.
TEST(ApiRealModel, exported_models_have_the_same_answer) {
    for (std::uint64_t seed = 300; seed < 340; ++seed) {
        RandomModel model(seed, seed % 2 == 0);
        const std::string text = model.model.export_as("smt2");
        const Status expected = model.model.solve().status();
        const Status found = Query::from_text(text, "smt2").solve().status();
        ASSERT_EQ(found == Status::unsatisfiable, expected == Status::unsatisfiable) << text;
        ASSERT_NE(found, Status::unknown);
        model.model.add(model.x >= 6);
        EXPECT_EQ(Query::from_text(model.model.export_as("smt2"), "smt2").solve().status(), Status::unsatisfiable);
    }
    Model smooth;
    const Expression x = smooth.add_variable("x", 0, 9);
    smooth.add_neuron(tansig, x, Precision{9});
    EXPECT_THROW(smooth.export_as("smt2"), UsageError);
    EXPECT_THROW(smooth.add_real("r"), UsageError);
    EXPECT_EQ(smooth.solve().status(), Status::satisfied);
}

TEST(ApiRealModel, mixed_programs) {
    Model model;
    const Expression tons = model.add_real("tons", 0);
    const Expression trucks = model.add_variable("trucks", 0, 10);
    model.add(tons <= Rational(5, 2) * trucks && trucks + tons / 2 <= 9);
    model.maximize(3 * tons - trucks);
    const Solution best = model.solve();
    ASSERT_EQ(best.status(), Status::optimal);
    // trucks = 4: tons = 10, 26; trucks = 5: tons = 8, 19; trucks = 3: tons = 15/2, 39/2.
    EXPECT_EQ(best.objective(), 26);
    EXPECT_EQ(best.value(trucks), 4);
    EXPECT_EQ(best.bound(), best.objective());
    model.add(tons != 10);
    const Solution next = model.solve();
    EXPECT_TRUE(next.status() == Status::feasible || next.status() == Status::optimal) << to_string(next.status());
    EXPECT_EQ(next.bound(), 26);
    model.add(tons <= 7);
    EXPECT_EQ(model.solve().objective(), 18);
}

TEST(ApiRealModel, conditions_and_indicators_over_reals) {
    Model model;
    const Expression x = model.add_real("x", -1, 1), y = model.add_real("y", -1, 1);
    const Expression positive = model.indicator(x > Rational(1, 3)) + model.indicator(y > Rational(1, 3));
    model.add(implies(x > 0, y < 0));
    model.add(positive >= 1);
    model.maximize(x + y);
    const Solution best = model.solve();
    EXPECT_EQ(best.bound(), 1);
    model.add(positive == 2);
    EXPECT_EQ(model.solve().status(), Status::unsatisfiable);
}

TEST(ApiRealModel, networks_and_neurons_as_written) {
    Network distance(2);
    distance.add_dense({{1, -1}, {-1, 1}}, {0, 0}, relu).add_dense({{1, 1}}, {0});
    Model model;
    const Expression x = model.add_real("x", 0, 1), n = model.add_variable("n", -2, 2);
    const Expression apart = model.add_network(distance, {x, n}).output();
    model.add(apart <= Rational(1, 4) && x >= Rational(1, 10) && model.magnitude(n) >= 1);
    const Solution solution = model.solve();
    ASSERT_EQ(solution.status(), Status::satisfied);
    EXPECT_EQ(solution.value(n), 1);
    EXPECT_GE(solution.value(x), Rational(3, 4));
    const Expression curve = model.apply(tansig, x);
    model.add(curve >= Rational(7, 10));
    const Solution smooth = model.solve();
    ASSERT_EQ(smooth.status(), Status::satisfied);
    EXPECT_GT(smooth.error(curve), 0);
    EXPECT_LT(smooth.error(curve), Rational(1, 1000000));
    model.add(curve >= Rational(8, 10));  // tanh(1) = 0.7616
    EXPECT_EQ(model.solve().status(), Status::unsatisfiable);
}

TEST(ApiRealModel, networks_with_a_precision_are_rounded) {
    Network network(2);
    network.add_dense({{Rational(1, 2), -1}, {Rational(1, 3), 1}}, {Rational(1, 7), 0}, satlins)
        .add_dense({{1, Rational(2, 3)}}, {Rational(-1, 9)}, relu);
    for (int round = 0; round < 6; ++round) {
        Solution solutions[2];
        for (const bool real : {false, true}) {
            Model model;
            if (real) model.add_real("r", 0, 1);
            const Expression x = model.add_variable("x", -10, 10), y = model.add_variable("y", -10, 10);
            const AddedNetwork added = model.add_network(network, {x, y}, Precision{7});
            model.add(x + 2 * y <= round);
            model.maximize(5 * added.output() - x + added.at(2, 1));
            solutions[real] = model.solve();
        }
        ASSERT_EQ(solutions[1].status(), Status::optimal);
        EXPECT_EQ(solutions[0].objective(), solutions[1].objective());
    }
}

TEST(ApiRealModel, all_solutions_one_after_the_other) {
    for (const bool real : {false, true}) {
        Model model;
        const Expression x = model.add_variable("x", 0, 3), y = model.add_variable("y", 0, 3);
        Exclusion how;
        if (real) {
            model.add_real("r", 0, 1);
            how.over = {x, y};
        }
        model.add(x + y == 3 || x == y);
        int count = 0;
        while (count < 20 && model.next(how).has_values()) ++count;
        EXPECT_EQ(count, 8);
        EXPECT_EQ(model.solve().status(), Status::unsatisfiable);
    }
    Model model;  // with an objective the best come first
    const Expression x = model.add_variable("x", 0, 4);
    model.maximize(x);
    for (int i = 4; i >= 0; --i) EXPECT_EQ(model.next().objective(), i);
    EXPECT_EQ(model.next().status(), Status::unsatisfiable);
    Model reals;
    const Expression r = reals.add_real("r", 0, 1);
    EXPECT_THROW(reals.next(), UsageError);
    int count = 0;
    while (count < 20 && reals.next({Rational(1, 3)}).has_values()) ++count;
    EXPECT_GE(count, 2);
    EXPECT_LE(count, 4);
}

TEST(ApiRealModel, what_cannot_be_is_refused) {
    Model model;
    const Expression x = model.add_variable("x", 0, 100);
    const Expression curve = model.add_neuron(tansig, x, Precision{100});
    EXPECT_THROW(model.add_real("r"), UsageError);
    EXPECT_FALSE(model.has_reals());
    EXPECT_EQ(model.solve().status(), Status::satisfied);
    Model reals;
    const Expression r = reals.add_real("r", 0, 1);
    EXPECT_THROW(reals.add_real("s", 1, 0), UsageError);
    EXPECT_THROW(reals.add_neuron(tansig, r, Precision{100}), UsageError);
    EXPECT_THROW(reals.add_neuron(relu, r, Precision{0}), UsageError);
    EXPECT_THROW(reals.add_neuron(Activation{Activation::Kind::leaky_relu, -1}, r, Precision{1}), UsageError);
    EXPECT_THROW(reals.add(curve + x <= 1), UsageError);
    EXPECT_THROW(reals.add_variable("n", 1, 0), UsageError);
    EXPECT_EQ(reals.name(r), "r");
    EXPECT_EQ(reals.variables().size(), 1U);
    reals.minimize(r);
    EXPECT_EQ(reals.solve().objective(), 0);
}

TEST(ApiRealModel, unbounded_objectives_and_limits) {
    Model model;
    const Expression x = model.add_real("x", 0);
    model.maximize(x);
    EXPECT_EQ(model.solve().status(), Status::unbounded);
    SolveOptions options;
    options.seconds = 0;
    EXPECT_NE(model.solve(options).status(), Status::optimal);
}

}  // namespace
}  // namespace sinew
