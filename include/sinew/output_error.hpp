// SPDX-License-Identifier: Apache-2.0
// What sinew throws where a file cannot be written.
#pragma once

#include <stdexcept>
#include <string>

namespace sinew {

/// An output cannot be written: no permission, no folder, a full disk. The command line exits 4.
class OutputError : public std::runtime_error {
  public:
    /// `system_error`: what errno says; 0: nothing.
    explicit OutputError(const std::string& output, int system_error = 0);
};

}  // namespace sinew
