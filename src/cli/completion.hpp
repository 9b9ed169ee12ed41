// SPDX-License-Identifier: Apache-2.0
// What the shells complete, made from the tables of commands, options and engines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace sinew::cli {

/// Scripts that a shell reads: each completes commands, options, values of options that are one of a few words, names
/// of --set, and files by their endings (all files where none ends so). No shell needs to call sinew for that.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

/// The first part of a help text, where a shell has a line for it: up to a semicolon or parenthesis, at a word's end.
std::string short_help(std::string_view help);

/// What an option's value can be completed by.
enum class Completes { nothing, words, files, folders, settings };
Completes completes(const Option& option);

/// Words between blanks.
std::vector<std::string> split_words(std::string_view text);
/// The words that can be the command's first; COMMAND among them stands for all commands.
std::vector<std::string> first_words_of(const Command& command);
/// "sat.decay" and what it is, of every engine.
struct SettingName {
    std::string name;
    std::string help;
};
std::vector<SettingName> setting_names();

}  // namespace sinew::cli
