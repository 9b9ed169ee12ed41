// SPDX-License-Identifier: Apache-2.0
// Texts whose words go from file to file and must be the same words there.
#pragma once

#include <string>
#include <string_view>

namespace sinew::read {

/// Throws InputError at the first byte that is no UTF-8, and at a zero byte; `expected` says what the text should be.
void require_utf8(std::string_view text, const std::string& name, std::string_view expected);

}  // namespace sinew::read
