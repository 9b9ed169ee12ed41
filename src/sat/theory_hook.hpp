// SPDX-License-Identifier: Apache-2.0
// The one door between the Boolean core and everything that knows more than Booleans. The core calls the hooks of its
// theories; each answers through Inferences. A conflict is a value that travels through Inferences, never an exception.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sat/literal.hpp"

namespace sinew::sat {

/// Whether a lemma is part of the problem from now on, or may be forgotten like a learned clause (the theory must be
/// able to find it again).
enum class LemmaLife : std::uint8_t { permanent, removable };

/// What a theory found out in one call. Clauses are stored flat; nothing allocates once the buffers have grown.
class Inferences {
  public:
    /// `implied` follows from the current assignment; TheoryHook::explain() will be asked for the reason if analysis
    /// needs it.
    void literal(Literal implied) { implied_.push_back(implied); }
    /// A clause that is valid in the theory. It may be satisfied, unit or false under the current assignment, at any
    /// level; the core sorts that out, and may backtrack to do so. It may hold variables that are new.
    void lemma(std::span<const Literal> clause, LemmaLife life = LemmaLife::permanent) {
        lemma_life_.push_back(life);
        lemma_literals_.insert(lemma_literals_.end(), clause.begin(), clause.end());
        lemma_end_.push_back(lemma_literals_.size());
    }
    /// A valid clause all of whose literals are false now, of whatever levels. Lemmas and undefined literals of the
    /// same call are still added.
    void conflict(std::span<const Literal> clause) {
        conflict_.assign(clause.begin(), clause.end());
        has_conflict_ = true;
    }

    bool empty() const { return implied_.empty() && lemma_end_.empty() && !has_conflict_; }
    bool has_conflict() const { return has_conflict_; }
    std::span<const Literal> conflict_clause() const { return conflict_; }
    std::span<const Literal> implied() const { return implied_; }
    std::size_t lemma_count() const { return lemma_end_.size(); }
    std::span<const Literal> lemma_clause(std::size_t i) const {
        const std::size_t begin = i == 0 ? 0 : lemma_end_[i - 1];
        return std::span<const Literal>(lemma_literals_).subspan(begin, lemma_end_[i] - begin);
    }
    LemmaLife lemma_life(std::size_t i) const { return lemma_life_[i]; }
    void clear() {
        lemma_life_.clear();
        implied_.clear();
        lemma_literals_.clear();
        lemma_end_.clear();
        conflict_.clear();
        has_conflict_ = false;
    }

  private:
    std::vector<Literal> implied_;
    std::vector<Literal> lemma_literals_;
    std::vector<std::size_t> lemma_end_;
    std::vector<LemmaLife> lemma_life_;
    std::vector<Literal> conflict_;
    bool has_conflict_ = false;
};

/// A theory as the core sees it. Levels count decisions: level 0 holds what holds always.
class TheoryHook {
  public:
    virtual ~TheoryHook() = default;
    /// `literal` became true: one that this theory hears of (Solver::add_theory, Solver::watch_theory_variable); called
    /// in trail order, cheap, before the next propagate().
    virtual void assigned(Literal literal) = 0;
    virtual void new_level() = 0;
    /// Forget every assignment made above `level`.
    virtual void backtrack(std::size_t level) = 0;
    /// Called when Boolean propagation, and that of the theories added before, has reached its fixpoint without
    /// conflict; may say nothing. What it says goes through the clauses before it is asked again.
    virtual void propagate(Inferences& out) = 0;
    /// The reason of a literal given by Inferences::literal: literals that were true before it and imply it.
    virtual void explain(Literal implied, std::vector<Literal>& reason) = 0;
    /// Every Boolean is assigned, and propagate() had nothing to say. Saying nothing means: the assignment is
    /// consistent, the search ends with sat.
    virtual void final_check(Inferences& out) = 0;
    /// A literal to decide next; absent or assigned: the next theory is asked, in the end the core decides.
    virtual std::optional<Literal> suggest_decision() { return std::nullopt; }
    /// Work done so far, in ticks (base/effort.hpp), but for what the theory has told spend() of itself.
    virtual std::uint64_t effort() const { return 0; }
    /// How many constraints it has that count as clauses do when it is time to forget learned ones.
    virtual std::size_t constraint_count() const { return 0; }
};

}  // namespace sinew::sat
