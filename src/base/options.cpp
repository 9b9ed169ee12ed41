// SPDX-License-Identifier: Apache-2.0
#include "base/options.hpp"

#include <cmath>

#include <fmt/core.h>

#include "base/error.hpp"

namespace sinew {

std::string range_text(const OptionInfo& option) {
    return fmt::format("{:g} to {:g}{}", option.low, option.high, option.is_whole ? ", whole" : "");
}

void check_option(std::string_view engine, const OptionInfo& option, double value) {
    const bool fits = value >= option.low && value <= option.high && (!option.is_whole || value == std::floor(value));
    if (!fits)
        throw UsageError(
            fmt::format("{}.{} cannot be {:g} (expected {})", engine, option.name, value, range_text(option)));
}

}  // namespace sinew
