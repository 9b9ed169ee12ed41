// SPDX-License-Identifier: Apache-2.0
// What engines tell, as lines of a proof in the format VeriPB.
#pragma once

#include <vector>

#include "cardinality/row_proof.hpp"
#include "proof/veripb_writer.hpp"

namespace sinew::cardinality {

/// Of a problem whose rows are in the proof already (VeripbWriter::begin()).
class VeripbProof : public RowProof {
  public:
    using Writer = proof::VeripbWriter;

    /// What the file calls the variables: their numbers, from which on they are extra ones. `given` has the ids of what
    /// engines are given, in their order; beyond the end they have none.
    VeripbProof(Writer& writer, std::vector<std::int32_t> names, std::vector<Id> given)
        : writer_(writer), names_(std::move(names)), given_(std::move(given)) {}

    Id given(std::uint64_t place) override { return place < given_.size() ? given_[place] : 0; }
    Id follows(std::span<const Literal> clause, std::span<const Id> hints) override;
    Id follows(std::span<const Term> terms, std::int64_t degree, std::span<const Id> hints) override;
    Id derived(std::span<const CuttingStep> steps) override;
    std::array<Id, 2> defined(Literal output, std::span<const Term> terms, std::int64_t bound) override;
    Id improved(const std::vector<bool>& values) override;
    void forget(Id id) override { writer_.forget(id); }

    Writer::Literal named(Literal literal) const {
        const std::size_t v = literal.variable().index();
        const Writer::Literal name =
            v < names_.size() ? names_[v] : Writer::extra + static_cast<Writer::Literal>(v - names_.size());
        return literal.negated() ? -name : name;
    }
    /// The values of the problem's variables.
    std::span<const Writer::Literal> values(const std::vector<bool>& values);

  private:
    Writer& writer_;
    std::vector<std::int32_t> names_;
    std::vector<Id> given_;
    std::vector<Writer::Literal> values_;
};

}  // namespace sinew::cardinality
