// SPDX-License-Identifier: Apache-2.0
// The error kinds of the project (include/sinew/error.hpp), and the check of promises.
#pragma once

#include <source_location>
#include <string_view>

#include <sinew/error.hpp>

namespace sinew {

/// Throws ContractBreach, naming the caller's place, unless `holds`.
void require(bool holds, std::string_view promise, std::source_location where = std::source_location::current());

}  // namespace sinew
