// SPDX-License-Identifier: Apache-2.0
#include "cli/page.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/core.h>

#include "api/settings.hpp"

namespace sinew::cli {

namespace {
using Kind = Block::Kind;

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::istringstream stream{std::string(text)};
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// Paragraphs are apart by empty lines; how a paragraph is broken into lines says nothing.
std::vector<Block> paragraphs_of(std::string_view text) {
    std::vector<Block> paragraphs;
    bool open = false;
    for (const std::string& line : lines_of(text)) {
        if (!line.empty() && open)
            paragraphs.back().text += " " + line;
        else if (!line.empty())
            paragraphs.push_back({Kind::paragraph, line});
        open = !line.empty();
    }
    return paragraphs;
}

Section synopsis(std::string_view forms) {
    Section section{Section::Kind::synopsis, "Synopsis", {}};
    for (const std::string& form : lines_of(forms)) section.blocks.push_back({Kind::code, "sinew " + form});
    return section;
}

Section examples(std::string_view lines) {
    Section section{Section::Kind::examples, "Examples", {}};
    for (const std::string& line : lines_of(lines)) {
        if (line.starts_with("# "))
            section.blocks.push_back({Kind::comment, line.substr(2)});
        else
            section.blocks.push_back({Kind::code, line});
    }
    return section;
}

/// What every command's statuses say, as docs/results.md has it.
const std::map<int, std::string> common_statuses{
    {0, "answered"},
    {1, "the command line is wrong"},
    {2, "an input is missing or malformed; the message names file and place"},
    {3, "no answer: unknown, a limit of time or memory, Ctrl-C"},
    {4, "a result cannot be written, or an internal error"},
};

/// Lines such as "0 sat or unsat" take the place of the common ones; "3" alone says that there is no such status.
Section statuses(std::string_view own) {
    std::map<int, std::string> all = common_statuses;
    for (const std::string& line : lines_of(own)) {
        if (line.size() > 2)
            all[line[0] - '0'] = line.substr(2);
        else
            all.erase(line[0] - '0');
    }
    Section section{Section::Kind::statuses, "Exit status", {}};
    for (const auto& [status, text] : all) section.blocks.push_back({Kind::item, text, std::to_string(status)});
    return section;
}

Section options_section(const OptionGroups& groups) {
    Section section{Section::Kind::options, "Options", {}};
    for (const OptionGroup& group : groups) {
        section.blocks.push_back({Kind::heading, std::string(group.title)});
        for (const Option& option : group.options)
            section.blocks.push_back({Kind::item, std::string(option.help), term_of(option)});
    }
    return section;
}

Section see_also(std::string text) {
    return {Section::Kind::other, "See also", {{Kind::paragraph, std::move(text)}}};
}
}  // namespace

std::string term_of(const Option& option) {
    std::string term = option.letter().empty() ? "" : fmt::format("-{}, ", option.letter());
    term += fmt::format("--{}", option.name());
    if (option.value.takes == Takes::nothing) return term;
    return term + (option.value.name.starts_with('[') ? "" : " ") + std::string(option.value.name);
}

Page program_page() {
    Page page{"sinew", "sinew", "exact answers to questions about neural networks", {}};
    page.sections.push_back({Section::Kind::synopsis, "Synopsis", {{Kind::code, "sinew COMMAND [OPTION...] FILE..."}}});
    page.sections.push_back(
        {Section::Kind::description, "Description",
         paragraphs_of("sinew answers questions about neural networks exactly: sat with an exact witness, or unsat. It "
                       "verifies networks, certifies their robustness, trains binarized ones and solves constraints "
                       "with neurons. No verdict rests on rounded arithmetic.")});
    Section list{Section::Kind::commands, "Commands", {}};
    for (const Command* command : commands())
        list.blocks.push_back({Kind::item, std::string(command->summary), std::string(command->name)});
    list.blocks.push_back({Kind::item,
                           "what a command does: `sinew help COMMAND`; `sinew help settings` lists the "
                           "expert options of the engines (--set)",
                           "help"});
    list.blocks.push_back({Kind::item, "the version of sinew and of what it links", "version"});
    page.sections.push_back(list);
    page.sections.push_back(statuses("5 another verdict than --expect named"));
    page.sections.push_back(
        examples("# is there an input with which the output is as the file says?\n"
                 "sinew verify inputs/dnn/two_by_two.dnn\n"
                 "# a network of ONNX, a property of VNN-LIB, a minute at most\n"
                 "sinew verify --timeout 60 net.onnx property.vnnlib\n"
                 "# which of these examples keep their class whatever two inputs become?\n"
                 "sinew certify inputs/bnn/strokes.bnn inputs/bnn/strokes.csv --flips 2"));
    std::string others;
    for (const Command* command : commands()) others += fmt::format("sinew-{}(1), ", command->name);
    page.sections.push_back(see_also(others + "sinew-settings(7)"));
    return page;
}

Page command_page(const Command& command) {
    const std::string name(command.name);
    Page page{"sinew-" + name, "sinew " + name, std::string(command.summary), {}};
    page.sections.push_back(synopsis(command.synopsis));
    page.sections.push_back({Section::Kind::description, "Description", paragraphs_of(command.details)});
    const OptionGroups groups = options_of(command);
    if (!groups.empty()) page.sections.push_back(options_section(groups));
    page.sections.push_back(statuses(command.statuses));
    page.sections.push_back(examples(command.examples));
    const bool has_settings = std::ranges::any_of(groups, [](const OptionGroup& group) {
        return std::ranges::any_of(group.options, [](const Option& option) { return option.name() == "set"; });
    });
    page.sections.push_back(see_also(has_settings ? "sinew(1), sinew-settings(7)" : "sinew(1)"));
    return page;
}

Page settings_page() {
    Page page{"sinew-settings", "sinew settings", "expert options of the engines: --set ENGINE.NAME=VALUE", {}, 7};
    page.sections.push_back(
        {Section::Kind::synopsis, "Synopsis", {{Kind::code, "sinew COMMAND --set ENGINE.NAME=VALUE ..."}}});
    page.sections.push_back(
        {Section::Kind::description, "Description",
         paragraphs_of("Every command that searches takes --set, several times. The defaults are what was measured "
                       "best; no setting changes what is true, only how long it takes to find out. An engine that has "
                       "no part in a question leaves its options unread. A switch is 0 or 1.")});
    for (const EngineOptions& engine : engine_options()) {
        Section section{Section::Kind::other, std::string(engine.engine), {}};
        section.blocks.push_back({Kind::paragraph, std::string(engine.what)});
        for (const OptionInfo& option : engine.options)
            section.blocks.push_back(
                {Kind::item, fmt::format("{} (default {:g}; {})", option.help, option.standard, range_text(option)),
                 fmt::format("{}.{}", engine.engine, option.name)});
        page.sections.push_back(section);
    }
    page.sections.push_back(see_also("sinew(1)"));
    return page;
}

Page page_called(const std::string& name) {
    if (name == "sinew") return program_page();
    if (name == "settings") return settings_page();
    if (const Command* const command = find_command(name)) return command_page(*command);
    throw_no_command(name);
}

std::vector<Page> all_pages() {
    std::vector<Page> pages{program_page()};
    for (const Command* command : commands()) pages.push_back(command_page(*command));
    pages.push_back(settings_page());
    return pages;
}

namespace {
bool is_option(std::string_view word) {
    return word.size() > 3 && word.starts_with("--") && word[2] >= 'a' && word[2] <= 'z';
}
bool is_document(std::string_view word) {
    return word.starts_with("docs/");
}

/// Adds plain prose, in which options and pages of docs/ are found word by word.
void add_words(std::string_view prose, std::vector<Span>& spans) {
    const auto plain = [&](std::string_view text) {
        if (text.empty()) return;
        if (spans.empty() || spans.back().kind != Span::Kind::plain) spans.push_back({});
        spans.back().text += text;
    };
    while (!prose.empty()) {
        const std::size_t end = std::min(prose.find_first_of(" \n(", 1), prose.size());
        std::string_view word = prose.substr(0, end);
        prose.remove_prefix(end);
        const std::size_t begin = std::min(word.find_first_not_of(" \n("), word.size());
        plain(word.substr(0, begin));
        word.remove_prefix(begin);
        const std::string_view core = word.substr(0, word.find_last_not_of(",.;:)") + 1);
        if (is_option(core) || is_document(core))
            spans.push_back({is_option(core) ? Span::Kind::code : Span::Kind::document, std::string(core)});
        else
            plain(core);
        plain(word.substr(core.size()));
    }
}
}  // namespace

std::vector<Span> spans_of(std::string_view prose) {
    std::vector<Span> spans;
    while (!prose.empty()) {
        const std::size_t open = prose.find('`');
        const std::size_t close = open == prose.npos ? open : prose.find('`', open + 1);
        if (close == prose.npos) {
            add_words(prose, spans);
            break;
        }
        add_words(prose.substr(0, open), spans);
        spans.push_back({Span::Kind::code, std::string(prose.substr(open + 1, close - open - 1))});
        prose.remove_prefix(close + 1);
    }
    return spans;
}

}  // namespace sinew::cli
