// SPDX-License-Identifier: Apache-2.0
#include "read/utf8_text.hpp"

#include <fmt/core.h>

#include "base/utf8.hpp"
#include "read/file.hpp"

namespace sinew::read {

void require_utf8(std::string_view text, const std::string& name, std::string_view expected) {
    const std::size_t zero = text.find('\0');
    if (zero != std::string_view::npos)
        throw InputError({name, 0, 0}, fmt::format("byte {} is zero, so that this is no text", zero + 1), expected);
    const std::size_t wrong = first_not_utf8(text);
    if (wrong != std::string_view::npos)
        throw InputError(location_in(name, text.data(), text.data() + wrong),
                         fmt::format("byte {:#04x} is no UTF-8", static_cast<unsigned char>(text[wrong])),
                         fmt::format("{} in UTF-8", expected));
}

}  // namespace sinew::read
