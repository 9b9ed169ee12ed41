// SPDX-License-Identifier: Apache-2.0
// The end of a proof: where it cannot be written the answer is told all the same, and the error behind it.
#pragma once

#include <string>

#include "base/output_error.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"

namespace sinew::cli {

class ProofEnd {
  public:
    /// Calls `write`, which may throw OutputError.
    template <class Write>
    void write(const Write& write) {
        try {
            write();
        } catch (const OutputError& error) {
            failure_ = error.what();
        }
    }
    /// Behind the answer, which would have this exit status.
    ExitStatus after(ExitStatus status) const {
        if (failure_.empty()) return status;
        flush_output();
        print_error("sinew: {}\n", failure_);
        return output_error;
    }

  private:
    std::string failure_;
};

}  // namespace sinew::cli
