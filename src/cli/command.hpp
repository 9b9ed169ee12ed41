// SPDX-License-Identifier: Apache-2.0
// A subcommand: what it is called, what it accepts, what it does. The parser, the help text, the manual and the shells'
// completions are made from this table alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/exit_status.hpp"
#include "cli/option.hpp"

namespace sinew::cli {

/// What an option was given: by what its row in the table of options says that it takes.
using Given = std::variant<std::monostate, std::string, std::vector<std::string>, std::uint64_t, double>;

/// The parsed command line of one subcommand.
struct Arguments {
    std::map<std::string, Given, std::less<>> options;
    std::vector<std::string> files;
    std::vector<std::string> words;  ///< all of the command line, the program's name first
    std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();

    bool has(std::string_view name) const { return options.contains(name); }
    /// The value of an option that is there and takes such a one.
    template <class Value>
    const Value& get(std::string_view name) const {
        return std::get<Value>(options.find(name)->second);
    }
};

struct Command {
    std::string_view name;
    std::string_view summary;   ///< one line, for the list of commands
    std::string_view synopsis;  ///< one line for each form, without the program's name
    std::string_view details;   ///< paragraphs of the help text, an empty line between two; it is wrapped for them
    std::string_view examples;  ///< lines: a command, or "# " and what the command below is an example of
    /// Adds the groups of its options.
    void (*describe)(OptionGroups& options);
    /// Runs the command; throws InputError, UsageError, ….
    ExitStatus (*run)(const Arguments& arguments);
    /// Options whose value may be left out and that take a file: `--json out.json` is read as `--json=out.json`
    /// where the next word ends in this suffix.
    std::string_view optional_file_option = {};
    std::string_view optional_file_suffix = {};
    /// What its files usually end in ("dnn onnx"), and words that can come first in their place ("compare export").
    std::string_view file_endings = {};
    std::string_view first_words = {};
    /// What its exit statuses say, where that is more than docs/results.md says of all: lines such as "0 sat or
    /// unsat"; "3" alone: it has no such status.
    std::string_view statuses = {};
};

/// All subcommands, in the order of the help text.
std::span<const Command* const> commands();
const Command* find_command(std::string_view name);
/// UsageError: no command has this name; one with a near name may be meant.
[[noreturn]] void throw_no_command(const std::string& name);

/// Parses the words after the subcommand's name. Throws UsageError, which suggests a near option for one that does not
/// exist.
Arguments parse(const Command& command, const std::vector<std::string>& words);

/// Its options as its function describes them.
OptionGroups options_of(const Command& command);

}  // namespace sinew::cli
