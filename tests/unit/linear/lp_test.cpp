// SPDX-License-Identifier: Apache-2.0
// GLPK behind its interface: answers against the exact simplex, rays and duals summed, errors inside GLPK survived.
#include "linear/lp.hpp"

#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "exact/exact_simplex.hpp"

namespace sinew::linear {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Row {
    std::vector<LpEntry> entries;
    double lower = -infinity;
    double upper = infinity;
};
struct LpProblem {
    std::vector<std::pair<double, double>> columns;
    std::vector<Row> rows;
};

void random_bounds(Random& random, double& lower, double& upper) {
    lower = -infinity;
    upper = infinity;
    if (random.chance(0.5)) lower = static_cast<double>(random.integer(-5, 5));
    if (random.chance(0.5)) upper = static_cast<double>(random.integer(-3, 8));
    if (random.chance(0.1) && std::isfinite(lower)) upper = lower;
}

LpProblem random_problem(Random& random) {
    LpProblem problem;
    problem.columns.resize(1 + random.below(6));
    for (auto& [lower, upper] : problem.columns) random_bounds(random, lower, upper);
    problem.rows.resize(random.below(9));
    for (Row& row : problem.rows) {
        random_bounds(random, row.lower, row.upper);
        for (std::size_t i = 0; i < problem.columns.size(); ++i)
            if (random.chance(0.6)) row.entries.push_back({i, static_cast<double>(random.integer(-8, 8)) / 4});
    }
    return problem;
}

Lp build(const LpProblem& problem) {
    Lp lp;
    for (const auto& [lower, upper] : problem.columns) lp.add_column(lower, upper);
    for (const Row& row : problem.rows) lp.add_row(row.entries, row.lower, row.upper);
    return lp;
}

void set_exact_bounds(ExactSimplex& simplex, SimplexVariable variable, double lower, double upper) {
    if (std::isfinite(lower)) simplex.set_bound(variable, Side::lower, to_rational(lower), Strictness::closed);
    if (std::isfinite(upper)) simplex.set_bound(variable, Side::upper, to_rational(upper), Strictness::closed);
}

ExactSimplex build_exact(const LpProblem& problem) {
    ExactSimplex simplex;
    for (const auto& [lower, upper] : problem.columns) set_exact_bounds(simplex, simplex.add_column(), lower, upper);
    for (const Row& row : problem.rows) {
        std::vector<SimplexTerm> terms;
        for (const LpEntry& entry : row.entries)
            terms.push_back({SimplexVariable(entry.column), to_rational(entry.coefficient)});
        set_exact_bounds(simplex, simplex.add_row(terms), row.lower, row.upper);
    }
    return simplex;
}

void expect_ray(const LpProblem& problem, const Lp& lp) {
    std::vector<double> form(problem.columns.size());
    double sum = 0;
    for (const LpMultiplier& part : lp.ray()) {
        const double lower = part.is_row ? problem.rows[part.index].lower : problem.columns[part.index].first;
        const double upper = part.is_row ? problem.rows[part.index].upper : problem.columns[part.index].second;
        if (std::abs(part.multiplier) < 1e-9) continue;
        sum += part.multiplier * (part.multiplier > 0 ? lower : upper);
        if (!part.is_row) form[part.index] += part.multiplier;
        if (part.is_row)
            for (const LpEntry& entry : problem.rows[part.index].entries)
                form[entry.column] += part.multiplier * entry.coefficient;
    }
    for (const double left : form) EXPECT_NEAR(left, 0, 1e-7);
    EXPECT_GT(sum, 1e-9);
}

void expect_agreement(const LpProblem& problem, Lp& lp) {
    ExactSimplex exact = build_exact(problem);
    const bool feasible = exact.check() == ExactSimplex::Result::feasible;
    const LpStatus status = lp.solve();
    ASSERT_EQ(status, feasible ? LpStatus::feasible : LpStatus::infeasible);
    if (!feasible) return expect_ray(problem, lp);
    for (std::size_t i = 0; i < problem.columns.size(); ++i) {
        EXPECT_GE(lp.column_value(i), problem.columns[i].first - 1e-6);
        EXPECT_LE(lp.column_value(i), problem.columns[i].second + 1e-6);
    }
    for (std::size_t i = 0; i < problem.rows.size(); ++i) {
        double value = 0;
        for (const LpEntry& entry : problem.rows[i].entries) value += entry.coefficient * lp.column_value(entry.column);
        EXPECT_NEAR(lp.row_value(i), value, 1e-6);
        EXPECT_GE(value, problem.rows[i].lower - 1e-6);
        EXPECT_LE(value, problem.rows[i].upper + 1e-6);
    }
    // Its basis is feasible for the exact simplex as well: no pivot is needed.
    ASSERT_TRUE(exact.install_basis(lp.basis()));
    const std::uint64_t before = exact.pivots();
    EXPECT_EQ(exact.check(), ExactSimplex::Result::feasible);
    EXPECT_EQ(exact.pivots(), before);
}

void expect_optimum(const LpProblem& problem, Lp& lp, bool maximum, Random& random) {
    ExactSimplex exact = build_exact(problem);
    std::vector<LpEntry> objective;
    std::vector<SimplexTerm> terms;
    for (std::size_t i = 0; i < problem.columns.size(); ++i) {
        objective.push_back({i, static_cast<double>(random.integer(-3, 3))});
        terms.push_back({SimplexVariable(i), to_rational(objective.back().coefficient)});
    }
    const SimplexVariable row = exact.add_row(terms);
    const ExactSimplex::Optimum optimum = maximum ? exact.maximize(row) : exact.minimize(row);
    const LpStatus status = maximum ? lp.maximize(objective) : lp.minimize(objective);
    if (optimum.result == ExactSimplex::Result::infeasible) {
        ASSERT_EQ(status, LpStatus::infeasible);
    } else if (optimum.result == ExactSimplex::Result::unbounded) {
        ASSERT_EQ(status, LpStatus::unbounded);
    } else {
        ASSERT_EQ(status, LpStatus::optimal);
        EXPECT_NEAR(lp.objective_value(), optimum.value.get_d(), 1e-6);
        double bound = 0;
        const auto weigh = [&](double dual, double lower, double upper) {
            if (std::abs(dual) > 1e-9) bound += dual * ((dual > 0) != maximum ? lower : upper);
        };
        for (std::size_t i = 0; i < problem.columns.size(); ++i)
            weigh(lp.column_dual(i), problem.columns[i].first, problem.columns[i].second);
        for (std::size_t i = 0; i < problem.rows.size(); ++i)
            weigh(lp.row_dual(i), problem.rows[i].lower, problem.rows[i].upper);
        EXPECT_NEAR(bound, optimum.value.get_d(), 1e-6);
    }
}

LpProblem small_infeasible() {
    return {{{0, 1}, {0, 1}}, {{{{0, 1}, {1, 1}}, 3, infinity}}};
}

TEST(Lp, RowsAreReplaced) {
    Random random(41);
    for (int i = 0; i < 300; ++i) {
        LpProblem problem = random_problem(random);
        if (problem.rows.empty()) continue;
        Lp lp = build(problem);
        lp.solve();
        // Replaced rows answer as a program built with them does.
        const LpProblem other = random_problem(random);
        for (std::size_t r = 0; r < std::min(problem.rows.size(), other.rows.size()); ++r) {
            Row row = other.rows[r];
            std::erase_if(row.entries, [&](const LpEntry& e) { return e.column >= problem.columns.size(); });
            problem.rows[r] = row;
            lp.set_row(r, row.entries, row.lower, row.upper);
        }
        EXPECT_EQ(lp.solve(), build(problem).solve()) << i;
    }
}

TEST(Lp, AgreesWithTheExactSimplexWarmAndCold) {
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        Random random(seed);
        LpProblem problem = random_problem(random);
        Lp lp = build(problem);
        expect_agreement(problem, lp);
        for (int step = 0; step < 6; ++step) {
            const std::size_t column = random.below(problem.columns.size());
            random_bounds(random, problem.columns[column].first, problem.columns[column].second);
            lp.set_column_bounds(column, problem.columns[column].first, problem.columns[column].second);
            if (!problem.rows.empty()) {
                const std::size_t row = random.below(problem.rows.size());
                random_bounds(random, problem.rows[row].lower, problem.rows[row].upper);
                lp.set_row_bounds(row, problem.rows[row].lower, problem.rows[row].upper);
            }
            if (random.chance(0.3)) {
                LpProblem more = random_problem(random);
                more.columns = problem.columns;
                for (Row& row : more.rows) {
                    std::erase_if(row.entries, [&](const LpEntry& e) { return e.column >= problem.columns.size(); });
                    lp.add_row(row.entries, row.lower, row.upper);
                    problem.rows.push_back(row);
                }
            } else if (random.chance(0.3)) {
                problem.rows.resize(random.below(problem.rows.size() + 1));
                lp.truncate_rows(problem.rows.size());
            }
            if (random.chance(0.5)) expect_optimum(problem, lp, random.chance(0.5), random);
            expect_agreement(problem, lp);
            if (::testing::Test::HasFailure()) FAIL() << "seed " << seed << " step " << step;
        }
    }
}

TEST(Lp, SurvivesErrorsInsideGlpkSilently) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Lp other = build(small_infeasible());
    EXPECT_EQ(other.solve(), LpStatus::infeasible);
    Lp lp = build(small_infeasible());
    lp.provoke_errors(1);
    EXPECT_EQ(lp.solve(), LpStatus::infeasible);
    EXPECT_EQ(other.solve(), LpStatus::infeasible);  // its GLPK object went with the environment
    EXPECT_EQ(other.counters().rebuilds, 1u);
    lp.provoke_errors(2);
    EXPECT_EQ(lp.solve(), LpStatus::failed);
    EXPECT_THROW(static_cast<void>(other.column_value(0)), ContractBreach);
    lp.set_row_bounds(0, 2, infinity);
    EXPECT_EQ(lp.solve(), LpStatus::feasible);
    EXPECT_NEAR(lp.column_value(0), 1, 1e-9);
    const LpEntry repeated[] = {{0, 1}, {0, 1}};
    lp.add_row(repeated, 0, 1);  // GLPK takes this for an error of its caller
    EXPECT_EQ(lp.solve(), LpStatus::failed);
    lp.truncate_rows(1);
    EXPECT_EQ(lp.solve(), LpStatus::feasible);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Lp, ThreadsUseTheirOwn) {
    Lp moved = build(small_infeasible());
    EXPECT_EQ(moved.solve(), LpStatus::infeasible);
    std::vector<std::thread> workers;
    for (std::uint64_t worker = 0; worker < 4; ++worker)
        workers.emplace_back([worker] {
            for (std::uint64_t seed = 0; seed < 100; ++seed) {
                Random random(1000 * worker + seed);
                const LpProblem problem = random_problem(random);
                Lp lp = build(problem);
                if (seed % 10 == 9) lp.provoke_errors(1);
                expect_agreement(problem, lp);
            }
        });
    for (std::thread& worker : workers) worker.join();
    std::thread([&] { EXPECT_EQ(moved.solve(), LpStatus::infeasible); }).join();
    EXPECT_EQ(moved.solve(), LpStatus::infeasible);
    EXPECT_EQ(moved.counters().rebuilds, 2u);
}

TEST(Lp, StopsAtIterations) {
    Random random(3);
    Lp lp;
    for (int i = 0; i < 30; ++i) lp.add_column(0, 10);
    for (int i = 0; i < 30; ++i) {
        std::vector<LpEntry> entries;
        for (std::size_t j = 0; j < 30; ++j) entries.push_back({j, random.uniform(-1, 1)});
        lp.add_row(entries, 1, infinity);
    }
    LpLimits limits;
    limits.iterations = 2;
    EXPECT_EQ(lp.solve(limits), LpStatus::stopped);
    EXPECT_NE(lp.solve(), LpStatus::stopped);
}

}  // namespace
}  // namespace sinew::linear
