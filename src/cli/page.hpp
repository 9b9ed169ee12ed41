// SPDX-License-Identifier: Apache-2.0
// A page of the manual as data: the help text, the man page and the Markdown page of a command are three ways to write
// the same page, which is made from the command's table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace sinew::cli {

/// A part of a section.
struct Block {
    enum class Kind {
        heading,  ///< of the items below
        paragraph,
        item,     ///< `term`, and what it is
        code,     ///< a line as it is typed
        comment,  ///< what the code below does
    };
    Kind kind = Kind::paragraph;
    std::string text;
    std::string term = {};
};

struct Section {
    enum class Kind { synopsis, description, options, statuses, examples, commands, other };
    Kind kind = Kind::other;
    std::string title;
    std::vector<Block> blocks;
};

struct Page {
    std::string name;     ///< of its file: "sinew", "sinew-verify", "sinew-settings"
    std::string call;     ///< as it is typed: "sinew verify"
    std::string summary;  ///< one line
    std::vector<Section> sections;
    int part = 1;  ///< of the manual: 1 commands, 7 anything else
};

/// The page of the program, of a command, and of the engines' options (--set).
Page program_page();
Page command_page(const Command& command);
Page settings_page();
/// The page that "verify", "settings" or "sinew" asks for. Throws UsageError, with a near name.
Page page_called(const std::string& name);
/// All of them, the program's first.
std::vector<Page> all_pages();

/// For a terminal with so many columns.
std::string text_of(const Page& page, std::size_t columns = 80);
/// A man page: roff with man's macros.
std::string man_of(const Page& page);
/// Links lead to the other pages beside it, and to docs/ above.
std::string markdown_of(const Page& page);
/// "verify.md", "sinew.md": the Markdown page's file.
std::string markdown_file(const Page& page);

/// A piece of prose: what is typed (`between backticks`, --option), a page of docs/, or plain.
struct Span {
    enum class Kind { plain, code, document };
    Kind kind = Kind::plain;
    std::string text;
};
std::vector<Span> spans_of(std::string_view prose);

/// How an option is typed: "-q, --quiet", "--json[=FILE]", "--timeout SECONDS".
std::string term_of(const Option& option);

}  // namespace sinew::cli
