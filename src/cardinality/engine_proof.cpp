// SPDX-License-Identifier: Apache-2.0
#include "cardinality/engine_proof.hpp"

namespace sinew::cardinality {

EngineProof::Id EngineProof::follows(std::span<const Literal> clause, std::span<const Id> hints) {
    if (!condition_.valid()) return proof_->follows(clause, hints);
    clause_.assign(clause.begin(), clause.end());
    clause_.push_back(~condition_);
    return proof_->follows(clause_, hints);
}

sat::ClauseId EngineProof::given(std::span<const Literal>) {
    const Id announced = std::exchange(announced_, 0);
    return announced != 0 ? announced : next_given();
}

sat::ClauseId EngineProof::derived(std::span<const Literal> clause, std::span<const sat::ClauseId> antecedents) {
    const Id id = follows(clause, antecedents);
    if (clause.empty()) contradiction_ = id;
    return id;
}

/// What the row theory says is what one of its rows propagates: the row itself is the hint.
sat::ClauseId EngineProof::axiom(std::span<const Literal> clause) {
    const Id announced = std::exchange(announced_, 0);
    return announced != 0 ? announced : proof_->believed(clause);
}

}  // namespace sinew::cardinality
