// What options a command takes, as data: the parser and the help text read the same rows.
#pragma once

#include <string_view>
#include <vector>

namespace sinew::cli {

/// What follows an option's name on the command line.
enum class Takes { nothing, text, texts, optional_text, count, number };

struct OptionValue {
    Takes takes = Takes::nothing;
    std::string_view name = {};  ///< how the help text calls it
};
constexpr OptionValue takes_text(std::string_view name) {
    return {Takes::text, name};
}
/// The option may be given several times.
constexpr OptionValue takes_texts(std::string_view name) {
    return {Takes::texts, name};
}
/// Left out, it is "-".
constexpr OptionValue takes_optional_text(std::string_view name) {
    return {Takes::optional_text, name};
}
/// A whole number of 64 bits, not negative.
constexpr OptionValue takes_count(std::string_view name) {
    return {Takes::count, name};
}
constexpr OptionValue takes_number(std::string_view name) {
    return {Takes::number, name};
}

struct Option {
    Option(std::string_view its_names, std::string_view its_help) : names(its_names), help(its_help) {}
    Option(std::string_view its_names, OptionValue its_value, std::string_view its_help)
        : names(its_names), value(its_value), help(its_help) {}

    std::string_view names;  ///< "quiet" or, with a letter, "quiet,q"
    OptionValue value;
    std::string_view help;
};

struct OptionGroup {
    explicit OptionGroup(std::string_view its_title) : title(its_title) {}

    std::string_view title;
    std::vector<Option> options;
};

/// All options of a command, in the order of the help text.
using OptionGroups = std::vector<OptionGroup>;

}  // namespace sinew::cli
