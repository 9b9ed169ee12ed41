// SPDX-License-Identifier: Apache-2.0
#include "exact/congruences.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "exact/rational.hpp"

namespace sinew {
namespace {

using Term = Congruences::Term;
using Answer = Congruences::Answer;

struct Equation {
    std::vector<Term> terms;
    std::int64_t right = 0;
};

struct System {
    std::size_t unknowns = 0;
    std::vector<Equation> equations;
    std::vector<std::int64_t> solution;  ///< of every equation but the last, where `planted` is false
};

System random_system(Random& random, bool planted) {
    System system;
    system.unknowns = 1 + random.below(6);
    const std::int64_t largest = random.chance(0.5) ? 3 : random.chance(0.5) ? 12 : std::int64_t{1} << 40;
    for (std::size_t v = 0; v < system.unknowns; ++v) system.solution.push_back(random.integer(-4, 4));
    const std::size_t count = 1 + random.below(6);
    for (std::size_t e = 0; e < count; ++e) {
        Equation equation;
        const std::int64_t factor = random.chance(0.3) ? random.integer(2, 9) : 1;
        for (std::uint32_t v = 0; v < system.unknowns; ++v) {
            if (random.chance(0.4)) continue;
            const std::int64_t coefficient = factor * random.integer(-largest, largest);
            equation.terms.push_back({v, coefficient});
            equation.right += coefficient * system.solution[v];
        }
        system.equations.push_back(equation);
    }
    if (!planted) system.equations.back().right += random.integer(1, 6);
    return system;
}

Congruences congruences_of(const System& system, std::int64_t prime) {
    Congruences congruences(prime, system.unknowns, Congruences::Multipliers::kept);
    for (const Equation& equation : system.equations) congruences.add_equation(equation.terms, equation.right);
    return congruences;
}

std::int64_t value_of(std::span<const Term> terms, const std::vector<std::int64_t>& values, std::int64_t modulus) {
    Integer sum = 0;
    for (const Term& term : terms) sum += Integer(term.coefficient) * values[term.unknown];
    Integer rest;
    mpz_fdiv_r(rest.get_mpz_t(), sum.get_mpz_t(), Integer(modulus).get_mpz_t());
    return rest.get_si();
}

constexpr std::int64_t primes[] = {2, 3, 5, 7, 2147483647};

TEST(Congruences, what_integers_satisfy_is_consistent_and_solved_truly) {
    Random random(1);
    std::size_t residues = 0;
    for (int i = 0; i < 4000; ++i) {
        const System system = random_system(random, true);
        for (const std::int64_t prime : primes) {
            Congruences congruences = congruences_of(system, prime);
            ASSERT_EQ(congruences.eliminate(), Answer::consistent) << i << " modulo " << prime;
            for (const Congruences::Solved& solved : congruences.solved()) {
                std::vector<Term> terms = solved.terms;
                terms.push_back({solved.pivot, 1});
                ASSERT_EQ(value_of(terms, system.solution, solved.modulus), solved.right) << i;
            }
            // A combination of equations, and one unknown more now and then.
            std::vector<Term> sum;
            for (std::uint32_t v = 0; v < system.unknowns; ++v)
                sum.push_back({v, prime * random.integer(-2, 2) + (random.chance(0.1) ? 1 : 0)});
            const Congruences::Residue residue = congruences.residue(sum);
            ASSERT_EQ(value_of(sum, system.solution, residue.modulus), residue.value) << i;
            residues += residue.modulus > prime ? 1 : 0;
        }
    }
    EXPECT_GT(residues, 1000U);
}

TEST(Congruences, a_contradiction_has_multipliers_that_show_it) {
    Random random(2);
    std::size_t contradictions = 0;
    for (int i = 0; i < 4000; ++i) {
        const System system = random_system(random, false);
        for (const std::int64_t prime : primes) {
            Congruences congruences = congruences_of(system, prime);
            if (congruences.eliminate() != Answer::contradiction) continue;
            ++contradictions;
            const Congruences::Contradiction& shown = congruences.contradiction();
            std::vector<Integer> sum(system.unknowns);
            Integer right = 0;
            for (const auto& [equation, multiplier] : shown.multipliers) {
                for (const Term& term : system.equations[equation].terms)
                    sum[term.unknown] += Integer(term.coefficient) * multiplier;
                right += Integer(system.equations[equation].right) * multiplier;
            }
            for (const Integer& coefficient : sum) ASSERT_EQ(coefficient % shown.divisor, 0) << i << " mod " << prime;
            ASSERT_NE(right % shown.divisor, 0) << i << " modulo " << prime;
        }
    }
    EXPECT_GT(contradictions, 1000U);
}

/// Whether the equations hold modulo p^k for some residues, by trying all.
bool solvable_modulo(const System& system, std::int64_t modulus) {
    std::vector<std::int64_t> values(system.unknowns, 0);
    for (;;) {
        bool all = true;
        for (const Equation& equation : system.equations)
            all = all && (value_of(equation.terms, values, modulus) - equation.right) % modulus == 0;
        if (all) return true;
        std::size_t place = 0;
        while (place < values.size() && ++values[place] == modulus) values[place++] = 0;
        if (place == values.size()) return false;
    }
}

TEST(Congruences, nothing_that_fails_modulo_a_small_power_is_missed) {
    Random random(3);
    std::size_t failures = 0;
    for (int i = 0; i < 300; ++i) {
        System system;
        system.unknowns = 1 + random.below(3);
        for (std::size_t e = 1 + random.below(3); e > 0; --e) {
            Equation equation;
            for (std::uint32_t v = 0; v < system.unknowns; ++v) equation.terms.push_back({v, random.integer(-4, 4)});
            equation.right = random.integer(-6, 6);
            system.equations.push_back(equation);
        }
        for (const auto& [prime, power] : {std::pair<std::int64_t, std::int64_t>{2, 8}, {3, 9}, {5, 5}}) {
            const bool possible = solvable_modulo(system, power);
            const Answer answer = congruences_of(system, prime).eliminate();
            failures += possible ? 0 : 1;
            if (!possible) {
                ASSERT_EQ(answer, Answer::contradiction) << i << " modulo " << power;
            }
        }
    }
    EXPECT_GT(failures, 100U);
}

TEST(Congruences, common_divisors_come_out_whatever_the_order) {
    // 4a + 2b = 2 and 2b = 4 leave 4a = -2.
    Congruences twos(2, 2, Congruences::Multipliers::kept);
    twos.add_equation(std::vector<Term>{{0, 4}, {1, 2}}, 2);
    twos.add_equation(std::vector<Term>{{1, 2}}, 4);
    EXPECT_EQ(twos.eliminate(), Answer::contradiction);
    EXPECT_EQ(twos.contradiction().divisor, 4);
    Congruences threes(3, 3);
    threes.add_equation(std::vector<Term>{{0, 3}, {1, 6}, {2, 9}}, 4);
    EXPECT_EQ(threes.eliminate(), Answer::contradiction);
    // No rationals satisfy these; every prime but 2 and those of the right side shows it.
    Congruences rationals(7, 2);
    rationals.add_equation(std::vector<Term>{{0, 1}, {1, 1}}, 1);
    rationals.add_equation(std::vector<Term>{{0, 2}, {1, 2}}, 3);
    EXPECT_EQ(rationals.eliminate(), Answer::contradiction);
}

TEST(Congruences, effort_is_bounded) {
    Random random(4);
    Congruences congruences(2, 400);
    for (int e = 0; e < 300; ++e) {
        std::vector<Term> terms;
        for (std::uint32_t v = 0; v < 400; ++v)
            if (random.chance(0.3)) terms.push_back({v, 1});
        congruences.add_equation(terms, 1);
    }
    EXPECT_EQ(congruences.eliminate({}, 1'000'000), Answer::stopped);
    EXPECT_LT(congruences.effort(), 1'100'000U);
}

}  // namespace
}  // namespace sinew
