// SPDX-License-Identifier: Apache-2.0
// Certificates from floats: summed again by an exact simplex's bounds, refused where they prove nothing.
#include "linear/farkas.hpp"

#include <cmath>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "linear/lp.hpp"

namespace sinew::linear {
namespace {

/// A system, and the exact simplex and the float LP of the same bounds.
struct Problem {
    LinearSystem system;
    std::unordered_map<Variable, SimplexVariable> columns;

    explicit Problem(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) columns.emplace(Variable(i), system.add_column());
    }
    SimplexVariable row(std::vector<LinearTerm> terms) {
        return system.variable_of(LinearForm(std::move(terms), 0), columns).variable;
    }
    void bound(SimplexVariable variable, Side side, const Rational& value, int delta = 0) {
        system.set_bound(variable, side, DeltaRational(value, delta));
    }
    ExactSimplex exact() const {
        ExactSimplex simplex;
        for (std::size_t i = 0; i < system.variable_count(); ++i) {
            const SimplexVariable variable(i);
            if (system.is_row(variable))
                simplex.add_row(system.terms(variable));
            else
                simplex.add_column();
            for (const Side side : {Side::lower, Side::upper}) {
                const Bound& own = system.bound(variable, side);
                if (own.present)
                    simplex.set_bound(variable, side, own.value.value,
                                      sgn(own.value.delta) == 0 ? Strictness::closed : Strictness::strict);
            }
        }
        return simplex;
    }
    double bound_or_infinite(SimplexVariable variable, Side side) const {
        const Bound& own = system.bound(variable, side);
        if (own.present) return to_nearest(own.value.value);
        return side == Side::lower ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    }
    /// The ray of GLPK, empty if it finds a point.
    std::vector<FloatMultiplier> ray() const {
        Lp lp;
        std::vector<SimplexVariable> rows;
        for (std::size_t i = 0; i < system.variable_count(); ++i) {
            const SimplexVariable variable(i);
            const double lower = bound_or_infinite(variable, Side::lower);
            const double upper = bound_or_infinite(variable, Side::upper);
            std::vector<LpEntry> entries;
            for (const SimplexTerm& term : system.terms(variable))
                entries.push_back({term.variable.index(), to_nearest(term.coefficient)});
            if (!system.is_row(variable)) {
                lp.add_column(lower, upper);
            } else {
                lp.add_row(entries, lower, upper);
                rows.push_back(variable);
            }
        }
        if (lp.solve() != LpStatus::infeasible) return {};
        std::vector<FloatMultiplier> result;
        for (const LpMultiplier& part : lp.ray())
            result.push_back({part.is_row ? rows[part.index] : SimplexVariable(part.index), part.multiplier});
        return result;
    }
};

Problem random_problem(Random& random, int kind) {
    Problem problem(2 + random.below(5));
    const auto number = [&] {
        return kind == 0 ? Rational(random.integer(-4, 4)) : to_rational(random.uniform(-1, 1));
    };
    const std::size_t columns = problem.columns.size();
    for (std::size_t i = 0; i < columns; ++i) {
        if (random.chance(0.8)) problem.bound(SimplexVariable(i), Side::lower, number() - 1);
        if (random.chance(0.8)) problem.bound(SimplexVariable(i), Side::upper, number() + 1);
    }
    for (std::size_t n = 1 + random.below(6); n > 0; --n) {
        std::vector<LinearTerm> terms;
        for (std::size_t i = 0; i < columns; ++i)
            if (random.chance(0.7)) terms.push_back({Variable(i), number()});
        const SimplexVariable row = problem.row(terms);
        problem.bound(row, random.chance(0.5) ? Side::lower : Side::upper, number(), 0);
    }
    return problem;
}

TEST(Farkas, RaysOfGlpkBecomeProofs) {
    int proved = 0;
    int infeasible = 0;
    for (std::uint64_t seed = 0; seed < 3000; ++seed) {
        Random random(seed);
        Problem problem = random_problem(random, static_cast<int>(seed % 2));
        ExactSimplex exact = problem.exact();
        const bool feasible = exact.check() == ExactSimplex::Result::feasible;
        if (!feasible) ++infeasible;
        EXPECT_TRUE(feasible || is_contradiction(problem.system, exact.certificate()));
        const std::vector<FloatMultiplier> ray = problem.ray();
        if (ray.empty()) continue;
        const auto certificate = prove_contradiction(problem.system, ray);
        if (!certificate) continue;
        ++proved;
        EXPECT_FALSE(feasible);
        ASSERT_TRUE(is_contradiction(problem.system, *certificate));
        const auto nothing_is_free = [](SimplexVariable, Side) { return false; };
        const auto columns_are_free = [&](SimplexVariable variable, Side) { return !problem.system.is_row(variable); };
        const BoundCertificate shorter = drop_rows(problem.system, *certificate, nothing_is_free);
        EXPECT_TRUE(is_contradiction(problem.system, shorter));
        EXPECT_LE(shorter.size(), certificate->size());
        EXPECT_TRUE(is_contradiction(problem.system, drop_rows(problem.system, *certificate, columns_are_free)));
        if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(infeasible, 500);
    EXPECT_GT(proved, infeasible * 9 / 10);
}

TEST(Farkas, WrongProposalsProveNothing) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Random random(seed);
        Problem problem = random_problem(random, static_cast<int>(seed % 2));
        const bool feasible = problem.exact().check() == ExactSimplex::Result::feasible;
        std::vector<FloatMultiplier> proposal;
        for (std::size_t i = 0; i < problem.system.variable_count(); ++i)
            proposal.push_back({SimplexVariable(i), random.uniform(-2, 2)});
        if (random.chance(0.1)) proposal.back().multiplier = std::nan("");
        const auto certificate = prove_contradiction(problem.system, proposal);
        if (!certificate) continue;
        EXPECT_FALSE(feasible);
        EXPECT_TRUE(is_contradiction(problem.system, *certificate));
    }
}

TEST(Farkas, CorruptedCertificatesAreRefused) {
    int corrupted = 0;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Random random(seed);
        Problem problem = random_problem(random, 0);
        ExactSimplex exact = problem.exact();
        if (exact.check() == ExactSimplex::Result::feasible || exact.certificate().size() < 2) continue;
        ++corrupted;
        const BoundCertificate good = exact.certificate();
        const std::size_t place = random.below(good.size());
        BoundCertificate bad = good;
        bad[place].multiplier *= -1;
        EXPECT_FALSE(is_contradiction(problem.system, bad));
        bad = good;
        bad[place].multiplier *= Rational(1000001, 1000000);
        EXPECT_FALSE(is_contradiction(problem.system, bad));
        bad = good;
        bad[place].side = bad[place].side == Side::lower ? Side::upper : Side::lower;
        EXPECT_FALSE(is_contradiction(problem.system, bad));
        bad = good;
        bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(place));
        EXPECT_FALSE(is_contradiction(problem.system, bad));
    }
    EXPECT_GT(corrupted, 100);
    EXPECT_FALSE(is_contradiction(LinearSystem(), {}));
}

TEST(Farkas, StrictRowsThatSumToZero) {
    Problem problem(2);
    const SimplexVariable sum = problem.row({{Variable(0), 1}, {Variable(1), 1}});
    const SimplexVariable difference = problem.row({{Variable(0), 1}, {Variable(1), -1}});
    problem.bound(sum, Side::upper, Rational(1, 2), -1);  // (x + y) / 2 < 1 / 2
    problem.bound(difference, Side::upper, Rational(3, 2));
    problem.bound(SimplexVariable(0), Side::lower, 2);
    const FloatMultiplier proposal[] = {{sum, -0.5}, {difference, -0.5}};
    const auto certificate = prove_contradiction(problem.system, proposal);
    ASSERT_TRUE(certificate.has_value());
    EXPECT_TRUE(is_contradiction(problem.system, *certificate));
    problem.bound(sum, Side::upper, Rational(1, 2));
    EXPECT_FALSE(prove_contradiction(problem.system, proposal).has_value());
    EXPECT_FALSE(is_contradiction(problem.system, *certificate));
}

TEST(Farkas, FreeColumnsAreMetExactly) {
    // x + y/3 >= 1 and -x - y/3 >= -1/2 with x, y free: only exactly equal multipliers will do.
    Problem problem(3);
    const SimplexVariable first = problem.row({{Variable(0), 1}, {Variable(1), Rational(1, 3)}, {Variable(2), 1}});
    const SimplexVariable second = problem.row({{Variable(0), 7}, {Variable(1), Rational(7, 3)}, {Variable(2), -1}});
    problem.bound(first, Side::lower, 1);
    problem.bound(second, Side::upper, -10);
    problem.bound(SimplexVariable(2), Side::upper, 0);
    const std::vector<FloatMultiplier> ray = problem.ray();
    ASSERT_FALSE(ray.empty());
    const auto certificate = prove_contradiction(problem.system, ray);
    ASSERT_TRUE(certificate.has_value());
    EXPECT_TRUE(is_contradiction(problem.system, *certificate));
}

TEST(LinearSystem, FormsThatAreMultiplesShareARow) {
    Problem problem(3);
    const LinearForm form({{Variable(0), Rational(1, 3)}, {Variable(2), Rational(-5, 6)}}, 7);
    const FormBound one = problem.system.variable_of(form, problem.columns);
    LinearForm other = form;
    other.scale(Rational(-3, 7));
    other.add_constant(1);
    const FormBound two = problem.system.variable_of(other, problem.columns);
    EXPECT_EQ(one.variable, two.variable);
    EXPECT_EQ(two.factor, one.factor * Rational(-3, 7));
    for (const FormBound& known : {one, two}) {
        LinearForm again;
        for (const SimplexTerm& term : problem.system.terms(known.variable))
            again.add(LinearForm(Variable(term.variable.index()), term.coefficient * known.factor));
        EXPECT_EQ(again.terms(), (&known == &one || known.factor == one.factor ? form : other).terms());
    }
    const FormBound column = problem.system.variable_of(LinearForm(Variable(1), -2), problem.columns);
    EXPECT_EQ(column.variable, SimplexVariable(1));
    EXPECT_EQ(column.factor, -2);
    const FormBound constant = problem.system.variable_of(LinearForm(Rational(5)), problem.columns);
    EXPECT_TRUE(problem.system.is_row(constant.variable));
    EXPECT_TRUE(problem.system.terms(constant.variable).empty());
}

}  // namespace
}  // namespace sinew::linear
