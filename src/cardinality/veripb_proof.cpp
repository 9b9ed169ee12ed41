// SPDX-License-Identifier: Apache-2.0
#include "cardinality/veripb_proof.hpp"

#include "cardinality/constraint.hpp"

namespace sinew::cardinality {

RowProof::Id VeripbProof::follows(std::span<const Literal> clause, std::span<const Id> hints) {
    writer_.begin_rup();
    for (const Literal literal : clause) writer_.term(1, named(literal));
    return writer_.end_rup(1, hints);
}

RowProof::Id VeripbProof::follows(std::span<const Term> terms, std::int64_t degree, std::span<const Id> hints) {
    writer_.begin_rup();
    for (const Term& term : terms) writer_.term(term.coefficient, named(term.literal));
    return writer_.end_rup(degree, hints);
}

RowProof::Id VeripbProof::derived(std::span<const CuttingStep> steps) {
    writer_.begin_pol();
    for (const CuttingStep& step : steps) {
        switch (step.op) {
            case CuttingStep::Op::row:
                writer_.pol_row(step.value);
                break;
            case CuttingStep::Op::literal:
                writer_.pol_literal(named(Literal::from_index(step.value)));
                break;
            case CuttingStep::Op::add:
                writer_.pol_add();
                break;
            case CuttingStep::Op::multiply:
                writer_.pol_multiply(step.value);
                break;
            case CuttingStep::Op::divide:
                writer_.pol_divide(step.value);
                break;
            case CuttingStep::Op::saturate:
                writer_.pol_saturate();
                break;
            case CuttingStep::Op::weaken:
                writer_.pol_weaken(named(Literal::from_index(step.value)));
                break;
        }
    }
    return writer_.end_pol();
}

/// Each line holds once the output is chosen so that its own term satisfies it; the second leaves the first as it is,
/// for where the second fails without its term, the first holds without its own.
std::array<RowProof::Id, 2> VeripbProof::defined(Literal output, std::span<const Term> terms, std::int64_t bound) {
    std::vector<Term> negated(terms.begin(), terms.end());
    for (Term& term : negated) term.coefficient = -term.coefficient;
    std::array<Id, 2> ids{};
    for (const bool converse : {false, true}) {
        const Constraint row = converse ? merged(negated, 1 - bound) : merged(terms, bound);
        const Literal head = converse ? output : ~output;
        writer_.begin_red();
        writer_.term(row.degree, named(head));
        for (const Term& term : row.terms) writer_.term(term.coefficient, named(term.literal));
        ids[converse ? 1 : 0] = writer_.end_red(row.degree, named(Literal(output.variable())), !head.negated());
    }
    return ids;
}

RowProof::Id VeripbProof::improved(const std::vector<bool>& values) {
    return writer_.improve(this->values(values));
}

std::span<const VeripbProof::Writer::Literal> VeripbProof::values(const std::vector<bool>& values) {
    values_.clear();
    for (std::size_t v = 0; v < values.size() && v < names_.size(); ++v)
        values_.push_back(named(Literal(BoolVar(v), !values[v])));
    return values_;
}

}  // namespace sinew::cardinality
