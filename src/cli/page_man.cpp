// SPDX-License-Identifier: Apache-2.0
// A page as roff with man's macros (man-pages(7), groff_man(7)).
#include <algorithm>

#include <fmt/core.h>

#include "cli/page.hpp"

namespace sinew::cli {

namespace {
/// Text as it stands: a hyphen that is typed is not the hyphen of a word, and no line is a request.
std::string roff(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\\')
            escaped += "\\(rs";
        else if (c == '-')
            escaped += "\\-";
        else if (c == '\'')
            escaped += "\\(aq";
        else if (c == '^')
            escaped += "\\(ha";
        else if (c == '~')
            escaped += "\\(ti";
        else if (c == '`')
            escaped += "\\(ga";
        else if (c == '"')
            escaped += "\\(dq";
        else
            escaped += c;
    }
    if (escaped.starts_with('.')) escaped.insert(0, "\\&");
    return escaped;
}

std::string roff_prose(std::string_view prose) {
    std::string text;
    for (const Span& span : spans_of(prose)) {
        // In prose a hyphen may be one; the apostrophe and the rest are as above.
        std::string piece = roff(span.text);
        if (span.kind == Span::Kind::plain)
            for (std::size_t at = 0; (at = piece.find("\\-", at)) != piece.npos; ++at) piece.erase(at, 1);
        text += span.kind == Span::Kind::code ? "\\fB" + piece + "\\fR" : piece;
    }
    if (text.starts_with('.')) text.insert(0, "\\&");
    return text;
}

/// "--timeout SECONDS": what is typed is bold, what stands for something is italic.
std::string roff_term(std::string_view term) {
    std::string text;
    while (!term.empty()) {
        const bool is_typed =
            term[0] == '-' || (term[0] >= 'a' && term[0] <= 'z') || (term[0] >= '0' && term[0] <= '9');
        const std::size_t end = std::min(term.find_first_of(" [", 1), term.size());
        text += (is_typed ? "\\fB" : "\\fI") + roff(term.substr(0, end)) + "\\fR";
        term.remove_prefix(end);
        if (term.starts_with(' ')) {
            text += ' ';
            term.remove_prefix(1);
        }
    }
    return text;
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::string code_lines(const Section& section) {
    std::string text;
    bool is_open = false;
    for (const Block& block : section.blocks) {
        const bool is_code = block.kind == Block::Kind::code;
        if (is_code && !is_open) text += section.kind == Section::Kind::synopsis ? ".nf\n" : ".RS 4\n.nf\n";
        if (!is_code && is_open) text += section.kind == Section::Kind::synopsis ? ".fi\n" : ".fi\n.RE\n";
        if (is_code)
            text += "\\fB" + roff(block.text) + "\\fR\n";
        else
            text += (text.empty() ? "" : ".PP\n") + roff_prose(block.text) + ":\n";
        is_open = is_code;
    }
    if (is_open) text += section.kind == Section::Kind::synopsis ? ".fi\n" : ".fi\n.RE\n";
    return text;
}

std::string man_section(const Section& section) {
    std::string text = ".SH " + roff(upper(section.title)) + "\n";
    if (section.kind == Section::Kind::synopsis || section.kind == Section::Kind::examples)
        return text + code_lines(section);
    bool is_first = true;
    for (const Block& block : section.blocks) {
        if (block.kind == Block::Kind::heading)
            text += ".SS " + roff(upper(block.text.substr(0, 1)) + block.text.substr(1)) + "\n";
        else if (block.kind == Block::Kind::item)
            text += ".TP\n" + roff_term(block.term) + "\n" + roff_prose(block.text) + "\n";
        else
            text += (is_first ? "" : ".PP\n") + roff_prose(block.text) + "\n";
        is_first = false;
    }
    return text;
}
}  // namespace

std::string man_of(const Page& page) {
    std::string text = ".\\\" Made by `sinew manual` from the tables of commands and options: do not edit.\n";
    text += fmt::format(".TH {} {} \"\" \"sinew {}\" \"sinew's manual\"\n.nh\n.ad l\n", roff(upper(page.name)),
                        page.part, SINEW_VERSION);
    text += fmt::format(".SH NAME\n{} \\- {}\n", roff(page.name), roff_prose(page.summary));
    for (const Section& section : page.sections)
        if (!section.blocks.empty()) text += man_section(section);
    return text;
}

}  // namespace sinew::cli
