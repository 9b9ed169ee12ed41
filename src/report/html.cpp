// SPDX-License-Identifier: Apache-2.0
#include "report/html.hpp"

#include <cstdint>

#include <fmt/core.h>

#include "base/utf8.hpp"
#include "write/json_text.hpp"

namespace sinew::report {

namespace {
constexpr std::string_view replacement = "\xef\xbf\xbd";

void append_character(std::string& out, char c) {
    switch (c) {
        case '&':
            out += "&amp;";
            return;
        case '<':
            out += "&lt;";
            return;
        case '>':
            out += "&gt;";
            return;
        case '"':
            out += "&quot;";
            return;
        case '\'':
            out += "&#39;";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    const bool is_control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    if (is_control)
        out += replacement;
    else
        out += c;
}

/// The beginning of a character at or before `at`.
std::size_t character_start(std::string_view text, std::size_t at) {
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80) --at;
    return at;
}
}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    while (!text.empty()) {
        const std::size_t good = std::min(first_not_utf8(text), text.size());
        for (const char c : text.substr(0, good)) append_character(out, c);
        if (good == text.size()) break;
        out += replacement;
        text.remove_prefix(good + 1);
    }
    return out;
}

std::string name_html(std::string_view name) {
    constexpr std::size_t longest = 400;
    if (name.empty()) return {};
    return "<bdi>" + escaped(shortened(name, longest)) + "</bdi>";
}

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    const std::size_t head = character_start(text, most * 2 / 3);
    const std::size_t tail = character_start(text, text.size() - most / 3);
    return fmt::format("{} … {}", text.substr(0, head), text.substr(tail));
}

std::string script_json(const Json& json) {
    const std::string text = write::json_line(json);
    std::string out;
    out.reserve(text.size());
    // Outside strings JSON has none of these, inside they may be written as escapes.
    for (const char c : text) {
        if (c == '<')
            out += "\\u003c";
        else if (c == '>')
            out += "\\u003e";
        else if (c == '&')
            out += "\\u0026";
        else
            out += c;
    }
    return out;
}

std::string png_uri(std::string_view png_bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out = "data:image/png;base64,";
    for (std::size_t i = 0; i < png_bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8U | (i + k < png_bytes.size() ? static_cast<unsigned char>(png_bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k) out += i + k > png_bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63U];
    }
    return out;
}

}  // namespace sinew::report
