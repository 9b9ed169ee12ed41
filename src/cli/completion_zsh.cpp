// SPDX-License-Identifier: Apache-2.0
// The completion of zsh: a function a command, whose options _arguments reads.
#include <fmt/core.h>

#include "base/join.hpp"
#include "cli/completion.hpp"

namespace sinew::cli {

namespace {
/// For a word within single quotes in which _arguments, _describe or _values look for brackets and colons.
std::string zsh_text(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\'') {
            escaped += "'\\''";
            continue;
        }
        if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

/// Files with these endings, compressed ones too; all files where none ends so (_files does that).
std::string zsh_files(std::string_view endings) {
    if (endings.empty()) return "_files";
    return fmt::format("_files -g \"*.({})(|.gz)(-.)\"", joined(split_words(endings), "|"));
}

std::string zsh_action(const Option& option) {
    switch (completes(option)) {
        case Completes::words:
            return fmt::format("({})", joined(option.value.words, " "));
        case Completes::files:
            return zsh_files(option.value.endings);
        case Completes::folders:
            return "_files -/";
        case Completes::settings:
            return "_sinew_settings";
        case Completes::nothing:
            break;
    }
    return " ";
}

std::string zsh_option(const Option& option) {
    const bool is_repeated = option.value.takes == Takes::texts;
    const std::string help = fmt::format("[{}]", zsh_text(short_help(option.help)));
    std::string value;
    if (option.value.takes != Takes::nothing) {
        const bool is_optional = option.value.takes == Takes::optional_text;
        const std::string name(is_optional ? "FILE" : option.value.name);
        value = fmt::format("{}:{}:{}", is_optional ? ":" : "", zsh_text(name), zsh_action(option));
    }
    const char* const equals = option.value.takes == Takes::nothing ? "" : "=";
    if (option.letter().empty())
        return fmt::format("        '{}--{}{}{}{}'", is_repeated ? "*" : "", option.name(), equals, help, value);
    return fmt::format("        '(-{0} --{1})'{{-{0}{2},--{1}{3}}}'{4}{5}'", option.letter(), option.name(),
                       *equals == '\0' ? "" : "+", equals, help, value);
}

constexpr std::string_view zsh_completer = R"script(
_sinew() {
    local state line
    typeset -A opt_args
    _arguments -C \
        '(- *)'{-h,--help}'[the list of commands]' \
        '(- *)'{-V,--version}'[the version]' \
        '1:command:_sinew_commands' \
        '*::argument:->arguments'
    if [[ $state == arguments ]]; then
        (( $+functions[_sinew-command-$line[1]] )) && _sinew-command-$line[1]
    fi
}

if [[ $funcstack[1] == _sinew ]]; then
    _sinew "$@"
else
    compdef _sinew sinew
fi
)script";
}  // namespace

std::string zsh_completion() {
    std::string text = "#compdef sinew\n# zsh completion of sinew, made by `sinew completion zsh`: do not edit.\n\n";
    text += "_sinew_commands() {\n    local -a names=(\n";
    std::string functions;
    for (const Command* command : commands()) {
        text += fmt::format("        '{}:{}'\n", command->name, zsh_text(command->summary));
        functions += fmt::format("\n_sinew-command-{}() {{\n    _arguments -s -S \\\n", command->name);
        for (const OptionGroup& group : options_of(*command))
            for (const Option& option : group.options) functions += zsh_option(option) + " \\\n";
        functions += "        '(- *)'{-h,--help}'[what the command does]' \\\n";
        if (!command->first_words.empty())
            functions += fmt::format("        '1:argument:_alternative \"words:word:({})\"{}' \\\n",
                                     joined(first_words_of(*command), " "),
                                     command->file_endings.empty() ? "" : " \"files:file:_files\"");
        functions += fmt::format("        '*:file:{}'\n}}\n",
                                 command->file_endings.empty() ? " " : zsh_files(command->file_endings));
    }
    text +=
        "        'help:what a command does'\n"
        "        'version:the version of sinew and of what it links'\n"
        "    )\n    _describe command names\n}\n\n";
    text += "_sinew_settings() {\n    local -a names=(\n        'help:the list of all'\n";
    for (const SettingName& setting : setting_names())
        text += fmt::format("        '{}=:{}'\n", setting.name, zsh_text(short_help(setting.help)));
    text += "    )\n    _describe setting names -S ''\n}\n";
    text +=
        "\n_sinew-command-help() {\n"
        "    _arguments '1:command:_alternative \"commands:command:_sinew_commands\" \"pages:page:(settings)\"'\n}\n";
    return text + functions + std::string(zsh_completer);
}

}  // namespace sinew::cli
