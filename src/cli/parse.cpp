// From words to Arguments, and from the same option rows to help text. The only file that includes
// Boost.Program_options.
#include <sstream>

#include <boost/program_options.hpp>
#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/suggest.hpp"
#include "cli/command.hpp"

namespace sinew::cli {

namespace {
namespace po = boost::program_options;

/// The parser's description of what an option takes; null for nothing.
const po::value_semantic* semantic(const OptionValue& value) {
    const std::string name(value.name);
    switch (value.takes) {
        case Takes::nothing:
            return nullptr;
        case Takes::text:
        case Takes::count:
        case Takes::number:
            return po::value<std::string>()->value_name(name);
        case Takes::texts:
            return po::value<std::vector<std::string>>()->composing()->value_name(name);
        case Takes::optional_text:
            return po::value<std::string>()->implicit_value("-", "")->value_name(name);
    }
    return nullptr;
}

OptionGroups groups_of(const Command& command) {
    OptionGroups groups;
    command.describe(groups);
    return groups;
}

void add(po::options_description& described, const OptionGroups& groups) {
    for (const OptionGroup& group : groups) {
        po::options_description part{std::string(group.title)};
        for (const Option& option : group.options) {
            const std::string names(option.names);
            const std::string help(option.help);
            if (const po::value_semantic* const value = semantic(option.value))
                part.add_options()(names.c_str(), value, help.c_str());
            else
                part.add_options()(names.c_str(), help.c_str());
        }
        described.add(part);
    }
}

/// What an option takes; nothing for those that have no row.
Takes taken(const OptionGroups& groups, std::string_view name) {
    for (const OptionGroup& group : groups)
        for (const Option& option : group.options)
            if (option.names.substr(0, option.names.find(',')) == name) return option.value.takes;
    return Takes::nothing;
}

/// Numbers are read here: the parser's own conversion takes -1 for 2^64 - 1.
Given given(const OptionGroups& groups, const std::string& name, const boost::any& value) {
    if (const auto* const texts = boost::any_cast<std::vector<std::string>>(&value)) return *texts;
    const auto* const text = boost::any_cast<std::string>(&value);
    if (text == nullptr) return {};
    const Takes takes = taken(groups, name);
    if (takes == Takes::count) {
        if (const auto count = parse_count(*text)) return *count;
        throw UsageError(fmt::format("--{} cannot be '{}' (expected a whole number)", name, *text));
    }
    if (takes == Takes::number) {
        if (const auto number = parse_double(*text)) return *number;
        throw UsageError(fmt::format("--{} cannot be '{}' (expected a number)", name, *text));
    }
    return *text;
}

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

std::vector<std::string> names_of(const OptionGroups& groups) {
    std::vector<std::string> names;
    for (const OptionGroup& group : groups)
        for (const Option& option : group.options)
            names.push_back("--" + std::string(option.names.substr(0, option.names.find(','))));
    return names;
}
}  // namespace

Arguments parse(const Command& command, const std::vector<std::string>& words) {
    const OptionGroups groups = groups_of(command);
    po::options_description all;
    add(all, groups);
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
        po::variables_map values;
        po::store(parsed, values);
        po::notify(values);
        for (const auto& [name, value] : values) arguments.options.emplace(name, given(groups, name, value.value()));
    } catch (const po::unknown_option& error) {
        std::string name = error.get_option_name();
        const std::size_t begin = name.find_first_not_of('-');
        if (begin == 1 && name.size() == 2)
            throw UsageError(fmt::format("{} has no option {}; see sinew help {}", command.name, name, command.name));
        name = "--" + (begin == std::string::npos ? name : name.substr(begin));
        throw UsageError(fmt::format("{} has no option {}{}; see sinew help {}", command.name, name,
                                     did_you_mean(name, names_of(groups)), command.name));
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
        "exit status: 0 answered, 1 usage, 2 bad input, 3 unknown or a limit reached, 4 a result that cannot be\n"
        "written or an internal error, 5 another verdict than --expect named\n\n"
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
    add(options, groups_of(command));
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
