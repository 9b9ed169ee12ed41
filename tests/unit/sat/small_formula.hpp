// SPDX-License-Identifier: Apache-2.0
// Formulas small enough to enumerate, and a proof listener that believes nothing: what the tests of the core share.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "sat/solver.hpp"

namespace sinew::sat::test {

using LiteralClause = std::vector<Literal>;

struct SmallFormula {
    std::size_t variables = 0;
    std::vector<LiteralClause> clauses;
};

inline Literal random_literal(Random& random, std::size_t variables) {
    return Literal(BoolVar(random.below(variables)), random.chance(0.5));
}

/// Clauses of one to `longest` literals, now and then with a literal twice or with its complement.
inline SmallFormula random_formula(Random& random, std::size_t variables, std::size_t clauses, std::size_t longest) {
    SmallFormula formula{variables, {}};
    for (std::size_t c = 0; c < clauses; ++c) {
        LiteralClause clause;
        const std::size_t size = random.chance(0.05) ? 1 : 2 + random.below(longest - 1);
        for (std::size_t i = 0; i < size; ++i) clause.push_back(random_literal(random, variables));
        formula.clauses.push_back(clause);
    }
    return formula;
}

/// Bit v of `assignment` is the value of variable v.
inline bool holds(Literal literal, std::uint32_t assignment) {
    return (((assignment >> literal.variable().index()) & 1U) != 0) != literal.negated();
}
inline bool holds(const LiteralClause& clause, std::uint32_t assignment) {
    return std::any_of(clause.begin(), clause.end(), [&](Literal l) { return holds(l, assignment); });
}
inline bool holds(const SmallFormula& formula, std::uint32_t assignment) {
    return std::all_of(formula.clauses.begin(), formula.clauses.end(),
                       [&](const auto& c) { return holds(c, assignment); });
}

inline bool satisfiable(const SmallFormula& formula, std::span<const Literal> assumptions = {}) {
    for (std::uint32_t a = 0; a < (1U << formula.variables); ++a) {
        const bool assumed =
            std::all_of(assumptions.begin(), assumptions.end(), [&](Literal l) { return holds(l, a); });
        if (assumed && holds(formula, a)) return true;
    }
    return false;
}

inline std::uint32_t model_of(const Solver& solver, std::size_t variables) {
    std::uint32_t assignment = 0;
    for (std::size_t v = 0; v < variables; ++v)
        if (solver.model_value(BoolVar(v))) assignment |= 1U << v;
    return assignment;
}

inline void load(Solver& solver, const SmallFormula& formula) {
    while (solver.variable_count() < formula.variables) solver.new_variable();
    for (const LiteralClause& clause : formula.clauses) solver.add_clause(clause);
}

/// Checks every derived clause by naive reverse unit propagation over the clauses alive.
class NaiveProofCheck : public Tracer {
  public:
    explicit NaiveProofCheck(std::vector<LiteralClause> clauses) : alive_(std::move(clauses)) {}

    void add(const LiteralClause& clause) { alive_.push_back(clause); }
    ClauseId derived(std::span<const Literal> clause, std::span<const ClauseId>) override {
        if (!follows(clause)) ++wrong_;
        if (clause.empty()) refuted_ = true;
        alive_.emplace_back(clause.begin(), clause.end());
        ++derived_count_;
        return 0;
    }
    ClauseId axiom(std::span<const Literal> clause) override {
        alive_.emplace_back(clause.begin(), clause.end());
        return 0;
    }
    void deleted(std::span<const Literal> clause, ClauseId) override {
        for (std::size_t i = 0; i < alive_.size(); ++i) {
            LiteralClause simple = alive_[i];
            std::sort(simple.begin(), simple.end());
            simple.erase(std::unique(simple.begin(), simple.end()), simple.end());
            if (simple.size() == clause.size() && std::is_permutation(clause.begin(), clause.end(), simple.begin())) {
                alive_.erase(alive_.begin() + static_cast<std::ptrdiff_t>(i));
                return;
            }
        }
        ++wrong_;
    }
    std::size_t wrong() const { return wrong_; }
    std::size_t derived_count() const { return derived_count_; }
    bool refuted() const { return refuted_; }

  private:
    bool follows(std::span<const Literal> clause) const {
        std::vector<Literal> true_literals;
        for (const Literal literal : clause) true_literals.push_back(~literal);
        const auto is_true = [&](Literal l) {
            return std::find(true_literals.begin(), true_literals.end(), l) != true_literals.end();
        };
        for (bool changed = true; changed;) {
            changed = false;
            for (const LiteralClause& c : alive_) {
                std::optional<Literal> open;
                bool many = false;
                bool satisfied = false;
                for (const Literal l : c) {
                    satisfied |= is_true(l);
                    if (is_true(~l)) continue;
                    if (open && *open != l) many = true;
                    open = l;
                }
                if (satisfied || many) continue;
                if (!open) return true;
                true_literals.push_back(*open);
                changed = true;
            }
        }
        return false;
    }

    std::vector<LiteralClause> alive_;
    std::size_t wrong_ = 0;
    std::size_t derived_count_ = 0;
    bool refuted_ = false;
};

/// Options that make rare things (restarts, reductions, mode changes) happen in small formulas.
inline Options hectic_options(Random& random) {
    Options options;
    options.restart = random.integer(0, 2);
    options.luby_unit = random.integer(1, 5);
    options.mode_interval = random.integer(1, 10);
    options.learned_least = random.integer(1, 8);
    options.learned_share = 0;
    options.target_phases = random.chance(0.5);
    options.reduce_fraction = random.uniform(0.5, 1);
    options.tier1 = random.integer(1, 2);
    options.rephase_interval = random.integer(0, 5);
    options.random_decisions = random.chance(0.3) ? 0.3 : 0;
    options.initial_phase = random.chance(0.5);
    options.seed = static_cast<std::uint64_t>(random.integer(0, 1000));
    return options;
}

}  // namespace sinew::sat::test
