// SPDX-License-Identifier: Apache-2.0
// A theory made of clauses that the core does not know. It reveals them in every way a theory may speak, at random
// times: conflicts of any level, lemmas that are satisfied, unit or false, literals with lazy reasons; it watches
// variables late, and brings in new ones. And it checks that the core tells it the trail, each literal exactly once.
#pragma once

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "unit/sat/small_formula.hpp"

namespace sinew::sat::test {

class HiddenClauses : public TheoryHook {
  public:
    /// Adds itself to the solver. `talkative` in [0, 1]: how much is said before final_check. Variables are watched
    /// from the start or late.
    HiddenClauses(Solver& solver, std::vector<LiteralClause> clauses, std::size_t variables, double talkative,
                  Random& random)
        : solver_(solver), clauses_(std::move(clauses)), talkative_(talkative), random_(random) {
        solver.add_theory(*this);
        for (std::size_t v = 0; v < variables; ++v) {
            if (random_.chance(0.7))
                watch(BoolVar(v));
            else
                unwatched_.push_back(BoolVar(v));
        }
    }

    void assigned(Literal literal) override {
        EXPECT_TRUE(watched_.contains(literal.variable().index()));
        EXPECT_TRUE(told_.emplace(literal, levels_).second) << "told twice";
    }
    void new_level() override { ++levels_; }
    void backtrack(std::size_t level) override {
        EXPECT_LT(level, levels_);
        levels_ = level;
        std::erase_if(told_, [&](const auto& entry) { return entry.second > level; });
    }

    void propagate(Inferences& out) override {
        check_told();
        if (!unwatched_.empty() && random_.chance(0.05)) {
            watch(unwatched_.back());
            unwatched_.pop_back();
        }
        if (random_.chance(talkative_)) speak(out, 0.5);
    }

    void final_check(Inferences& out) override {
        ++final_checks;
        check_told();
        for (const BoolVar variable : unwatched_) watch(variable);
        unwatched_.clear();
        speak(out, 1);
        if (out.empty() && fresh_ < 3 && random_.chance(0.3)) {
            // A new atom with its definition: n ⇔ some literal.
            const Literal fresh(solver_.new_variable());
            const Literal old = random_literal(random_, 3);
            ++fresh_;
            out.lemma(LiteralClause{fresh, ~old});
            out.lemma(LiteralClause{~fresh, old});
        }
    }

    void explain(Literal implied, std::vector<Literal>& reason) override {
        ++explanations;
        const LiteralClause& clause = clauses_[reasons_.at(implied)];
        for (const Literal literal : clause)
            if (literal != implied) reason.push_back(~literal);
    }

    std::optional<Literal> suggest_decision() override {
        if (!random_.chance(0.1)) return std::nullopt;
        return random_literal(random_, solver_.variable_count());
    }

    int explanations = 0;
    int final_checks = 0;

  private:
    void watch(BoolVar variable) {
        solver_.watch_theory_variable(variable, *this);
        watched_.insert(variable.index());
    }

    /// Just told: the watched part of the trail is what we have heard.
    void check_told() {
        EXPECT_EQ(levels_, solver_.level());
        std::size_t expected = 0;
        for (const Literal literal : solver_.trail()) {
            if (!watched_.contains(literal.variable().index())) continue;
            ++expected;
            EXPECT_TRUE(told_.contains(literal));
        }
        EXPECT_EQ(told_.size(), expected);
    }

    void speak(Inferences& out, double chance) {
        for (std::size_t c = 0; c < clauses_.size() && !out.has_conflict(); ++c) {
            const LiteralClause& clause = clauses_[c];
            std::size_t undefined = 0;
            bool satisfied = false;
            Literal open;
            for (const Literal literal : clause) {
                const Truth value = solver_.value(literal);
                satisfied |= value == Truth::true_value;
                if (value != Truth::undefined) continue;
                ++undefined;
                open = literal;
            }
            if (satisfied || undefined > 1) {
                if (random_.chance(0.02)) out.lemma(clause, life());
            } else if (random_.chance(chance)) {
                reveal(out, c, undefined == 1 ? open : Literal());
            }
        }
    }

    LemmaLife life() { return random_.chance(0.5) ? LemmaLife::permanent : LemmaLife::removable; }

    void reveal(Inferences& out, std::size_t c, Literal open) {
        const LiteralClause& clause = clauses_[c];
        const bool lemma = random_.chance(0.4);
        if (lemma) {
            out.lemma(clause, life());
        } else if (open.valid()) {
            reasons_[open] = c;
            out.literal(open);
        } else if (!clause.empty() && random_.chance(0.3)) {
            // As an implied literal that is false already.
            const Literal implied = clause[random_.below(clause.size())];
            reasons_[implied] = c;
            out.literal(implied);
        } else {
            out.conflict(clause);
        }
    }

    Solver& solver_;
    std::vector<LiteralClause> clauses_;
    double talkative_;
    Random& random_;
    std::set<std::size_t> watched_;
    std::vector<BoolVar> unwatched_;
    std::map<Literal, std::size_t> told_;  ///< with the level it was told at
    std::map<Literal, std::size_t> reasons_;
    std::size_t levels_ = 0;
    int fresh_ = 0;
};

}  // namespace sinew::sat::test
