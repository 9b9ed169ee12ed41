// SPDX-License-Identifier: Apache-2.0
// The completion of fish: a line for each option.
#include <fmt/core.h>

#include "base/join.hpp"
#include "cli/completion.hpp"

namespace sinew::cli {

namespace {
std::string fish_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

std::string fish_files(std::string_view endings) {
    return fmt::format("(__sinew_files {})", endings);
}

std::string fish_value(const Option& option) {
    switch (completes(option)) {
        case Completes::words:
            return fmt::format(" -x -a {}", fish_quoted(joined(option.value.words, " ")));
        case Completes::files:
            return option.value.endings.empty() ? " -r -F" : " -x -a " + fish_quoted(fish_files(option.value.endings));
        case Completes::folders:
            return " -x -a '(__fish_complete_directories)'";
        case Completes::settings:
            return " -x -a '(__sinew_settings)'";
        case Completes::nothing:
            break;
    }
    return " -x";
}

constexpr std::string_view fish_functions = R"script(
# Whether the command line is of this command; without one, whether there is no command yet.
function __sinew_is
    set -l words (commandline -opc)
    if test (count $argv) -eq 0
        test (count $words) -eq 1
    else
        test (count $words) -ge 2; and test $words[2] = $argv[1]
    end
end

# Whether the word is the first one behind the command.
function __sinew_is_first
    __sinew_is $argv[1]; and test (count (commandline -opc)) -eq 2
end

# Files with one of these endings, compressed ones too, and folders; all files where none ends so.
function __sinew_files
    set -l word (string replace -r '^--?[^=]*=' '' -- (commandline -ct))
    set -l all (__fish_complete_path $word)
    set -l names (string replace -r '\t.*' '' -- $all)
    set -l kept (string match -r '.*\.(?:'(string join '|' $argv)')(?:\.gz)?$' -- $names)
    if test (count $kept) -eq 0
        printf '%s\n' $names
    else
        printf '%s\n' $kept (string match -r '.*/$' -- $names)
    end
end
)script";
}  // namespace

std::string fish_completion() {
    std::string text = "# fish completion of sinew, made by `sinew completion fish`: do not edit.\n";
    text += fish_functions;
    text += "\nfunction __sinew_settings\n    printf '%s\\n' 'help\tthe list of all'";
    std::string_view separator = " \\\n        ";
    for (const SettingName& setting : setting_names())
        text += fmt::format("{}{}", separator, fish_quoted(setting.name + "=\t" + short_help(setting.help)));
    text += "\nend\n\ncomplete -c sinew -f\n";
    text += "complete -c sinew -n __sinew_is -s h -l help -d 'the list of commands'\n";
    text += "complete -c sinew -n __sinew_is -s V -l version -d 'the version'\n";
    const auto command_line = [&](std::string_view condition, std::string_view name, std::string_view summary) {
        text += fmt::format("complete -c sinew -n {} -a {} -d {}\n", condition, name, fish_quoted(summary));
    };
    for (const Command* command : commands()) command_line("__sinew_is", command->name, command->summary);
    command_line("__sinew_is", "help", "what a command does");
    command_line("__sinew_is", "version", "the version of sinew and of what it links");
    for (const Command* command : commands()) command_line("'__sinew_is_first help'", command->name, command->summary);
    command_line("'__sinew_is_first help'", "settings", "expert options of the engines");
    for (const Command* command : commands()) {
        text += "\n";
        const std::string line = fmt::format("complete -c sinew -n '__sinew_is {}'", command->name);
        for (const OptionGroup& group : options_of(*command))
            for (const Option& option : group.options) {
                const std::string letter = option.letter().empty() ? "" : fmt::format(" -s {}", option.letter());
                std::string value;
                if (option.value.takes == Takes::optional_text)  // fish completes it behind the sign alone
                    value = " -a " + fish_quoted(fish_files("json"));
                else if (option.value.takes != Takes::nothing)
                    value = fish_value(option);
                text += fmt::format("{}{} -l {}{} -d {}\n", line, letter, option.name(), value,
                                    fish_quoted(short_help(option.help)));
            }
        text += line + " -s h -l help -d 'what the command does'\n";
        if (!command->first_words.empty())
            text += fmt::format("complete -c sinew -n '__sinew_is_first {}' -a {}\n", command->name,
                                fish_quoted(joined(first_words_of(*command), " ")));
        if (!command->file_endings.empty())
            text += fmt::format("{} -a {}\n", line, fish_quoted(fish_files(command->file_endings)));
    }
    return text;
}

}  // namespace sinew::cli
