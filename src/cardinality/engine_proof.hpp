// SPDX-License-Identifier: Apache-2.0
// What an engine tells a proof: its core's clauses, its rows, and under which condition they hold.
#pragma once

#include <utility>

#include "cardinality/constraint.hpp"
#include "cardinality/row_proof.hpp"

namespace sinew::cardinality {

/// The steps of one row.
class CuttingSteps {
  public:
    void clear() { steps_.clear(); }
    void row(RowProof::Id id) { steps_.push_back({CuttingStep::Op::row, id}); }
    void add() { steps_.push_back({CuttingStep::Op::add, 0}); }
    /// Adds factor times the row.
    void add(RowProof::Id id, std::int64_t factor) { row(id), multiply(factor), add(); }
    void multiply(std::int64_t factor) {
        if (factor != 1) steps_.push_back({CuttingStep::Op::multiply, static_cast<std::uint64_t>(factor)});
    }
    void divide(std::int64_t divisor) {
        if (divisor != 1) steps_.push_back({CuttingStep::Op::divide, static_cast<std::uint64_t>(divisor)});
    }
    void saturate() { steps_.push_back({CuttingStep::Op::saturate, 0}); }
    void weaken(Literal literal) { steps_.push_back({CuttingStep::Op::weaken, literal.index()}); }
    /// Takes `amount` off the coefficient of the literal, and off the degree.
    void weaken(Literal literal, std::int64_t amount) {
        steps_.push_back({CuttingStep::Op::literal, (~literal).index()});
        multiply(amount);
        add();
    }
    /// What tidy() makes of a row whose largest coefficient was `most`.
    void tidy(std::int64_t most, std::int64_t degree, const Constraint& tidied) {
        if (degree <= 0 || tidied.terms.empty()) return;
        if (most > degree) saturate();
        divide(std::min(most, degree) / tidied.terms.front().coefficient);
    }
    bool is_one_row() const { return steps_.size() == 1 && steps_.front().op == CuttingStep::Op::row; }
    std::span<const CuttingStep> steps() const { return steps_; }

  private:
    std::vector<CuttingStep> steps_;
};

/// Of one engine; the proof may have several. With a condition all that the engine derives holds where that literal is
/// true: its rows in the proof have the negated literal as one more term.
class EngineProof : public sat::Tracer {
  public:
    using Id = RowProof::Id;

    explicit EngineProof(RowProof& proof) : proof_(&proof) {}

    RowProof& proof() { return *proof_; }
    /// Before anything is derived that needs it.
    void set_condition(Literal literal) { condition_ = literal; }

    Id next_given() { return proof_->given(place_++); }
    Id follows(std::span<const Literal> clause, std::span<const Id> hints);
    /// The row of the steps; their own if they are no more than a row.
    Id derived(const CuttingSteps& steps) {
        return steps.is_one_row() ? steps.steps().front().value : proof_->derived(steps.steps());
    }
    /// The same row with an id of its own, that others do not forget.
    Id copied(Id id) {
        const CuttingStep step{CuttingStep::Op::row, id};
        return proof_->derived({&step, 1});
    }
    /// 0 ≥ 0.
    Id follows_always() { return proof_->follows(std::span<const Term>(), 0, {}); }
    void forget(Id id) {
        if (id != 0) proof_->forget(id);
    }
    /// The row behind the next clause that is added to the core, or that the row theory gives as a reason.
    void announce(Id id) { announced_ = id; }
    /// 0 ≥ 1, once the engine has found it.
    Id contradiction() const { return contradiction_; }

    bool wants_antecedents() const override { return true; }
    sat::ClauseId given(std::span<const Literal>) override;
    sat::ClauseId derived(std::span<const Literal> clause, std::span<const sat::ClauseId> antecedents) override;
    sat::ClauseId axiom(std::span<const Literal> clause) override;
    void deleted(std::span<const Literal>, sat::ClauseId id) override { forget(id); }

  private:
    RowProof* proof_;
    Literal condition_;
    std::uint64_t place_ = 0;
    Id announced_ = 0;
    Id contradiction_ = 0;
    std::vector<Literal> clause_;
};

}  // namespace sinew::cardinality
