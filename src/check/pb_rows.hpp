// SPDX-License-Identifier: Apache-2.0
// Linear rows over literals and what cutting planes make of them, in integers of 128 bits that are checked for
// overflow.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

namespace sinew::check {

__extension__ using Wide = __int128;

/// A number of a proof is beyond 127 bits, or a step cannot be taken: the step is refused.
struct RefusedStep : std::runtime_error {
    using std::runtime_error::runtime_error;
};

Wide checked_sum(Wide a, Wide b);
Wide checked_product(Wide a, Wide b);

struct PbTerm {
    std::int32_t literal;  ///< a variable's number, negative where negated
    Wide coefficient;
};

/// Σ coefficient·literal ≥ degree; coefficients are positive, variables ascend strictly.
struct PbRow {
    std::vector<PbTerm> terms;
    Wide degree = 0;

    Wide most() const;
    bool is_contradiction() const { return most() < degree; }
};

/// The same with coefficients of any sign, and variables in any order and number.
PbRow normal_row(std::vector<PbTerm> terms, Wide degree);
/// What cancels has coefficient 0 until tidy().
void add(PbRow& row, const PbRow& other);
void multiply(PbRow& row, Wide factor);
/// Divides and rounds up.
void divide(PbRow& row, Wide divisor);
void saturate(PbRow& row);
/// Without the variable: its coefficient is 0 until tidy().
void weaken(PbRow& row, std::int32_t variable);
void tidy(PbRow& row);
PbRow negation(const PbRow& row);
/// Whether the row follows from the other alone, term by term.
bool is_implied(const PbRow& row, const PbRow& by);

}  // namespace sinew::check
