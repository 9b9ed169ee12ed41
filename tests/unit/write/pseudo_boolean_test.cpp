// SPDX-License-Identifier: Apache-2.0
// OPB and DIMACS of random pseudo-Boolean problems say the same as the problem.
#include <cstdlib>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "write/dimacs.hpp"
#include "write/opb.hpp"

namespace sinew::write {
namespace {

model::PseudoBoolean random_problem(Random& random, std::int64_t largest) {
    model::PseudoBoolean problem;
    problem.variable_count = problem.named_count = 6;
    const auto literal = [&] {
        const auto variable = static_cast<std::int32_t>(1 + random.below(6));
        return random.chance(0.5) ? variable : -variable;
    };
    for (std::size_t c = 1 + random.below(3); c > 0; --c) {
        for (std::size_t i = random.below(9); i > 0; --i) {
            problem.literals.push_back(literal());
            problem.coefficients.push_back(random.integer(-largest, largest));
        }
        problem.begin.push_back(problem.literals.size());
        problem.relations.push_back(random.chance(0.2) ? model::PbRelation::equal : model::PbRelation::at_least);
        problem.bounds.push_back(random.integer(-largest, 3 * largest));
    }
    problem.has_objective = true;
    for (int i = 0; i < 4; ++i) {
        problem.objective_literals.push_back(literal());
        problem.objective_coefficients.push_back(random.integer(-largest, largest));
    }
    return problem;
}

std::int64_t sum_of(const std::vector<std::int32_t>& literals, const std::vector<std::int64_t>& coefficients,
                    std::size_t first, std::size_t last, unsigned bits) {
    std::int64_t sum = 0;
    for (std::size_t i = first; i < last; ++i)
        if ((((bits >> (std::abs(literals[i]) - 1)) & 1U) != 0) == (literals[i] > 0)) sum += coefficients[i];
    return sum;
}

bool satisfies(const model::PseudoBoolean& problem, unsigned bits) {
    for (std::size_t c = 0; c < problem.constraint_count(); ++c) {
        const std::int64_t sum =
            sum_of(problem.literals, problem.coefficients, problem.begin[c], problem.begin[c + 1], bits);
        if (sum < problem.bounds[c]) return false;
        if (problem.relations[c] == model::PbRelation::equal && sum > problem.bounds[c]) return false;
    }
    return true;
}

/// Whether the formula has a model with these values of the first six variables: DPLL by unit propagation.
bool extends(const model::Cnf& cnf, std::vector<int> values) {
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t c = 0; c < cnf.clause_count(); ++c) {
            int open = 0;
            std::int32_t last = 0;
            bool satisfied = false;
            for (std::size_t i = cnf.begin[c]; i < cnf.begin[c + 1]; ++i) {
                const std::int32_t l = cnf.literals[i];
                const int value = values[static_cast<std::size_t>(std::abs(l))] * (l < 0 ? -1 : 1);
                satisfied |= value > 0;
                if (value == 0) ++open, last = l;
            }
            if (satisfied) continue;
            if (open == 0) return false;
            if (open > 1) continue;
            values[static_cast<std::size_t>(std::abs(last))] = last < 0 ? -1 : 1;
            changed = true;
        }
    }
    for (std::size_t v = 1; v < values.size(); ++v) {
        if (values[v] != 0) continue;
        for (const int value : {-1, 1}) {
            values[v] = value;
            if (extends(cnf, values)) return true;
        }
        return false;
    }
    return true;
}

TEST(Dimacs, FormulasHaveTheModelsOfTheProblem) {
    Random random(11);
    for (int i = 0; i < 300; ++i) {
        const model::PseudoBoolean problem = random_problem(random, i % 3 == 0 ? 1 : i % 3 == 1 ? 3 : 30);
        const std::int64_t most = random.integer(-10, 10);
        const model::Cnf plain = to_cnf(problem);
        const model::Cnf bounded = to_cnf(problem, most);
        for (unsigned bits = 0; bits < 64; bits += 1 + static_cast<unsigned>(random.below(3))) {
            std::vector<int> values(plain.variable_count + 1, 0);
            for (unsigned v = 0; v < 6; ++v) values[v + 1] = ((bits >> v) & 1U) != 0 ? 1 : -1;
            const bool expected = satisfies(problem, bits);
            ASSERT_EQ(extends(plain, values), expected) << "case " << i << " assignment " << bits;
            values.resize(bounded.variable_count + 1, 0);
            const std::int64_t value = sum_of(problem.objective_literals, problem.objective_coefficients, 0,
                                              problem.objective_literals.size(), bits);
            ASSERT_EQ(extends(bounded, values), expected && value <= most) << "case " << i << " assignment " << bits;
        }
    }
}

TEST(Dimacs, ALargeCardinalityBecomesAdders) {
    // 300 literals, at least 150: 22,650 counter variables or some 600 of adders.
    model::PseudoBoolean problem;
    problem.variable_count = problem.named_count = 300;
    for (std::int32_t v = 1; v <= 300; ++v) {
        problem.literals.push_back(v);
        problem.coefficients.push_back(1);
    }
    problem.begin.push_back(300);
    problem.relations.push_back(model::PbRelation::at_least);
    problem.bounds.push_back(150);
    const model::Cnf cnf = to_cnf(problem);
    EXPECT_LT(cnf.variable_count, 2000U);
    std::vector<int> values(cnf.variable_count + 1, 0);
    for (std::size_t v = 1; v <= 300; ++v) values[v] = v <= 150 ? 1 : -1;
    EXPECT_TRUE(extends(cnf, values));
    values[7] = -1;
    EXPECT_FALSE(extends(cnf, values));
}

TEST(Opb, TextOfAProblem) {
    model::PseudoBoolean problem;
    problem.variable_count = problem.named_count = 2;
    problem.has_objective = true;
    problem.objective_literals = {1, -2};
    problem.objective_coefficients = {3, -4};
    problem.literals = {1, -2, 2};
    problem.coefficients = {1, -2, 5};
    problem.begin = {0, 2, 3};
    problem.relations = {model::PbRelation::at_least, model::PbRelation::equal};
    problem.bounds = {-1, 5};
    EXPECT_EQ(opb_text(problem, {{"what it is"}, {{-1, "not one"}, {2, "two"}}}),
              "* #variable= 2 #constraint= 2\n* #equal= 1 intsize= 4\n"
              "* what it is\n* ~x1: not one\n* x2: two\n"
              "min: +3 x1 -4 ~x2 ;\n"
              "+1 x1 -2 ~x2 >= -1;\n"
              "+5 x2 = 5;\n");
}

}  // namespace
}  // namespace sinew::write
