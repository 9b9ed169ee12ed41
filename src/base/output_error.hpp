// The error of a result that cannot be written: a file, a folder or standard output. The command line exits 4.
#pragma once

#include <stdexcept>
#include <string>

namespace sinew {

class OutputError : public std::runtime_error {
  public:
    /// `system_error`: what errno says; 0: nothing.
    explicit OutputError(const std::string& output, int system_error = 0);
};

}  // namespace sinew
