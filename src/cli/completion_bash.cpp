// SPDX-License-Identifier: Apache-2.0
// The completion of bash: a function that looks its tables up by command and option.
#include <fmt/core.h>

#include "base/join.hpp"
#include "cli/completion.hpp"

namespace sinew::cli {

namespace {
constexpr std::string_view bash_functions = R"script(
# Words that begin as what was typed does.
_sinew_words() {
    COMPREPLY+=($(compgen -W "$1" -- "$cur"))
}

# Files with one of these endings, compressed ones too; all files where none ends so.
_sinew_files() {
    local file ending
    local -a found=() folders=()
    compopt -o filenames 2>/dev/null
    while IFS= read -r file; do
        if [[ -d $file ]]; then
            folders+=("$file")
            continue
        fi
        for ending in $1; do
            if [[ ${file%.gz} == *."$ending" ]]; then
                found+=("$file")
                break
            fi
        done
    done < <(compgen -f -- "$cur")
    if [[ ${#found[@]} -gt 0 ]]; then
        COMPREPLY+=("${found[@]}" "${folders[@]}")
    else
        while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
    fi
}

_sinew_folders() {
    local folder
    compopt -o filenames 2>/dev/null
    while IFS= read -r folder; do COMPREPLY+=("$folder"); done < <(compgen -d -- "$cur")
}
)script";

constexpr std::string_view bash_completer = R"script(
_sinew() {
    COMPREPLY=()
    local cur=${COMP_WORDS[COMP_CWORD]} option='' command=${COMP_WORDS[1]}
    # bash takes --option=value for three words.
    if [[ $cur == = ]]; then
        cur=''
        option=${COMP_WORDS[COMP_CWORD - 1]}
    elif [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    elif [[ $COMP_CWORD -gt 1 ]]; then
        option=${COMP_WORDS[COMP_CWORD - 1]}
        _sinew_takes_word "$command" "$option" || option=''
    fi
    if [[ $COMP_CWORD == 1 ]]; then
        _sinew_words "$_sinew_commands --help --version"
    elif [[ $command == help ]]; then
        _sinew_words "$_sinew_commands settings"
    elif [[ $option == -* ]]; then
        _sinew_value "$command" "$option"
    elif [[ $cur == -* ]]; then
        _sinew_words "$(_sinew_options "$command") --help"
    else
        _sinew_arguments "$command"
    fi
}
complete -F _sinew sinew
)script";

std::string bash_value(const Option& option) {
    switch (completes(option)) {
        case Completes::words:
            return fmt::format("_sinew_words '{}'", joined(option.value.words, " "));
        case Completes::files:
            return fmt::format("_sinew_files '{}'", option.value.endings);
        case Completes::folders:
            return "_sinew_folders";
        case Completes::settings:
            return "compopt -o nospace 2>/dev/null; _sinew_words \"help $_sinew_settings\"";
        case Completes::nothing:
            break;
    }
    return "";
}
}  // namespace

std::string bash_completion() {
    std::string commands_list;
    std::string options = "_sinew_options() {\n    case $1 in\n";
    std::string takes =
        "# Whether the option's value is the next word.\n_sinew_takes_word() {\n    case \"$1 $2\" in\n";
    std::string values = "_sinew_value() {\n    case \"$1 $2\" in\n";
    std::string arguments = "_sinew_arguments() {\n    case $1 in\n";
    for (const Command* command : commands()) {
        commands_list += fmt::format("{} ", command->name);
        std::string names;
        std::string with_value;
        for (const OptionGroup& group : options_of(*command))
            for (const Option& option : group.options) {
                names += fmt::format(" --{}", option.name());
                if (!option.letter().empty()) names += fmt::format(" -{}", option.letter());
                const Takes kind = option.value.takes;
                if (kind == Takes::nothing) continue;
                const std::string calls =
                    option.letter().empty()
                        ? fmt::format("\"{} --{}\"", command->name, option.name())
                        : fmt::format("\"{0} --{1}\" | \"{0} -{2}\"", command->name, option.name(), option.letter());
                if (kind != Takes::optional_text) with_value += (with_value.empty() ? "" : " | ") + calls;
                const std::string value = bash_value(option);
                if (!value.empty()) values += fmt::format("    {}) {} ;;\n", calls, value);
            }
        options += fmt::format("    {}) echo '{}' ;;\n", command->name, names.empty() ? "" : names.substr(1));
        if (!with_value.empty()) takes += fmt::format("    {}) return 0 ;;\n", with_value);
        std::string argument;
        if (!command->first_words.empty())
            argument +=
                fmt::format("[[ $COMP_CWORD == 2 ]] && _sinew_words '{}'; ", joined(first_words_of(*command), " "));
        if (!command->file_endings.empty()) argument += fmt::format("_sinew_files '{}'", command->file_endings);
        if (!argument.empty()) arguments += fmt::format("    {}) {} ;;\n", command->name, argument);
    }
    std::string settings;
    for (const SettingName& setting : setting_names()) settings += setting.name + "= ";
    std::string text = "# bash completion of sinew, made by `sinew completion bash`: do not edit.\n\n";
    text += fmt::format("_sinew_commands='{}help version'\n_sinew_settings='{}'\n", commands_list, settings);
    text += bash_functions;
    text += "\n" + options + "    esac\n}\n\n" + takes + "    esac\n    return 1\n}\n\n" + values + "    esac\n}\n\n" +
            arguments + "    esac\n}\n";
    text += bash_completer;
    return text;
}

}  // namespace sinew::cli
