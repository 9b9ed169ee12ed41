// From words to Arguments, and from the same option descriptions to help text.
#include <sstream>

#include <boost/version.hpp>
#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/suggest.hpp"

namespace sinew::cli {

namespace {
namespace po = boost::program_options;

/// Options take a value that may be left out only as `--option=value` (Boost.Program_options); people write a blank.
std::vector<std::string> join_optional_file(const Command& command, const std::vector<std::string>& words) {
    std::vector<std::string> joined;
    for (const std::string& word : words) {
        if (!joined.empty() && !command.optional_file_option.empty() && joined.back() == command.optional_file_option &&
            word.ends_with(command.optional_file_suffix))
            joined.back() += "=" + word;
        else
            joined.push_back(word);
    }
    return joined;
}

std::vector<std::string> names_of(const po::options_description& description) {
    std::vector<std::string> names;
    for (const auto& option : description.options()) names.push_back("--" + option->long_name());
    return names;
}
}  // namespace

Arguments parse(const Command& command, const std::vector<std::string>& words) {
    po::options_description described;
    command.describe(described);
    po::options_description all;
    all.add(described);
    all.add_options()("help,h", "")("input-file", po::value<std::vector<std::string>>(), "");
    po::positional_options_description positional;
    positional.add("input-file", -1);

    Arguments arguments;
    try {
        namespace style = po::command_line_style;
        const auto parsed = po::command_line_parser(join_optional_file(command, words))
                                .options(all)
                                .positional(positional)
                                .style(style::unix_style & ~style::allow_guessing)
                                .run();
        po::store(parsed, arguments.options);
        po::notify(arguments.options);
    } catch (const po::unknown_option& error) {
        std::string name = error.get_option_name();
        const std::size_t begin = name.find_first_not_of('-');
        if (begin == 1 && name.size() == 2)
            throw UsageError(fmt::format("{} has no option {}; see sinew help {}", command.name, name, command.name));
        name = "--" + (begin == std::string::npos ? name : name.substr(begin));
        throw UsageError(fmt::format("{} has no option {}{}; see sinew help {}", command.name, name,
                                     did_you_mean(name, names_of(described)), command.name));
    } catch (const po::error& error) {
        throw UsageError(fmt::format("{}; see sinew help {}", error.what(), command.name));
    }
    if (arguments.has("input-file")) arguments.files = arguments.get<std::vector<std::string>>("input-file");
    return arguments;
}

std::string program_help() {
    std::string text =
        "sinew answers questions about neural networks exactly: sat with an exact witness, or unsat.\n\n"
        "usage: sinew COMMAND [OPTION...] FILE...\n\ncommands:\n";
    for (const Command* command : commands()) text += fmt::format("  {:<10} {}\n", command->name, command->summary);
    text +=
        "  help       what a command does: sinew help COMMAND\n"
        "  version    the version of sinew and of what it links\n\n"
        "exit status: 0 answered, 1 usage, 2 bad input, 3 unknown or a limit reached, 4 internal error,\n"
        "5 another verdict than --expect named\n\n"
        "example: sinew verify inputs/dnn/two_by_two.dnn\n";
    return text;
}

std::string command_help(const Command& command) {
    std::string text = fmt::format("sinew {}: {}\n\n", command.name, command.summary);
    std::istringstream forms{std::string(command.synopsis)};
    bool first = true;
    for (std::string form; std::getline(forms, form); first = false)
        text += fmt::format("{} sinew {}\n", first ? "usage:" : "      ", form);
    if (!command.details.empty()) text += fmt::format("\n{}\n", command.details);
    po::options_description options(100);
    command.describe(options);
    std::ostringstream rendered;
    rendered << options;
    text += "\n" + rendered.str();
    if (!command.examples.empty()) {
        text += "\nexamples:\n";
        std::istringstream lines{std::string(command.examples)};
        for (std::string line; std::getline(lines, line);) text += fmt::format("  {}\n", line);
    }
    return text;
}

}  // namespace sinew::cli
