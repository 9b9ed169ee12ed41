// SPDX-License-Identifier: Apache-2.0
// Where an engine writes why each of its rows and clauses holds: whoever owns the proof implements it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "cardinality/problem.hpp"
#include "sat/tracer.hpp"

namespace sinew::cardinality {

/// A step of cutting planes on a stack of rows, as in the `pol` lines of VeriPB (Gocht and Nordström, AAAI 2021).
struct CuttingStep {
    enum class Op : std::uint8_t {
        row,       ///< pushes the row of the id
        literal,   ///< pushes literal ≥ 0; the value is its index
        add,       ///< of the two topmost
        multiply,  ///< the topmost, by the value
        divide,    ///< by the value, rounded up
        saturate,  ///< no coefficient above the degree
        weaken,    ///< takes a variable out: the value is the index of one of its literals
    };
    Op op = Op::row;
    std::uint64_t value = 0;
};

/// Rows are Σ coefficient·literal ≥ degree; a clause is one with coefficients and degree 1. Ids are the owner's, 0 is
/// none; what is given keeps its id to the end. One engine at a time speaks, from one thread.
class RowProof {
  public:
    using Id = sat::ClauseId;

    virtual ~RowProof() = default;

    /// The id of what an engine is given in `place` (from 0), in its order: a clause or a row has one place; a reified
    /// row output ⇔ Σ ≥ bound two, for D·~output + Σ ≥ D (D: the degree of Σ ≥ bound once coefficients are positive)
    /// and for the converse, D'·output + Σ' ≥ D', where Σ' ≥ D' says Σ ≤ bound - 1.
    virtual Id given(std::uint64_t place) = 0;
    /// A clause or row that follows by reverse unit propagation, through the rows of the hints in their order (none:
    /// through all).
    virtual Id follows(std::span<const Literal> clause, std::span<const Id> hints) = 0;
    virtual Id follows(std::span<const Term> terms, std::int64_t degree, std::span<const Id> hints) = 0;
    /// The row that the steps leave on the stack.
    virtual Id derived(std::span<const CuttingStep> steps) = 0;
    /// output ⇔ Σ terms ≥ bound (terms positive, over distinct variables), where the output is in no row yet: ids as of
    /// two places of given().
    virtual std::array<Id, 2> defined(Literal output, std::span<const Term> terms, std::int64_t bound) = 0;
    /// A solution. Returns a row that asks for a better one: objective ≤ its value - 1.
    virtual Id improved(const std::vector<bool>& values) = 0;
    /// A clause on the word of a theory beside the rows.
    virtual Id believed(std::span<const Literal>) {
        throw UsageError("a proof of rows has no steps of other theories");
    }
    /// Nobody asks for it any more. Of what was given, and of improved(), nothing is forgotten.
    virtual void forget(Id id) = 0;
};

}  // namespace sinew::cardinality
