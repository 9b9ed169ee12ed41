// SPDX-License-Identifier: Apache-2.0
// Reads proofs in the format VeriPB 3.0, a statement at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "proof/proof_file.hpp"

namespace sinew::proof {

/// Memory is a fixed buffer and the longest statement.
class VeripbReader {
  public:
    /// Throws InputError if the file cannot be opened or does not begin as such a proof does.
    explicit VeripbReader(const std::string& path);
    static bool is_one(const std::string& path);

    /// The words of the next statement, without the `;` at its end; false at the end of the file. Throws InputError
    /// where a statement has no end.
    bool next(std::vector<std::string>& words);
    SourceLocation location() const { return {input_.path(), line_, 0}; }
    std::uint64_t steps() const { return steps_; }

  private:
    ProofInput input_;
    std::size_t line_ = 1;
    std::size_t next_line_ = 2;
    std::uint64_t steps_ = 0;
};

}  // namespace sinew::proof
