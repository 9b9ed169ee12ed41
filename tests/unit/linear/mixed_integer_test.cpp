// SPDX-License-Identifier: Apache-2.0
// Integers that nothing bounds, beside the Boolean core: known small systems, and random ones against Z3 with models
// put into every constraint and every core contradictory by itself.
#include "linear/mixed_integer.hpp"

#include <gtest/gtest.h>
#include <z3++.h>

#include "base/random.hpp"
#include "linear/linear_theory.hpp"
#include "sat/solver.hpp"

namespace sinew::linear {
namespace {

using model::Relation;
using sat::Literal;

struct Constraint {
    LinearForm form;
    Relation relation = Relation::less_equal;
};

/// Columns 0 … integers-1 are integers, the rest up to `columns` reals.
struct System {
    std::size_t columns = 0;
    std::size_t integers = 0;
    std::vector<Constraint> constraints;
};

struct Solved {
    Answer result = Answer::unknown;
    std::vector<Rational> values;
    std::vector<std::size_t> failed;  ///< constraints that contradict each other
};

/// Every constraint hangs on an assumption, so that an unsat answer has a core.
Solved solve(const System& system) {
    LinearTheory theory;
    sat::Solver solver;
    solver.add_theory(theory);
    theory.set_atoms([&] {
        const Literal literal(solver.new_variable());
        solver.watch_theory_variable(literal.variable(), theory);
        return literal;
    });
    for (std::size_t i = 0; i < system.columns; ++i) theory.add_column(Variable(i));
    for (std::size_t i = 0; i < system.integers; ++i) theory.set_integer(Variable(i));
    std::vector<Literal> assumptions;
    for (const Constraint& constraint : system.constraints) {
        const Literal& literal = assumptions.emplace_back(solver.new_variable());
        theory.add_conditional({&literal, 1}, constraint.form, constraint.relation);
        solver.watch_theory_variable(literal.variable(), theory);
    }
    Solved answer;
    answer.result = solver.solve(assumptions, Limits(20, {}, nullptr));
    if (answer.result == Answer::sat)
        for (std::size_t i = 0; i < system.columns; ++i) answer.values.push_back(theory.value(Variable(i)));
    if (answer.result == Answer::unsat)
        for (std::size_t i = 0; i < assumptions.size(); ++i)
            for (const Literal failed : solver.failed_assumptions())
                if (failed == assumptions[i]) answer.failed.push_back(i);
    return answer;
}

void expect_model(const System& system, const Solved& answer) {
    ASSERT_EQ(answer.values.size(), system.columns);
    for (std::size_t i = 0; i < system.integers; ++i) EXPECT_EQ(answer.values[i].get_den(), 1);
    for (const Constraint& constraint : system.constraints) {
        const int side = sgn(constraint.form.value(answer.values));
        EXPECT_TRUE(constraint.relation == Relation::equal  ? side == 0
                    : constraint.relation == Relation::less ? side < 0
                                                            : side <= 0);
    }
}

LinearForm form(const std::vector<int>& coefficients, const Rational& constant) {
    std::vector<LinearTerm> terms;
    for (std::size_t i = 0; i < coefficients.size(); ++i)
        if (coefficients[i] != 0) terms.push_back({Variable(i), Rational(coefficients[i])});
    return {std::move(terms), constant};
}

TEST(MixedInteger, ParityIsAContradictionOfOneConstraint) {
    System system{3, 3, {}};
    system.constraints.push_back({form({0, 0, 1}, -5), Relation::less_equal});
    system.constraints.push_back({form({2, -2, 0}, -1), Relation::equal});
    const Solved answer = solve(system);
    EXPECT_EQ(answer.result, Answer::unsat);
    EXPECT_EQ(answer.failed, std::vector<std::size_t>{1});
}

TEST(MixedInteger, NothingLiesBetweenNeighbours) {
    System system{2, 2, {}};  // x < y < x + 1
    system.constraints.push_back({form({1, -1}, 0), Relation::less});
    system.constraints.push_back({form({-1, 1}, -1), Relation::less});
    EXPECT_EQ(solve(system).result, Answer::unsat);
    system.constraints[1].relation = Relation::less_equal;
    expect_model(system, solve(system));
}

TEST(MixedInteger, CommonDivisorsRoundConstants) {
    System system{2, 2, {}};  // 0 < 3a - 3b < 3
    system.constraints.push_back({form({-3, 3}, 0), Relation::less});
    system.constraints.push_back({form({3, -3}, -3), Relation::less});
    EXPECT_EQ(solve(system).result, Answer::unsat);
}

TEST(MixedInteger, TwoEquationsAreOddTogether) {
    System system{3, 3, {}};  // a + b + 2c = 1, a = b: 2a + 2c = 1
    system.constraints.push_back({form({1, 1, 2}, -1), Relation::equal});
    system.constraints.push_back({form({1, -1, 0}, 0), Relation::equal});
    EXPECT_EQ(solve(system).failed.size(), 2U);
}

TEST(MixedInteger, RealsGiveWay) {
    System system{4, 2, {}};  // a - b = e - c, 1/4 < e < 3/4
    system.constraints.push_back({form({1, -1, -1, 1}, 0), Relation::equal});
    system.constraints.push_back({form({0, 0, -1, 0}, Rational(1, 4)), Relation::less});
    system.constraints.push_back({form({0, 0, 1, 0}, Rational(-3, 4)), Relation::less});
    expect_model(system, solve(system));
}

TEST(MixedInteger, BoundedRealsLeaveAStrip) {
    System system{3, 2, {}};  // 3a - 3b = r, 1 < r < 2
    system.constraints.push_back({form({3, -3, -1}, 0), Relation::equal});
    system.constraints.push_back({form({0, 0, -1}, 1), Relation::less});
    system.constraints.push_back({form({0, 0, 1}, -2), Relation::less});
    EXPECT_EQ(solve(system).failed.size(), 3U);
    system.constraints.pop_back();
    expect_model(system, solve(system));
}

TEST(MixedInteger, AWedgeOpensFarOut) {
    System system{2, 2, {}};  // between two lines that part slowly: 1001y > 1000x + 1/2, 1002y < 1000x - 1/2
    system.constraints.push_back({form({1000, -1001}, Rational(1, 2)), Relation::less});
    system.constraints.push_back({form({-1000, 1002}, Rational(1, 2)), Relation::less});
    expect_model(system, solve(system));
}

TEST(MixedInteger, WideDomainsDoNotMatter) {
    System system{3, 3, {}};  // 6a + 10b + 15c = 8 needs an even 15c, 3a + 5b = 3 makes it 2
    for (int i = 0; i < 3; ++i) {
        std::vector<int> unit(3);
        unit[static_cast<std::size_t>(i)] = 1;
        system.constraints.push_back({form(unit, -1'000'000), Relation::less_equal});
        unit[static_cast<std::size_t>(i)] = -1;
        system.constraints.push_back({form(unit, -1'000'000), Relation::less_equal});
    }
    system.constraints.push_back({form({6, 10, 15}, -8), Relation::equal});
    system.constraints.push_back({form({3, 5, 0}, -3), Relation::equal});
    EXPECT_EQ(solve(system).failed.size(), 2U);
    system.constraints.back() = {form({3, 5, 0}, -4), Relation::equal};
    expect_model(system, solve(system));
}

z3::check_result ask_z3(const System& system, const std::vector<std::size_t>& chosen) {
    z3::context context;
    z3::solver solver(context);
    solver.set("rlimit", 1'000'000U);  // the same on every machine, however busy
    for (const std::size_t i : chosen) {
        const Constraint& constraint = system.constraints[i];
        z3::expr sum = context.real_val(constraint.form.constant().get_str().c_str());
        for (const LinearTerm& term : constraint.form.terms()) {
            const std::string name = "v" + std::to_string(term.variable.index());
            const z3::expr variable = term.variable.index() < system.integers
                                          ? z3::to_real(context.int_const(name.c_str()))
                                          : context.real_const(name.c_str());
            sum = sum + context.real_val(term.coefficient.get_str().c_str()) * variable;
        }
        solver.add(constraint.relation == Relation::equal  ? sum == 0
                   : constraint.relation == Relation::less ? sum < 0
                                                           : sum <= 0);
    }
    return solver.check();
}

TEST(MixedInteger, RandomSystemsAgreeWithZ3) {
    Random random(5);
    int unsat = 0;
    int sat = 0;
    for (int round = 0; round < 200; ++round) {
        System system;
        system.integers = 1 + random.below(4);
        system.columns = system.integers + random.below(3);
        const std::int64_t largest = random.chance(0.1) ? 30 : 5;
        for (std::uint64_t count = 1 + random.below(6); count > 0; --count) {
            std::vector<int> coefficients(system.columns);
            for (int& coefficient : coefficients)
                if (random.chance(0.7)) coefficient = static_cast<int>(random.integer(-largest, largest));
            constexpr Relation relations[] = {Relation::equal, Relation::less, Relation::less_equal};
            const Rational constant = Rational(random.integer(-12, 12)) / random.integer(1, 3);
            system.constraints.push_back({form(coefficients, constant), relations[random.below(3)]});
        }
        std::vector<std::size_t> all;
        for (std::size_t i = 0; i < system.constraints.size(); ++i) all.push_back(i);
        const z3::check_result expected = ask_z3(system, all);
        if (expected == z3::unknown) continue;
        const Solved answer = solve(system);
        ASSERT_EQ(answer.result, expected == z3::sat ? Answer::sat : Answer::unsat) << "round " << round;
        if (answer.result == Answer::sat) {
            expect_model(system, answer);
            ++sat;
        } else {
            EXPECT_NE(ask_z3(system, answer.failed), z3::sat) << "round " << round;
            ++unsat;
        }
    }
    EXPECT_GT(sat, 40);
    EXPECT_GT(unsat, 40);
}

}  // namespace
}  // namespace sinew::linear
