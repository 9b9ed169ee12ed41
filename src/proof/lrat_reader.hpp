// SPDX-License-Identifier: Apache-2.0
// Reads clausal proofs with hints in the LRAT format, text or binary (told apart by content), plain or gzip-compressed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "proof/proof_file.hpp"

namespace sinew::proof {

struct LratStep {
    bool is_removal = false;
    std::uint64_t id = 0;              ///< of the clause that is added
    std::vector<std::int32_t> clause;  ///< likewise
    std::vector<std::int64_t> hints;   ///< negative ones begin resolution candidates; or the clauses that are removed
};

/// One step at a time; memory is a fixed buffer and the longest step.
class LratReader {
  public:
    /// Whether the file begins as such a proof of a formula of so many clauses does: a clause with a number behind
    /// these, its literals and hints, on one line or (binary) of lower numbers. (DRAT has lists of literals alone.)
    static bool is_one(const std::string& path, std::uint64_t given);

    /// Throws InputError if the file cannot be opened.
    explicit LratReader(const std::string& path);

    /// The next step, into `step`; false at the end. Throws InputError for what is no proof and for a proof that ends
    /// in the midst of a step.
    bool next(LratStep& step);
    /// The place of the last step: its line, in a binary proof its number as the line.
    SourceLocation location() const { return {input_.path(), line_, 0}; }
    std::uint64_t steps() const { return steps_; }

  private:
    int skip_blanks();
    std::int64_t number();
    std::int64_t text_number();
    std::int64_t binary_number();
    std::uint64_t id_of(std::int64_t number) const;
    [[noreturn]] void fail(const char* message, const char* expected = "") const;

    ProofInput input_;
    std::size_t line_ = 1;
    std::size_t next_line_ = 1;
    std::uint64_t steps_ = 0;
    bool is_binary_ = false;
};

}  // namespace sinew::proof
