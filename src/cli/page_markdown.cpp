// SPDX-License-Identifier: Apache-2.0
// A page as Markdown, for GitHub and mkdocs alike.
#include <fmt/core.h>

#include "cli/page.hpp"

namespace sinew::cli {

namespace {
std::string plain_markdown(std::string_view text) {
    constexpr std::string_view special = "\\*_[]{}#`|";
    std::string escaped;
    for (const char c : text) {
        if (c == '<') {
            escaped += "&lt;";
            continue;
        }
        if (special.find(c) != special.npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string prose_markdown(std::string_view prose) {
    std::string text;
    for (const Span& span : spans_of(prose)) {
        if (span.kind == Span::Kind::code)
            text += "`" + span.text + "`";
        else if (span.kind == Span::Kind::document)
            text += fmt::format("[{}](../{})", span.text, span.text.substr(span.text.find('/') + 1));
        else
            text += plain_markdown(span.text);
    }
    return text;
}

/// "sinew-verify(1), sinew(1)" as links.
std::string links(std::string_view pages) {
    std::string text;
    while (!pages.empty()) {
        const std::string_view page = pages.substr(0, pages.find('('));
        const std::string_view name = page == "sinew" ? page : page.substr(page.find('-') + 1);
        text += fmt::format("{}[{}]({}.md)", text.empty() ? "" : ", ",
                            page == name ? page : "sinew " + std::string(name), name);
        pages.remove_prefix(std::min(pages.find(", "), pages.size()));
        if (!pages.empty()) pages.remove_prefix(2);
    }
    return text;
}

std::string block_markdown(const Block& block, const Section& section) {
    switch (block.kind) {
        case Block::Kind::heading:
            return fmt::format("### {}\n\n", plain_markdown(block.text));
        case Block::Kind::item: {
            const std::string term = "`" + block.term + "`";
            if (section.kind == Section::Kind::commands && block.term != "help" && block.term != "version")
                return fmt::format("- [{}]({}.md): {}\n", term, block.term, prose_markdown(block.text));
            return fmt::format("- {}: {}\n", term, prose_markdown(block.text));
        }
        default:
            return prose_markdown(block.text) + "\n\n";
    }
}

/// What a man page's line behind the dash says, as a paragraph.
std::string as_sentence(std::string text) {
    if (text.empty() || text.starts_with("sinew")) return text;
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    if (text.back() != '.') text += '.';
    return text;
}

std::string code_markdown(const Section& section) {
    std::string text = "```sh\n";
    for (const Block& block : section.blocks)
        text += (block.kind == Block::Kind::comment ? "# " : "") + block.text + "\n";
    return text + "```\n\n";
}
}  // namespace

std::string markdown_file(const Page& page) {
    return page.name.substr(page.name.find('-') + 1) + ".md";
}

std::string markdown_of(const Page& page) {
    std::string text = fmt::format("# {}\n\n{}\n\n", page.call, prose_markdown(as_sentence(page.summary)));
    for (const Section& section : page.sections) {
        if (section.blocks.empty()) continue;
        if (section.kind != Section::Kind::synopsis && section.kind != Section::Kind::description)
            text += fmt::format("## {}\n\n", plain_markdown(section.title));
        if (section.kind == Section::Kind::synopsis || section.kind == Section::Kind::examples) {
            text += code_markdown(section);
            continue;
        }
        if (section.title == "See also") {
            text += links(section.blocks[0].text) + "\n";
            continue;
        }
        bool is_list = false;
        for (const Block& block : section.blocks) {
            if (is_list && block.kind != Block::Kind::item) text += "\n";
            is_list = block.kind == Block::Kind::item;
            text += block_markdown(block, section);
        }
        if (is_list) text += "\n";
    }
    return text;
}

}  // namespace sinew::cli
