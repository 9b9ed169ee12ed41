// SPDX-License-Identifier: Apache-2.0
// Lists in texts. fmt::join does the same, but its header compiles all of fmt into every file that has it.
#pragma once

#include <iterator>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace sinew {

/// The items as text, with the separator between them.
template <class Items>
std::string joined(const Items& items, std::string_view separator) {
    std::string text;
    bool first = true;
    for (const auto& item : items) {
        if (!first) text += separator;
        first = false;
        fmt::format_to(std::back_inserter(text), "{}", item);
    }
    return text;
}

}  // namespace sinew
