// SPDX-License-Identifier: Apache-2.0
#include "base/output_error.hpp"

#include <cstring>

#include <fmt/core.h>

namespace sinew {

OutputError::OutputError(const std::string& output, int system_error)
    : std::runtime_error(system_error == 0
                             ? output + " cannot be written"
                             : fmt::format("{} cannot be written: {}", output, std::strerror(system_error))) {}

}  // namespace sinew
