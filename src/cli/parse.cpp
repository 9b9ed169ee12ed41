// SPDX-License-Identifier: Apache-2.0
// From words to Arguments. The only file that includes Boost.Program_options.
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
            if (option.name() == name) return option.value.takes;
    return Takes::nothing;
}

/// Numbers are read here: the parser's own conversion takes -1 for 2^64 - 1.
Given given(const OptionGroups& groups, const std::string& name, const boost::any& value) {
    if (const auto* const texts = boost::any_cast<std::vector<std::string>>(&value)) return *texts;
    const auto* const text = boost::any_cast<std::string>(&value);
    const Takes takes = taken(groups, name);
    if (text == nullptr || takes == Takes::nothing) return {};  // the parser gives an empty text
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
        for (const Option& option : group.options) names.push_back("--" + std::string(option.name()));
    return names;
}
}  // namespace

Arguments parse(const Command& command, const std::vector<std::string>& words) {
    const OptionGroups groups = options_of(command);
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

}  // namespace sinew::cli
