// SPDX-License-Identifier: Apache-2.0
// Sparse exact equations: planted solutions are found, and only where they are the only ones.
#include "exact/sparse_system.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew {
namespace {

struct Planted {
    std::vector<DeltaRational> solution;
    std::vector<std::vector<SparseSystem::Term>> equations;

    DeltaRational right(std::size_t equation) const {
        DeltaRational sum;
        for (const SparseSystem::Term& term : equations[equation]) sum += solution[term.unknown] * term.coefficient;
        return sum;
    }
    SparseSystem system() const {
        SparseSystem result(solution.size());
        for (std::size_t i = 0; i < equations.size(); ++i) result.add_equation(equations[i], right(i));
        return result;
    }
};

Planted plant(Random& random, std::size_t unknowns, std::size_t equations, double density) {
    Planted planted;
    for (std::size_t i = 0; i < unknowns; ++i)
        planted.solution.emplace_back(Rational(random.integer(-50, 50)) / 7, random.integer(-1, 1));
    planted.equations.resize(equations);
    for (auto& equation : planted.equations)
        for (std::size_t i = 0; i < unknowns; ++i)
            if (random.chance(density))
                equation.push_back({static_cast<SparseSystem::Unknown>(i), random.chance(0.5)
                                                                               ? Rational(random.integer(-3, 3))
                                                                               : to_rational(random.uniform(-1, 1))});
    return planted;
}

/// The rank by plain elimination over fractions.
std::size_t rank(const Planted& planted) {
    std::vector<std::vector<Rational>> matrix;
    for (const auto& equation : planted.equations) {
        matrix.emplace_back(planted.solution.size());
        for (const SparseSystem::Term& term : equation) matrix.back()[term.unknown] = term.coefficient;
    }
    std::size_t row = 0;
    for (std::size_t column = 0; column < planted.solution.size() && row < matrix.size(); ++column) {
        std::size_t pivot = row;
        while (pivot < matrix.size() && matrix[pivot][column] == 0) ++pivot;
        if (pivot == matrix.size()) continue;
        std::swap(matrix[row], matrix[pivot]);
        for (std::size_t other = row + 1; other < matrix.size(); ++other) {
            const Rational factor = matrix[other][column] / matrix[row][column];
            for (std::size_t i = 0; i < matrix[other].size(); ++i) matrix[other][i] -= factor * matrix[row][i];
        }
        ++row;
    }
    return row;
}

TEST(SparseSystem, FindsTheOnlySolution) {
    int found = 0;
    int several = 0;
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        Random random(seed);
        const std::size_t unknowns = 1 + random.below(9);
        const Planted planted = plant(random, unknowns, unknowns + random.below(4), random.uniform(0.15, 1));
        SparseSystem system = planted.system();
        const auto solution = system.solve();
        ASSERT_EQ(solution.has_value(), rank(planted) == unknowns) << "seed " << seed;
        ++(solution ? found : several);
        if (solution) {
            EXPECT_EQ(*solution, planted.solution) << "seed " << seed;
        }
    }
    EXPECT_GT(found, 300);
    EXPECT_GT(several, 300);
}

TEST(SparseSystem, SeesContradictions) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Random random(seed);
        Planted planted = plant(random, 4, 5, 0.9);
        if (rank(planted) < 4) continue;
        SparseSystem system = planted.system();
        // A combination of two equations with another right side, if only by an infinitesimal.
        std::vector<SparseSystem::Term> sum(planted.equations[0]);
        DeltaRational right = planted.right(0);
        right += DeltaRational(0, random.chance(0.5) ? 1 : 0);
        const bool wrong = right != planted.right(0);
        system.add_equation(sum, right);
        EXPECT_EQ(system.solve().has_value(), !wrong) << "seed " << seed;
    }
}

TEST(SparseSystem, LongChainsAreLinear) {
    constexpr std::size_t length = 20000;
    SparseSystem system(length);
    for (std::size_t i = length; i-- > 1;) {
        const SparseSystem::Term terms[] = {{static_cast<SparseSystem::Unknown>(i), 1},
                                            {static_cast<SparseSystem::Unknown>(i - 1), -1}};
        system.add_equation(terms, DeltaRational(1));
    }
    const SparseSystem::Term first[] = {{0, 2}};
    system.add_equation(first, DeltaRational(2));
    const auto solution = system.solve();
    ASSERT_TRUE(solution.has_value());
    EXPECT_EQ((*solution)[length - 1], DeltaRational(length));
}

}  // namespace
}  // namespace sinew
