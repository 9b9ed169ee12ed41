// SPDX-License-Identifier: Apache-2.0
// Writes proofs of pseudo-Boolean problems in the format VeriPB 3.0 (Gocht and Nordström, AAAI 2021; its kernel).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "proof/proof_file.hpp"

namespace sinew::proof {

/// A stream to a file; a name that ends in .gz is compressed. Literals are the numbers of variables x1, x2, … in the
/// problem's file, negative where negated. Memory: an entry for each clause that is not forgotten.
class VeripbWriter {
  public:
    using Literals = std::span<const std::int32_t>;

    /// Throws OutputError if the file cannot be written. It is there only after finish().
    explicit VeripbWriter(const std::string& path) : output_(path) {}

    /// First of all; an equality counts as two rows.
    void begin(std::uint64_t rows);
    /// A clause that follows by reverse unit propagation.
    void learn(Literals clause);
    /// One that was learned; of others nothing is said.
    void forget(Literals clause);
    /// Values of all variables that satisfy all rows; from here on the objective is to be less than theirs.
    void improve(Literals values);
    /// Σ coefficients·literals ≥ bound, which follows by reverse unit propagation; returns its id.
    std::uint64_t row(Literals literals, std::span<const std::int64_t> coefficients, std::int64_t bound);

    void conclude_none();
    void conclude_sat(Literals values);
    void conclude_unsat();
    /// No value lies below `lower`, for `reason` says so (all that is known is a contradiction where there is none);
    /// the values have the objective `upper`. Left out: there is none.
    void conclude_bounds(std::optional<std::int64_t> lower, std::uint64_t reason, std::optional<std::int64_t> upper,
                         Literals values);
    /// 0 ≥ 1; returns its id.
    std::uint64_t contradiction();
    /// The proof is complete: the file takes its name. Throws OutputError if the disk is full. Nothing may follow.
    void finish() { output_.finish(); }

  private:
    static std::uint64_t key(Literals clause);
    void put_literal(std::int32_t literal);
    void put_literals(Literals literals);
    void conclude(std::string_view text, Literals values);

    ProofOutput output_;
    std::uint64_t last_ = 0;
    std::unordered_multimap<std::uint64_t, std::uint64_t> learned_;
};

}  // namespace sinew::proof
