// SPDX-License-Identifier: Apache-2.0
// Every answer of the exact simplex proves itself: models are put into the bounds, certificates are summed again.
#include "exact/exact_simplex.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew {
namespace {

struct TestBound {
    std::optional<Rational> value;
    Strictness strictness = Strictness::closed;
};

/// A simplex and, beside it, what it was told, in the simplest form.
struct Problem {
    ExactSimplex simplex;
    std::size_t columns = 0;
    std::vector<std::vector<Rational>> forms;  // by variable, over the columns
    std::vector<TestBound> lower;
    std::vector<TestBound> upper;

    explicit Problem(std::size_t column_count) : columns(column_count) {
        for (std::size_t i = 0; i < columns; ++i) {
            simplex.add_column();
            std::vector<Rational> form(columns);
            form[i] = 1;
            forms.push_back(form);
        }
        lower.resize(columns);
        upper.resize(columns);
    }
    SimplexVariable add_row(const std::vector<Rational>& form) {
        std::vector<SimplexTerm> terms;
        for (std::size_t i = 0; i < columns; ++i)
            if (form[i] != 0) terms.push_back({SimplexVariable(i), form[i]});
        forms.push_back(form);
        lower.emplace_back();
        upper.emplace_back();
        return simplex.add_row(terms);
    }
    void set(SimplexVariable variable, Side side, const Rational& value, Strictness strictness = Strictness::closed) {
        simplex.set_bound(variable, side, value, strictness);
        (side == Side::lower ? lower : upper)[variable.index()] = {value, strictness};
    }
    void relax(SimplexVariable variable, Side side) {
        simplex.relax_bound(variable, side);
        (side == Side::lower ? lower : upper)[variable.index()] = {};
    }
};

void expect_model(const Problem& problem) {
    const std::vector<Rational> values = problem.simplex.solution();
    for (std::size_t i = 0; i < problem.forms.size(); ++i) {
        Rational sum;
        for (std::size_t j = 0; j < problem.columns; ++j) sum += problem.forms[i][j] * values[j];
        ASSERT_EQ(sum, values[i]);
        const TestBound& low = problem.lower[i];
        const TestBound& high = problem.upper[i];
        if (low.value) {
            ASSERT_TRUE(low.strictness == Strictness::closed ? sum >= *low.value : sum > *low.value);
        }
        if (high.value) {
            ASSERT_TRUE(high.strictness == Strictness::closed ? sum <= *high.value : sum < *high.value);
        }
    }
}

/// Sums the certificate: the form left over, the sum of the bounds and whether a strict one is among them.
void sum_certificate(const Problem& problem, std::vector<Rational>& form, Rational& bound, bool& strict) {
    form.assign(problem.columns, Rational());
    bound = 0;
    strict = false;
    for (const BoundMultiplier& part : problem.simplex.certificate()) {
        ASSERT_GT(part.multiplier, 0);
        const std::size_t i = part.variable.index();
        const TestBound& used = part.side == Side::lower ? problem.lower[i] : problem.upper[i];
        ASSERT_TRUE(used.value.has_value());
        const Rational factor = part.side == Side::lower ? part.multiplier : Rational(-part.multiplier);
        for (std::size_t j = 0; j < problem.columns; ++j) form[j] += factor * problem.forms[i][j];
        bound += factor * *used.value;
        strict = strict || used.strictness == Strictness::strict;
    }
}

void expect_contradiction(const Problem& problem) {
    std::vector<Rational> form;
    Rational bound;
    bool strict = false;
    sum_certificate(problem, form, bound, strict);
    for (const Rational& left : form) ASSERT_EQ(left, 0);
    ASSERT_TRUE(bound > 0 || (bound == 0 && strict));
}

void expect_irreducible(const Problem& problem) {
    const BoundCertificate certificate = problem.simplex.certificate();
    for (const BoundMultiplier& left_out : certificate) {
        Problem part(problem.columns);
        for (std::size_t i = problem.columns; i < problem.forms.size(); ++i) part.add_row(problem.forms[i]);
        for (const BoundMultiplier& kept : certificate) {
            if (&kept == &left_out) continue;
            const std::size_t i = kept.variable.index();
            const TestBound& bound = kept.side == Side::lower ? problem.lower[i] : problem.upper[i];
            part.set(kept.variable, kept.side, *bound.value, bound.strictness);
        }
        ASSERT_EQ(part.simplex.check(), ExactSimplex::Result::feasible);
    }
}

ExactSimplex::Result check_and_prove(Problem& problem) {
    const ExactSimplex::Result result = problem.simplex.check();
    EXPECT_NE(result, ExactSimplex::Result::stopped);
    if (result == ExactSimplex::Result::feasible)
        expect_model(problem);
    else
        expect_contradiction(problem);
    return result;
}

Rational random_number(Random& random, int kind) {
    const Rational small(random.integer(-4, 4));
    Integer power;
    switch (kind) {
        case 0:
            return small;
        case 1:
            return Rational(random.integer(-999, 999)) / 100;
        case 2:
            return to_rational(random.uniform(-2, 2));
        default:
            mpz_ui_pow_ui(power.get_mpz_t(), 10, 30);
            return random.chance(0.3) ? Rational(small * power) : random.chance(0.5) ? Rational(small / power) : small;
    }
}

Problem random_problem(Random& random, int kind, std::size_t columns, std::size_t rows, double density) {
    Problem problem(columns);
    for (std::size_t i = 0; i < rows; ++i) {
        std::vector<Rational> form(columns);
        for (Rational& coefficient : form)
            if (random.chance(density)) coefficient = random_number(random, kind);
        problem.add_row(form);
    }
    return problem;
}

void random_bound(Random& random, int kind, Problem& problem) {
    const SimplexVariable variable(random.below(problem.forms.size()));
    const Rational value = random_number(random, kind);
    const Strictness strictness = random.chance(0.3) ? Strictness::strict : Strictness::closed;
    if (random.chance(0.15)) {  // an equality
        problem.set(variable, Side::lower, value);
        problem.set(variable, Side::upper, value);
    } else {
        problem.set(variable, random.chance(0.5) ? Side::lower : Side::upper, value, strictness);
    }
}

TEST(ExactSimplex, StrictBoundsAreStrict) {
    Problem problem(2);
    const SimplexVariable x(0);
    const SimplexVariable y(1);
    const SimplexVariable sum = problem.add_row({1, 1});
    problem.set(x, Side::upper, 1);
    problem.set(y, Side::upper, 2);
    problem.set(sum, Side::lower, 3);
    EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::feasible);
    EXPECT_EQ(problem.simplex.solution(), (std::vector<Rational>{1, 2, 3}));
    problem.set(y, Side::upper, 2, Strictness::strict);
    EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::infeasible);
    EXPECT_EQ(problem.simplex.certificate().size(), 3u);
    problem.set(sum, Side::lower, Rational(299, 100), Strictness::strict);
    EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::feasible);
}

TEST(ExactSimplex, ConstantRowsAndCrossingBounds) {
    Problem problem(1);
    const SimplexVariable zero = problem.add_row({0});
    EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::feasible);
    problem.set(zero, Side::lower, 0, Strictness::strict);
    EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::infeasible);
    problem.relax(zero, Side::lower);
    problem.set(SimplexVariable(0), Side::lower, 1);
    problem.set(SimplexVariable(0), Side::upper, 1, Strictness::strict);
    EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::infeasible);
    problem.relax(SimplexVariable(0), Side::upper);
    EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::feasible);
}

TEST(ExactSimplex, RowsAddedBetweenChecksAndOverRows) {
    ExactSimplex simplex;
    const SimplexVariable x = simplex.add_column();
    const SimplexVariable y = simplex.add_column();
    const SimplexTerm difference[] = {{x, 1}, {y, -1}};
    const SimplexVariable first = simplex.add_row(difference);
    simplex.set_bound(first, Side::lower, 2, Strictness::closed);
    ASSERT_EQ(simplex.check(), ExactSimplex::Result::feasible);
    const SimplexTerm twice[] = {{first, 1}, {first, 1}, {y, 1}, {x, -2}};  // = -y
    const SimplexVariable second = simplex.add_row(twice);
    simplex.set_bound(second, Side::lower, 5, Strictness::closed);
    ASSERT_EQ(simplex.check(), ExactSimplex::Result::feasible);
    const std::vector<Rational> values = simplex.solution();
    EXPECT_EQ(values[second.index()], -values[y.index()]);
    EXPECT_GE(values[second.index()], 5);
    EXPECT_GE(values[x.index()] - values[y.index()], 2);
}

TEST(ExactSimplex, RandomProblemsProveTheirAnswers) {
    int counts[2] = {0, 0};
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        Random random(seed);
        const int kind = static_cast<int>(random.below(4));
        Problem problem = random_problem(random, kind, 1 + random.below(6), random.below(9), random.uniform(0.2, 1));
        const std::uint64_t bounds = 2 * problem.forms.size();
        for (std::uint64_t i = 0; i < bounds; ++i) random_bound(random, kind, problem);
        const ExactSimplex::Result result = check_and_prove(problem);
        ++counts[result == ExactSimplex::Result::feasible ? 0 : 1];
        if (result == ExactSimplex::Result::infeasible && seed % 10 == 0) expect_irreducible(problem);
        if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(counts[0], 300);
    EXPECT_GT(counts[1], 300);
}

TEST(ExactSimplex, BacktrackingReturnsToTheOldBounds) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Random random(seed);
        const int kind = static_cast<int>(random.below(4));
        Problem problem = random_problem(random, kind, 2 + random.below(4), 1 + random.below(6), 0.6);
        std::vector<std::pair<std::vector<TestBound>, std::vector<TestBound>>> saved;
        for (int step = 0; step < 40; ++step) {
            if (random.chance(0.4)) {
                saved.emplace_back(problem.lower, problem.upper);
                problem.simplex.new_level();
            } else if (random.chance(0.4) && !saved.empty()) {
                const std::size_t level = random.below(saved.size());
                problem.simplex.backtrack(level);
                std::tie(problem.lower, problem.upper) = saved[level];
                saved.resize(level);
            }
            random_bound(random, kind, problem);
            if (random.chance(0.1)) problem.relax(SimplexVariable(random.below(problem.forms.size())), Side::lower);
            if (random.chance(0.8)) check_and_prove(problem);
            if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << " step " << step;
        }
    }
}

void expect_optimum(Problem& problem, SimplexVariable objective, bool maximum, int (&counts)[4]) {
    const ExactSimplex::Optimum optimum =
        maximum ? problem.simplex.maximize(objective) : problem.simplex.minimize(objective);
    ++counts[static_cast<int>(optimum.result)];
    if (optimum.result == ExactSimplex::Result::infeasible) return expect_contradiction(problem);
    expect_model(problem);
    const Side side = maximum ? Side::lower : Side::upper;
    const TestBound old = side == Side::lower ? problem.lower[objective.index()] : problem.upper[objective.index()];
    const Rational toward = maximum ? 1 : -1;
    if (optimum.result == ExactSimplex::Result::unbounded) {
        const Rational far =
            toward * Rational("1000000000000000000000000000000000000000000000000000000000000000000000");
        problem.set(objective, side, far);
        EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::feasible);
    } else {
        ASSERT_EQ(optimum.result, ExactSimplex::Result::feasible);
        std::vector<Rational> form;
        Rational bound;
        bool strict = false;
        sum_certificate(problem, form, bound, strict);
        for (std::size_t j = 0; j < problem.columns; ++j)
            ASSERT_EQ(form[j], -toward * problem.forms[objective.index()][j]);
        ASSERT_EQ(bound, -toward * optimum.value);
        ASSERT_EQ(strict, !optimum.attained);
        problem.set(objective, side, optimum.value);
        EXPECT_EQ(check_and_prove(problem) == ExactSimplex::Result::feasible, optimum.attained);
        problem.set(objective, side, optimum.value - toward / 1000000);
        EXPECT_EQ(check_and_prove(problem), ExactSimplex::Result::feasible);
    }
    if (old.value)
        problem.set(objective, side, *old.value, old.strictness);
    else
        problem.relax(objective, side);
}

TEST(ExactSimplex, OptimaAreProvedAndAttainedOrNot) {
    int counts[4] = {0, 0, 0, 0};
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        Random random(seed);
        const int kind = static_cast<int>(random.below(3));
        Problem problem = random_problem(random, kind, 1 + random.below(5), 1 + random.below(7), 0.7);
        const std::uint64_t bounds = problem.forms.size() + random.below(4);
        for (std::uint64_t i = 0; i < bounds; ++i) random_bound(random, kind, problem);
        for (int i = 0; i < 3; ++i)
            expect_optimum(problem, SimplexVariable(random.below(problem.forms.size())), random.chance(0.5), counts);
        if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(counts[0], 100);
    EXPECT_GT(counts[1], 100);
    EXPECT_GT(counts[2], 100);
    EXPECT_EQ(counts[3], 0);
}

TEST(ExactSimplex, AnyBasisCanBeInstalled) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Random random(seed);
        Problem problem = random_problem(random, 1, 1 + random.below(6), 1 + random.below(8), 0.8);
        for (std::size_t i = 0; i < 2 * problem.forms.size(); ++i) random_bound(random, 1, problem);
        std::vector<BasisPlace> places;
        for (std::size_t i = 0; i < problem.forms.size(); ++i)
            places.push_back(static_cast<BasisPlace>(random.below(4)));
        ASSERT_TRUE(problem.simplex.install_basis(places));
        check_and_prove(problem);
        if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    }
}

TEST(ExactSimplex, SimpleSolutionsAreSolutions) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Random random(seed);
        Problem problem = random_problem(random, 2, 2 + random.below(5), random.below(5), 0.7);
        for (std::size_t i = 0; i < problem.forms.size(); ++i) random_bound(random, 2, problem);
        if (problem.simplex.check() != ExactSimplex::Result::feasible) continue;
        problem.simplex.simplify_solution();
        expect_model(problem);
        EXPECT_EQ(problem.simplex.check(), ExactSimplex::Result::feasible);
        if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    }
    Problem problem(2);
    const SimplexVariable sum = problem.add_row({Rational(1, 3), Rational(1, 7)});
    problem.set(SimplexVariable(0), Side::lower, Rational(12345, 100000));
    problem.set(SimplexVariable(0), Side::upper, 10);
    problem.set(SimplexVariable(1), Side::upper, Rational(-98765, 100000), Strictness::strict);
    problem.set(sum, Side::lower, Rational(1, 1000));
    ASSERT_EQ(problem.simplex.check(), ExactSimplex::Result::feasible);
    problem.simplex.simplify_solution();
    for (std::size_t i = 0; i < 2; ++i)
        EXPECT_LE(to_decimal(problem.simplex.solution()[i]).size(), 4u) << to_string(problem.simplex.solution()[i]);
}

TEST(ExactSimplex, LimitsStopItAndItGoesOn) {
    Random random(7);
    Problem problem = random_problem(random, 1, 12, 20, 0.8);
    for (std::size_t i = 12; i < problem.forms.size(); ++i) problem.set(SimplexVariable(i), Side::lower, 1);
    SimplexLimits one;
    one.pivots = 1;
    int calls = 0;
    while (problem.simplex.check(one) == ExactSimplex::Result::stopped) ++calls;
    EXPECT_GT(calls, 3);
    check_and_prove(problem);
}

}  // namespace
}  // namespace sinew
