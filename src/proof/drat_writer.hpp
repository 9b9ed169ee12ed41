// SPDX-License-Identifier: Apache-2.0
// Writes clausal proofs in the DRAT format (Wetzler, Heule, Hunt, SAT 2014), as text or in the binary form of
// drat-trim.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "proof/proof_file.hpp"

namespace sinew::proof {

enum class DratForm { text, binary };

/// A stream to a file; a name that ends in .gz is compressed. Literals are DIMACS numbers. Memory is bounded.
class DratWriter {
  public:
    /// Throws OutputError if the file cannot be written. It is there only after finish().
    DratWriter(const std::string& path, DratForm form) : output_(path), form_(form) {}

    /// A clause that follows; the empty one ends the refutation.
    void add(std::span<const std::int32_t> clause) { step('a', clause); }
    void remove(std::span<const std::int32_t> clause) { step('d', clause); }
    /// The proof is complete: the file takes its name. Throws OutputError if the disk is full. Nothing may follow.
    void finish() { output_.finish(); }

    std::uint64_t steps() const { return steps_; }

  private:
    void step(char kind, std::span<const std::int32_t> clause);
    void put_text(std::int32_t literal);
    void put_binary(std::int32_t literal);

    ProofOutput output_;
    DratForm form_;
    std::uint64_t steps_ = 0;
};

}  // namespace sinew::proof
