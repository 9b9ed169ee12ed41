// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <fmt/core.h>

namespace sinew {

std::string to_string(const SourceLocation& location) {
    std::string text = location.file;
    if (location.line != 0) text += fmt::format("{}{}", text.empty() ? "line " : ":", location.line);
    if (location.column != 0) text += fmt::format(":{}", location.column);
    return text;
}

namespace {
std::string compose(const SourceLocation& location, std::string_view message, std::string_view expected) {
    const std::string place = to_string(location);
    std::string text = place.empty() ? std::string(message) : fmt::format("{}: {}", place, message);
    if (!expected.empty()) text += fmt::format(" (expected {})", expected);
    return text;
}
}  // namespace

InputError::InputError(SourceLocation location, std::string_view message, std::string_view expected)
    : std::runtime_error(compose(location, message, expected)), location_(std::move(location)) {}

void require(bool holds, std::string_view promise, std::source_location where) {
    if (holds) [[likely]]
        return;
    throw ContractBreach(fmt::format("{}:{}: broken promise: {}", where.file_name(), where.line(), promise));
}

}  // namespace sinew
