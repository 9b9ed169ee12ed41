// SPDX-License-Identifier: Apache-2.0
// Reads clausal proofs in the DRAT format, text or binary (told apart by content), plain or gzip-compressed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "proof/proof_file.hpp"

namespace sinew::proof {

struct DratStep {
    enum class Kind { add, remove };
    Kind kind = Kind::add;
    std::vector<std::int32_t> clause;
};

/// One step at a time; memory is a fixed buffer and the longest clause.
class DratReader {
  public:
    /// Throws InputError if the file cannot be opened.
    explicit DratReader(const std::string& path) : input_(path) { detect_form(); }

    /// The next step, into `step` (whose memory is used again); false at the end. Throws InputError for what is no
    /// proof and for a proof that ends in the middle of a step.
    bool next(DratStep& step);
    /// The place of the last step: its line, in a binary proof its number as the line.
    SourceLocation location() const { return {input_.path(), line_, 0}; }
    std::uint64_t steps() const { return steps_; }

  private:
    static constexpr int end_of_file = ProofInput::end;

    int peek() { return input_.peek(); }
    int get() { return input_.get(); }
    void detect_form();
    bool next_text(DratStep& step);
    bool next_binary(DratStep& step);
    std::int32_t text_literal();
    std::int32_t binary_literal();
    [[noreturn]] void fail(const char* message, const char* expected = "") const;

    ProofInput input_;
    std::size_t line_ = 1;
    std::size_t next_line_ = 1;
    std::uint64_t steps_ = 0;
    bool binary_ = false;
};

}  // namespace sinew::proof
