// SPDX-License-Identifier: Apache-2.0
// Writes clausal proofs with hints in the LRAT format (Cruz-Filipe, Heule, Hunt, Kaufmann, Schneider-Kamp, CADE 2017),
// as text or in the compressed binary form of drat-trim, in which clauses' numbers are written as literals are.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "proof/proof_file.hpp"

namespace sinew::proof {

enum class LratForm : std::uint8_t { text, binary };

/// A stream to a file; a name that ends in .gz is compressed. Literals are DIMACS numbers; the formula's clauses are 1
/// to `given`, in its order. Memory is bounded.
class LratWriter {
  public:
    /// Throws OutputError if the file cannot be written. It is there only after finish().
    LratWriter(const std::string& path, LratForm form) : output_(path), form_(form) {}

    /// How many clauses the formula has. First of all.
    void begin(std::uint64_t given) { last_ = given; }
    /// A clause that follows by unit propagation through `hints`, in this order; its number.
    std::uint64_t add(std::span<const std::int32_t> clause, std::span<const std::uint64_t> hints);
    /// Told with the next clause: a proof begins with one.
    void remove(std::uint64_t id) { removed_.push_back(id); }
    /// The proof is complete: the file takes its name. Throws OutputError if the disk is full. Nothing may follow.
    void finish() { output_.finish(); }

    std::uint64_t steps() const { return steps_; }

  private:
    void put(std::int64_t number);
    void put_end(char after);
    void put_removed();

    ProofOutput output_;
    LratForm form_;
    std::uint64_t last_ = 0;
    std::uint64_t steps_ = 0;
    std::vector<std::uint64_t> removed_;
};

}  // namespace sinew::proof
