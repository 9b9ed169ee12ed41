// SPDX-License-Identifier: Apache-2.0
// The manual and the completions say what the tables of commands and options say.
#include "cli/page.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "api/settings.hpp"
#include "base/error.hpp"
#include "cli/completion.hpp"

namespace sinew::cli {
namespace {

using Words = std::vector<std::string>;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The words of a line as a shell splits it, up to what it does with the command's output.
Words shell_words(const std::string& line) {
    Words words;
    std::string word;
    bool is_quoted = false;
    for (const char c : line + " ") {
        if (c == '\'') {
            is_quoted = !is_quoted;
        } else if (c == ' ' && !is_quoted) {
            if (word == "|" || word == ">") return words;
            if (!word.empty()) words.push_back(word);
            word.clear();
        } else {
            word += c;
        }
    }
    return words;
}

/// roff's "\-" is a hyphen.
std::string without_backslashes(std::string text) {
    std::erase(text, '\\');
    return text;
}

TEST(Page, has_every_option_with_its_help) {
    for (const Command* command : commands()) {
        const Page page = command_page(*command);
        const std::string text = text_of(page, 100000);
        const std::string man = without_backslashes(man_of(page));
        const std::string markdown = markdown_of(page);
        for (const OptionGroup& group : options_of(*command)) {
            EXPECT_TRUE(contains(text, "\n" + std::string(group.title) + ":\n")) << command->name;
            for (const Option& option : group.options) {
                const std::string name = "--" + std::string(option.name());
                const std::string term = "  " + term_of(option);  // a long one has a line of its own
                EXPECT_TRUE(contains(text, term + " ") || contains(text, term + "\n")) << command->name << name;
                EXPECT_TRUE(contains(text, "  " + std::string(option.help) + "\n")) << command->name << name;
                EXPECT_TRUE(contains(man, "fB" + name + "fR")) << command->name << name;
                EXPECT_TRUE(contains(markdown, "- `" + term_of(option) + "`: ")) << command->name << name;
            }
        }
    }
}

TEST(Page, has_forms_statuses_and_examples) {
    for (const Command* command : commands()) {
        const std::string text = text_of(command_page(*command));
        EXPECT_TRUE(contains(text, "\nusage: sinew " + std::string(command->name) + " ")) << text;
        for (const char* status : {"\n  0  ", "\n  1  ", "\n  4  "})
            EXPECT_TRUE(contains(text, status)) << command->name << status;
        EXPECT_TRUE(contains(text, "\nexamples:\n  ")) << command->name;
        EXPECT_FALSE(command->details.empty()) << command->name;
    }
}

TEST(Page, fits_the_terminal) {
    for (const Page& page : all_pages())
        for (const std::size_t columns : {std::size_t{60}, std::size_t{80}}) {
            std::istringstream lines(text_of(page, columns));
            bool in_examples = false;
            for (std::string line; std::getline(lines, line);) {
                if (!line.starts_with(' ')) in_examples = line == "examples:";
                EXPECT_TRUE(in_examples || line.size() <= columns + 20) << line;  // bytes, and long words
                EXPECT_FALSE(line.ends_with(' ')) << line;
            }
        }
}

TEST(Page, examples_are_command_lines) {
    std::size_t count = 0;
    for (const Page& page : all_pages())
        for (const Section& section : page.sections) {
            if (section.kind != Section::Kind::examples) continue;
            for (const Block& block : section.blocks) {
                if (block.kind != Block::Kind::code || !block.text.starts_with("sinew ")) continue;
                const Words words = shell_words(block.text);
                const Command* const command = find_command(words[1]);
                ASSERT_NE(command, nullptr) << block.text;
                EXPECT_NO_THROW(parse(*command, Words(words.begin() + 2, words.end()))) << block.text;
                ++count;
            }
        }
    EXPECT_GT(count, 30U);
}

TEST(Page, settings_are_those_of_the_engines) {
    const std::string markdown = markdown_of(settings_page());
    const std::string man = without_backslashes(man_of(settings_page()));
    for (const EngineOptions& engine : engine_options())
        for (const OptionInfo& option : engine.options) {
            const std::string name = std::string(engine.engine) + "." + std::string(option.name);
            EXPECT_TRUE(contains(markdown, "- `" + name + "`: ")) << name;
            EXPECT_TRUE(contains(man, "fB" + name + "fR")) << name;
        }
}

TEST(Page, is_called_by_its_command) {
    EXPECT_EQ(page_called("verify").name, "sinew-verify");
    EXPECT_EQ(page_called("settings").part, 7);
    EXPECT_THROW(page_called("verfy"), UsageError);
    EXPECT_EQ(all_pages().size(), commands().size() + 2);
    EXPECT_EQ(markdown_file(page_called("sinew")), "sinew.md");
    EXPECT_EQ(markdown_file(page_called("verify")), "verify.md");
}

TEST(Page, prose_has_what_is_typed_and_pages_of_docs) {
    using Kind = Span::Kind;
    const std::vector<Span> spans = spans_of("unless `s SAT` (--json, docs/json.md) - or -- it is --end-to-end.");
    const std::vector<std::pair<Kind, std::string>> expected{{Kind::plain, "unless "},
                                                             {Kind::code, "s SAT"},
                                                             {Kind::plain, " ("},
                                                             {Kind::code, "--json"},
                                                             {Kind::plain, ", "},
                                                             {Kind::document, "docs/json.md"},
                                                             {Kind::plain, ") - or -- it is "},
                                                             {Kind::code, "--end-to-end"},
                                                             {Kind::plain, "."}};
    ASSERT_EQ(spans.size(), expected.size());
    for (std::size_t i = 0; i < spans.size(); ++i) {
        EXPECT_EQ(spans[i].kind, expected[i].first) << i;
        EXPECT_EQ(spans[i].text, expected[i].second) << i;
    }
    EXPECT_EQ(spans_of("an open ` is one").at(0).text, "an open ` is one");
    EXPECT_TRUE(spans_of("").empty());
}

TEST(Page, markdown_and_roff_are_escaped) {
    Page page{"sinew-x", "sinew x", "a < b, a*b, [c] and |d|", {}};
    page.sections.push_back({Section::Kind::description, "Description", {{Block::Kind::paragraph, ".hidden 'x' \\n"}}});
    const std::string markdown = markdown_of(page);
    EXPECT_TRUE(contains(markdown, "A &lt; b, a\\*b, \\[c\\] and \\|d\\|.")) << markdown;
    EXPECT_TRUE(contains(man_of(page), "\n\\&.hidden \\(aqx\\(aq \\(rsn\n")) << man_of(page);
}

TEST(Completion, has_every_command_option_word_and_setting) {
    for (const std::string& script : {bash_completion(), zsh_completion(), fish_completion()}) {
        for (const Command* command : commands()) {
            EXPECT_TRUE(contains(script, std::string(command->name)));
            for (const OptionGroup& group : options_of(*command))
                for (const Option& option : group.options) {
                    const std::string name(option.name());
                    EXPECT_TRUE(contains(script, "--" + name) || contains(script, "-l " + name + " ")) << name;
                    for (const std::string& word : option.value.words) EXPECT_TRUE(contains(script, word)) << word;
                }
        }
        for (const SettingName& setting : setting_names()) EXPECT_TRUE(contains(script, setting.name + "="));
    }
    EXPECT_GT(setting_names().size(), 30U);
}

TEST(Completion, help_in_a_line) {
    EXPECT_EQ(short_help("stop after this time (20, 0.5, 2m); the answer is then timeout"), "stop after this time");
    EXPECT_EQ(short_help("automatic (default); lazy: clause learning"), "automatic");
    EXPECT_EQ(short_help(""), "");
    EXPECT_LE(short_help(std::string(40, 'a') + " " + std::string(40, 'b')).size(), 72U);
}

}  // namespace
}  // namespace sinew::cli
