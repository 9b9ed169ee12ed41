// SPDX-License-Identifier: Apache-2.0
// Clauses, rows and phases on one trail against enumeration of all phases.
#include "phase/phase_theory.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "cardinality/engine.hpp"
#include "phase/front_phases.hpp"

using namespace sinew;
using cardinality::Literal;
using cardinality::Term;

namespace {
constexpr std::size_t inputs = 3;
constexpr std::size_t atom_count = 10;

struct SumCase {
    std::vector<phase::FrontAtom> atoms;
    std::vector<Literal> literals;
    std::vector<Term> terms;
    std::int64_t bound = 0;
};

SumCase random_sum_case(Random& random) {
    SumCase made;
    for (std::size_t a = 0; a < atom_count; ++a) {
        LinearForm form(Rational(random.integer(-2, 2)) / 2);
        for (std::size_t i = 0; i < inputs; ++i) form.add(LinearForm(Variable(i), 1), random.integer(-2, 2));
        if (form.is_constant()) form.add(LinearForm(Variable(0), 1));
        made.atoms.push_back({form, random.chance(0.5)});
        made.literals.emplace_back(sat::BoolVar(a), random.chance(0.3));
        made.terms.push_back({random.integer(1, 3), Literal(sat::BoolVar(a), random.chance(0.5))});
        made.bound += made.terms.back().coefficient;
    }
    made.bound -= random.integer(1, 9);
    return made;
}

/// Whether some phases that satisfy the row can be had together.
bool has_solution(const SumCase& made, std::span<const phase::Range> box) {
    phase::FrontPhases phases;
    for (std::size_t i = 0; i < inputs; ++i) phases.add_box(Variable(i), box[i]);
    for (const phase::FrontAtom& atom : made.atoms) phases.add(atom);
    for (std::uint32_t index = 0; index < 1U << atom_count; ++index) {
        const auto is_true = [&](Literal literal) {
            return ((index >> literal.variable().index() & 1U) != 0) != literal.negated();
        };
        std::int64_t sum = 0;
        for (const Term& term : made.terms) sum += is_true(term.literal) ? term.coefficient : 0;
        if (sum < made.bound) continue;
        std::vector<bool> wanted;
        for (const Literal literal : made.literals) wanted.push_back(is_true(literal));
        if (!phases.contradiction(wanted, Limits{})) return true;
    }
    return false;
}
}  // namespace

TEST(PhaseTheory, agrees_with_enumeration_beside_a_row) {
    int answers[2] = {0, 0};
    double early = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random random(seed);
        const SumCase made = random_sum_case(random);
        std::vector<phase::Range> box;
        for (std::size_t i = 0; i < inputs; ++i) {
            box.push_back({Rational(-1), Rational(1)});
            if (random.chance(0.2)) box.back().upper.reset();
        }
        phase::PhaseTheory theory;
        cardinality::Engine engine{cardinality::Options{}};
        for (std::size_t a = 0; a < atom_count; ++a) engine.new_variable();
        for (std::size_t i = 0; i < inputs; ++i) theory.add_box(Variable(i), box[i]);
        for (std::size_t a = 0; a < atom_count; ++a) theory.add(made.atoms[a], made.literals[a]);
        engine.add_theory(theory);
        for (const Literal literal : made.literals) engine.watch(literal.variable(), theory);
        const bool possible = engine.add(cardinality::normalized(made.terms, made.bound));
        const Answer answer = possible ? engine.solve({}, {}, ~std::uint64_t{0}) : Answer::unsat;
        ASSERT_EQ(answer, has_solution(made, box) ? Answer::sat : Answer::unsat) << "seed " << seed;
        ++answers[answer == Answer::sat ? 1 : 0];
        Statistics statistics;
        theory.add_statistics(statistics);
        for (const auto& [name, value] : statistics.figures())
            if (name == "front_conflicts_early") early += value;
        if (answer != Answer::sat) continue;
        ASSERT_TRUE(theory.has_model());
        for (std::size_t a = 0; a < atom_count; ++a) {
            Rational value = made.atoms[a].form.constant();
            for (const LinearTerm& term : made.atoms[a].form.terms())
                value += term.coefficient * theory.value(term.variable);
            const bool holds = made.atoms[a].strict ? value > 0 : value >= 0;
            EXPECT_EQ(holds, engine.model()[a] != made.literals[a].negated()) << "seed " << seed;
        }
    }
    EXPECT_GT(answers[0], 30);
    EXPECT_GT(answers[1], 30);
    EXPECT_GT(early, 100);
}
