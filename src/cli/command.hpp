// A subcommand: what it is called, what it accepts, what it does. main.cpp parses and helps from this table alone.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/program_options.hpp>

#include "cli/exit_status.hpp"

namespace sinew::cli {

/// The parsed command line of one subcommand.
struct Arguments {
    boost::program_options::variables_map options;
    std::vector<std::string> files;

    bool has(const char* name) const { return options.count(name) != 0; }
    template <class Value>
    const Value& get(const char* name) const {
        return options[name].as<Value>();
    }
};

struct Command {
    std::string_view name;
    std::string_view summary;   ///< one line, for the list of commands
    std::string_view synopsis;  ///< one line for each form, without the program's name
    std::string_view details;   ///< paragraphs of the help text
    std::string_view examples;  ///< lines of the help text
    /// Adds the options, each with a description, grouped by nested option descriptions.
    void (*describe)(boost::program_options::options_description& options);
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
