// A subcommand: what it is called, what it accepts, what it does. main.cpp parses and helps from this table alone.
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
    std::string_view details;   ///< paragraphs of the help text
    std::string_view examples;  ///< lines of the help text
    /// Adds the groups of its options.
    void (*describe)(OptionGroups& options);
    /// Runs the command; throws InputError, UsageError, ….
    ExitStatus (*run)(const Arguments& arguments);
    /// Options whose value may be left out and that take a file: `--json out.json` is read as `--json=out.json`
    /// where the next word ends in this suffix.
    std::string_view optional_file_option = {};
    std::string_view optional_file_suffix = {};
};

/// All subcommands, in the order of the help text.
std::span<const Command* const> commands();
const Command* find_command(std::string_view name);

/// Parses the words after the subcommand's name. Throws UsageError, which suggests a near option for one that does not
/// exist.
Arguments parse(const Command& command, const std::vector<std::string>& words);

/// The help text of the program, and of one command.
std::string program_help();
std::string command_help(const Command& command);

}  // namespace sinew::cli
