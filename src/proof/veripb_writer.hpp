// SPDX-License-Identifier: Apache-2.0
// Writes proofs of pseudo-Boolean problems in the format VeriPB 3.0 (Gocht and Nordström, AAAI 2021; its kernel).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proof/proof_file.hpp"

namespace sinew::proof {

/// A stream to a file; a name that ends in .gz is compressed. Memory: two bits a step.
class VeripbWriter {
  public:
    using Id = std::uint64_t;
    /// A variable's number, negative where negated: x1, x2, … of the problem's file, and from `extra` on y0, y1, …,
    /// which the proof brings in.
    using Literal = std::int64_t;
    static constexpr Literal extra = Literal{1} << 32;
    struct Term {
        std::int64_t coefficient;
        Literal literal;
    };

    /// Throws OutputError if the file cannot be written. It is there only after finish().
    explicit VeripbWriter(const std::string& path) : output_(path) {}

    /// First of all; an equality counts as two rows.
    void begin(std::uint64_t rows);
    // Steps return the id of their row.
    /// Σ terms ≥ bound, by reverse unit propagation through the rows of the hints (none: all). It is said term by term:
    /// begin_rup(), term() for each, end_rup().
    void begin_rup() { put("rup"); }
    void term(std::int64_t coefficient, Literal literal);
    Id end_rup(std::int64_t bound, std::span<const Id> hints);
    /// Reverse Polish notation: begin_pol(), operators, end_pol().
    void begin_pol() { put("pol"); }
    void pol_row(Id id) { put_word(id); }
    void pol_literal(Literal literal) { put_literal(literal); }
    void pol_weaken(Literal variable);
    void pol_add() { put(" +"); }
    void pol_multiply(std::uint64_t factor);
    void pol_divide(std::uint64_t divisor);
    void pol_saturate() { put(" s"); }
    Id end_pol();
    /// Σ terms ≥ bound, which holds once the new variable has the value: term() for each, end_red().
    void begin_red() { put("red"); }
    Id end_red(std::int64_t bound, Literal variable, bool value);
    /// Values of all variables that satisfy all rows; from here on the objective is to be less than theirs.
    Id improve(std::span<const Literal> values);
    /// Of rows that were deleted already, and of those of the problem and of improve(), nothing is said.
    void forget(Id id);
    Id contradiction();

    void conclude_none();
    void conclude_sat(std::span<const Literal> values);
    void conclude_unsat(Id contradiction);
    /// No value lies below `lower`, for `reason` says so (all that is known is a contradiction where there is none);
    /// the values have the objective `upper`. Left out: there is none.
    void conclude_bounds(std::optional<std::int64_t> lower, Id reason, std::optional<std::int64_t> upper,
                         std::span<const Literal> values);
    /// The proof is complete: the file takes its name. Throws OutputError if the disk is full. Nothing may follow.
    void finish() { output_.finish(); }

  private:
    void put(std::string_view text) { line_.append(text); }
    template <class Number>
    void put_word(Number number);
    void put_literal(Literal literal);
    void put_literals(std::span<const Literal> literals);
    Id end_line();
    void conclude(std::string_view text, std::span<const Literal> values);

    ProofOutput output_;
    std::string line_;
    Id last_ = 0;
    std::vector<bool> gone_;  ///< by id
};

}  // namespace sinew::proof
