// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "unit/sat/hidden_clauses.hpp"

namespace sinew::sat {
namespace {

using namespace test;

/// A branch-and-bound search with a pool of open nodes, each the list of its decisions, taken in random order; the core
/// learns across them. This is how search/ drives the core.
class PoolSearch {
  public:
    PoolSearch(Solver& solver, Random& random) : solver_(solver), random_(random) {}

    bool run() {
        pool_.push_back({});
        while (!pool_.empty() && !solver_.unsat()) {
            std::swap(pool_[random_.below(pool_.size())], pool_.back());
            std::vector<Literal> node = std::move(pool_.back());
            pool_.pop_back();
            if (visit(node)) return true;
        }
        return false;
    }
    int nodes = 0;

  private:
    enum class Descent { arrived, closed };

    /// Opens the node's decisions again. Closed: learned clauses rule the node out by now.
    Descent descend(const std::vector<Literal>& node) {
        solver_.backtrack(0);
        const bool clauses_only = random_.chance(0.5);
        for (;;) {
            const Step step = clauses_only ? solver_.propagate_clauses() : solver_.propagate();
            if (step == Step::conflict) {
                if (!solver_.resolve_conflict()) return Descent::closed;
                continue;
            }
            Literal next;
            for (const Literal literal : node) {
                if (solver_.value(literal) == Truth::false_value) return Descent::closed;
                if (!next.valid() && solver_.value(literal) == Truth::undefined) next = literal;
            }
            if (!next.valid()) return Descent::arrived;
            solver_.decide(next);
        }
    }

    bool visit(std::vector<Literal>& node) {
        for (;;) {
            ++nodes;
            if (descend(node) == Descent::closed) return false;
            Step step = solver_.propagate();
            if (step == Step::quiet && solver_.trail().size() == solver_.variable_count()) {
                step = solver_.final_check();
                if (step == Step::quiet) return true;
            }
            if (step == Step::conflict && !solver_.resolve_conflict()) return false;
            solver_.propagate();
            if (solver_.has_conflict() || solver_.unsat()) continue;
            solver_.reduce_if_due();
            const Literal branch = solver_.next_decision();
            if (!branch.valid()) continue;
            std::vector<Literal> sibling = node;
            sibling.push_back(~branch);
            pool_.push_back(sibling);
            node.push_back(branch);
        }
    }

    Solver& solver_;
    Random& random_;
    std::vector<std::vector<Literal>> pool_;
};

TEST(Steps, APoolOfNodesWithLearningAgreesWithEnumeration) {
    Random random(21);
    int unsat = 0;
    for (int round = 0; round < 1500; ++round) {
        const std::size_t variables = 4 + random.below(6);
        const auto clauses = static_cast<std::size_t>(static_cast<double>(variables) * random.uniform(2, 5));
        const SmallFormula formula = random_formula(random, variables, clauses, 3);
        SmallFormula shown = formula;
        std::vector<LiteralClause> hidden;
        if (random.chance(0.5)) {
            for (std::size_t i = 0; i < formula.clauses.size() / 2; ++i) {
                LiteralClause clause = shown.clauses.back();
                shown.clauses.pop_back();
                std::sort(clause.begin(), clause.end());
                clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
                hidden.push_back(clause);
            }
        }
        Solver solver(hectic_options(random));
        load(solver, shown);
        HiddenClauses theory(solver, hidden, variables, random.uniform(), random);
        PoolSearch search(solver, random);
        const bool found = search.run();
        ASSERT_EQ(found, satisfiable(formula)) << "round " << round;
        if (found) {
            for (const LiteralClause& clause : formula.clauses)
                ASSERT_TRUE(std::any_of(clause.begin(), clause.end(),
                                        [&](Literal l) { return solver.value(l) == Truth::true_value; }));
        } else {
            ++unsat;
        }
        if (::testing::Test::HasFailure()) FAIL() << "round " << round;
    }
    EXPECT_GT(unsat, 300);
}

TEST(Steps, ClausesAddedDeepInTheSearchBackjump) {
    Solver solver;
    std::vector<Literal> x;
    for (int i = 0; i < 6; ++i) x.emplace_back(solver.new_variable());
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(solver.propagate(), Step::quiet);
        solver.decide(x[static_cast<std::size_t>(i)]);
    }
    EXPECT_EQ(solver.propagate(), Step::quiet);
    // Satisfied, and open: nothing happens.
    EXPECT_TRUE(solver.add_clause({x[0], ~x[1]}));
    EXPECT_TRUE(solver.add_clause({~x[3], x[4], x[5]}));
    EXPECT_EQ(solver.level(), 4U);
    // Unit since level 2: back there, and implied.
    EXPECT_TRUE(solver.add_clause({~x[0], ~x[1], x[4]}));
    EXPECT_EQ(solver.level(), 2U);
    EXPECT_EQ(solver.propagate(), Step::quiet);
    EXPECT_EQ(solver.value(x[4]), Truth::true_value);
    EXPECT_EQ(solver.assignment().level(x[4]), 2U);
    // False with one literal of the highest level: not a conflict, but unit one level lower.
    EXPECT_TRUE(solver.add_clause({~x[0], ~x[1]}));
    EXPECT_EQ(solver.level(), 1U);
    EXPECT_FALSE(solver.has_conflict());
    EXPECT_EQ(solver.propagate(), Step::quiet);
    EXPECT_EQ(solver.value(x[1]), Truth::false_value);
    // A fact goes to level 0.
    EXPECT_TRUE(solver.add_clause({~x[0]}));
    EXPECT_EQ(solver.level(), 0U);
    EXPECT_EQ(solver.propagate(), Step::quiet);
    EXPECT_EQ(solver.value(x[0]), Truth::false_value);
}

TEST(Steps, AFalseClauseOfALowerLevelIsResolvedThere) {
    Solver solver;
    std::vector<Literal> x;
    for (int i = 0; i < 6; ++i) x.emplace_back(solver.new_variable());
    solver.add_clause({~x[0], x[1]});
    solver.add_clause({~x[0], x[2]});
    for (const int i : {5, 0, 3, 4}) {
        EXPECT_EQ(solver.propagate(), Step::quiet);
        solver.decide(x[static_cast<std::size_t>(i)]);
    }
    EXPECT_EQ(solver.propagate(), Step::quiet);
    EXPECT_TRUE(solver.add_clause({~x[1], ~x[2]}));
    EXPECT_TRUE(solver.has_conflict());
    EXPECT_EQ(solver.propagate(), Step::conflict);
    EXPECT_TRUE(solver.resolve_conflict());
    EXPECT_EQ(std::vector<Literal>(solver.learned_clause().begin(), solver.learned_clause().end()),
              std::vector<Literal>{~x[0]});
    EXPECT_EQ(solver.level(), 0U);
    EXPECT_EQ(solver.propagate(), Step::quiet);
    EXPECT_EQ(solver.value(x[0]), Truth::false_value);
}

TEST(Steps, DecidingTooEarlyOrTwiceIsABreach) {
    Solver solver;
    const Literal a(solver.new_variable());
    const Literal b(solver.new_variable());
    solver.decide(a);
    EXPECT_THROW(solver.decide(b), ContractBreach);
    EXPECT_EQ(solver.propagate(), Step::quiet);
    EXPECT_THROW(solver.decide(~a), ContractBreach);
}

}  // namespace
}  // namespace sinew::sat
