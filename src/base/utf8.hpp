// SPDX-License-Identifier: Apache-2.0
// Which bytes are UTF-8, and texts of unknown origin made fit to be shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sinew {

/// The index of the first byte that belongs to no well-formed sequence (Unicode 15, table 3-7: no overlong forms, no
/// surrogates, nothing above U+10FFFF); npos if there is none. One pass, eight bytes at a time where they are ASCII.
std::size_t first_not_utf8(std::string_view text);

/// At most `most` bytes of the text, ended by "..." where that is not all of it, with '?' for each control character
/// and each byte that is no UTF-8. No character is cut in two.
std::string printable(std::string_view text, std::size_t most = 60);

}  // namespace sinew
