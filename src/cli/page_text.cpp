// SPDX-License-Identifier: Apache-2.0
// A page as text for a terminal: what `sinew help` prints.
#include <algorithm>

#include <fmt/core.h>

#include "cli/page.hpp"

namespace sinew::cli {

namespace {
/// Characters of UTF-8.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The words of `prose` in lines of `columns` at most, each line after the first with `indent` blanks before it.
/// What stands between backticks is not broken.
std::string wrapped(std::string_view prose, std::size_t columns, std::size_t indent, std::size_t used) {
    std::string text;
    bool fresh = true;
    while (!prose.empty()) {
        std::size_t end = 0;
        for (bool typed = false; end < prose.size() && (typed || prose[end] != ' '); ++end)
            if (prose[end] == '`') typed = !typed;
        const std::string_view word = prose.substr(0, end);
        prose.remove_prefix(std::min(end + 1, prose.size()));
        if (word.empty()) continue;
        if (!fresh && used + 1 + width_of(word) > columns) {
            text += "\n" + std::string(indent, ' ');
            used = indent;
            fresh = true;
        }
        if (!fresh) {
            text += ' ';
            ++used;
        }
        text += word;
        used += width_of(word);
        fresh = false;
    }
    return text;
}

/// The terms of items stand in a column of their own, unless they are long.
std::size_t item_indent(const Section& section) {
    constexpr std::size_t longest = 26;
    std::size_t width = 0;
    for (const Block& block : section.blocks)
        if (block.kind == Block::Kind::item && width_of(block.term) <= longest)
            width = std::max(width, width_of(block.term));
    return width + 4;
}

std::string item_text(const Block& block, std::size_t columns, std::size_t indent) {
    // Options with a letter and those without are one below the other.
    std::string text = "  " + block.term;
    const std::size_t used = width_of(text);
    text += used + 2 > indent ? "\n" + std::string(indent, ' ') : std::string(indent - used, ' ');
    return text + wrapped(block.text, columns, indent, indent) + "\n";
}

std::string lower(std::string text) {
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

std::string section_text(const Section& section, std::size_t columns) {
    std::string text;
    if (section.kind == Section::Kind::synopsis) {
        for (const Block& block : section.blocks)
            text += fmt::format("{} {}\n", text.empty() ? "usage:" : "      ", wrapped(block.text, columns, 11, 7));
        return text;
    }
    const bool is_titled = section.kind != Section::Kind::description && section.kind != Section::Kind::options;
    if (is_titled) text += lower(section.title) + ":\n";
    const std::size_t indent = item_indent(section);
    const std::size_t margin = is_titled ? 2 : 0;
    for (const Block& block : section.blocks) {
        switch (block.kind) {
            case Block::Kind::heading:
                text += fmt::format("{}{}:\n", text.empty() ? "" : "\n", block.text);
                break;
            case Block::Kind::paragraph:
                if (!text.empty() && !is_titled) text += "\n";
                text += std::string(margin, ' ') + wrapped(block.text, columns, margin, margin) + "\n";
                break;
            case Block::Kind::item:
                text += item_text(block, columns, indent);
                break;
            case Block::Kind::code:
                text += "  " + block.text + "\n";
                break;
            case Block::Kind::comment:
                text += "  # " + block.text + "\n";
                break;
        }
    }
    return text;
}
}  // namespace

std::string text_of(const Page& page, std::size_t columns) {
    std::string text = wrapped(fmt::format("{}: {}", page.call, page.summary), columns, 0, 0) + "\n";
    for (const Section& section : page.sections)
        if (!section.blocks.empty() && section.title != "See also") text += "\n" + section_text(section, columns);
    return text;
}

}  // namespace sinew::cli
