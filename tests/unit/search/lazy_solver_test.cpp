// SPDX-License-Identifier: Apache-2.0
#include "search/lazy_solver.hpp"

#include <gtest/gtest.h>

namespace sinew::search {
namespace {

using model::Relation;
using sat::Literal;

/// relu(z) of column 0 as column 1, beside what a test asserts about both.
struct Neuron {
    Encoding encoding;
    Literal phase{sat::BoolVar(0)};
    LinearForm z{Variable(0)};
    LinearForm n{Variable(1)};

    Neuron() {
        encoding.meanings.resize(1);
        encoding.columns = {Variable(0), Variable(1)};
        encoding.permanent.push_back({LinearForm({{Variable(1), -1}}, 0), Relation::less_equal});
        encoding.permanent.push_back({z - n, Relation::less_equal});
        encoding.conditional.push_back({phase, {n - z, Relation::less_equal}});
        encoding.conditional.push_back({phase, {LinearForm({{Variable(0), -1}}, 0), Relation::less_equal}});
        encoding.conditional.push_back({~phase, {n, Relation::less_equal}});
        encoding.conditional.push_back({~phase, {z, Relation::less_equal}});
        encoding.breakpoints.push_back({phase, z, Variable(1), 0, 0, 1});
    }
    void always(const LinearForm& form, Relation relation) { encoding.permanent.push_back({form, relation}); }
    void bounded(const Rational& lower, const Rational& upper) {
        always(LinearForm({{Variable(0), -1}}, lower), Relation::less_equal);
        always(LinearForm({{Variable(0), 1}}, -upper), Relation::less_equal);
    }
};

double statistic(const LazySolver& solver, const std::string& name) {
    const Statistics statistics = solver.statistics();
    for (const auto& [key, value] : statistics.figures())
        if (key == name) return value;
    return -1;
}

TEST(LazySolver, APreActivationThatCannotLeaveZeroHasItsPhaseFixed) {
    Neuron neuron;
    // z <= w and z <= -w: z is at most 0, which no column's bound says, and 0 is reached.
    neuron.encoding.columns.emplace_back(2);
    neuron.always(LinearForm({{Variable(0), 1}, {Variable(2), 1}}, 0), Relation::less_equal);
    neuron.always(LinearForm({{Variable(0), 1}, {Variable(2), -1}}, 0), Relation::less_equal);
    LazySolver solver(neuron.encoding, {});
    solver.strengthen(neuron.encoding.breakpoints, {});
    EXPECT_EQ(statistic(solver, "phases_fixed_at_once"), 1);
    ASSERT_EQ(solver.solve({}, {}), Answer::sat);
    EXPECT_FALSE(solver.is_true(neuron.phase));
    EXPECT_EQ(solver.value(Variable(1)), 0);
}

TEST(LazySolver, BoundsThatLeaveTheBreakpointAloneLeaveASolution) {
    // Others prove z >= 0, then z <= 0: at 0 either phase will do, and both would be none.
    Neuron neuron;
    neuron.bounded(-1, 1);
    LazySolver solver(neuron.encoding, {});
    solver.between(neuron.encoding.breakpoints[0], Rational(0), std::nullopt);
    solver.between(neuron.encoding.breakpoints[0], std::nullopt, Rational(0));
    EXPECT_EQ(solver.solve({}, {}), Answer::sat);
}

TEST(LazySolver, BoundsAloneFixAPhase) {
    for (const bool positive : {false, true}) {
        Neuron neuron;
        neuron.bounded(positive ? Rational(0) : Rational(-2), positive ? Rational(1, 3) : Rational(0));
        LazySolver solver(neuron.encoding, {});
        solver.strengthen(neuron.encoding.breakpoints, {});
        ASSERT_EQ(solver.solve({}, {}), Answer::sat);
        EXPECT_EQ(solver.is_true(neuron.phase), positive);
    }
}

TEST(LazySolver, TheChordRefutesWithoutDecisions) {
    Neuron neuron;
    neuron.bounded(-1, 1);
    // Above the chord (z + 1)/2, which only the relaxation from above rules out at level 0.
    neuron.always(LinearForm({{Variable(0), 1}, {Variable(1), -2}}, 1), Relation::less);
    LazySolver solver(neuron.encoding, {});
    solver.strengthen(neuron.encoding.breakpoints, {});
    EXPECT_EQ(solver.solve({}, {}), Answer::unsat);
    EXPECT_EQ(statistic(solver, "sat_decisions"), 0);
}

TEST(LazySolver, NothingIsLostBetweenTheBounds) {
    for (int at = -3; at <= 3; ++at) {
        Neuron neuron;
        neuron.bounded(Rational(-10, 3), Rational(10, 3));
        neuron.always(LinearForm({{Variable(0), 1}}, -at), Relation::equal);
        LazySolver solver(neuron.encoding, {});
        solver.strengthen(neuron.encoding.breakpoints, {});
        ASSERT_EQ(solver.solve({}, {}), Answer::sat);
        EXPECT_EQ(solver.value(Variable(1)), std::max(at, 0));
    }
}

}  // namespace
}  // namespace sinew::search
