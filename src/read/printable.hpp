// Pieces of an input inside an error message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sinew::read {

/// Shortens long texts and hides bytes that a terminal should not see.
std::string printable(std::string_view text, std::size_t most = 60);

}  // namespace sinew::read
