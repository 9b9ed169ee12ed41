// SPDX-License-Identifier: Apache-2.0
// What sinew throws. Unknown, timeout and memory limit are results, not errors.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sinew {

/// A place in an input: file name ("" for none), 1-based line and column (0 when the format has none).
struct SourceLocation {
    std::string file;        ///< its name; "": none
    std::size_t line = 0;    ///< from 1; 0: not known
    std::size_t column = 0;  ///< from 1; 0: not known
};

/// "file:line:column", leaving out what is not known.
std::string to_string(const SourceLocation& location);

/// The user's input is wrong: where, what was found, and what was expected there. The command line exits 2.
class InputError : public std::runtime_error {
  public:
    /// what() is "file:line:column: message (expected …)".
    InputError(SourceLocation location, std::string_view message, std::string_view expected = {});

    const SourceLocation& location() const { return location_; }  ///< the place in the input

  private:
    SourceLocation location_;
};

/// The command line (or a call of the library) asks for what does not exist. The command line exits 1.
class UsageError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// A promise between two parts of sinew was broken: always a bug of ours. The command line exits 4.
class ContractBreach : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

}  // namespace sinew
