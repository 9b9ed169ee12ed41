// SPDX-License-Identifier: Apache-2.0
// What options a command takes, as data: the parser, the help text, the manual and the shells' completions read the
// same rows.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinew::cli {

/// What follows an option's name on the command line.
enum class Takes { nothing, text, texts, optional_text, count, number };

struct OptionValue {
    Takes takes = Takes::nothing;
    std::string_view name = {};  ///< how the help text calls it; FILE and FOLDER are completed as such
    /// The words that it may be, where these are few, or that it may begin with: shells complete them.
    std::vector<std::string> words = {};
    /// Usual endings of the file that it names, with blanks between: "cnf opb".
    std::string_view endings = {};

    OptionValue among(std::vector<std::string> its_words) const {
        OptionValue value = *this;
        value.words = std::move(its_words);
        return value;
    }
    OptionValue ending_in(std::string_view its_endings) const {
        OptionValue value = *this;
        value.endings = its_endings;
        return value;
    }
};
inline OptionValue takes_text(std::string_view name) {
    return {Takes::text, name};
}
/// The option may be given several times.
inline OptionValue takes_texts(std::string_view name) {
    return {Takes::texts, name};
}
/// Left out, it is "-".
inline OptionValue takes_optional_text(std::string_view name) {
    return {Takes::optional_text, name};
}
/// A whole number of 64 bits, not negative.
inline OptionValue takes_count(std::string_view name) {
    return {Takes::count, name};
}
inline OptionValue takes_number(std::string_view name) {
    return {Takes::number, name};
}

struct Option {
    Option(std::string_view its_names, std::string_view its_help) : names(its_names), help(its_help) {}
    Option(std::string_view its_names, OptionValue its_value, std::string_view its_help)
        : names(its_names), value(std::move(its_value)), help(its_help) {}

    std::string_view names;  ///< "quiet" or, with a letter, "quiet,q"
    OptionValue value;
    std::string_view help;

    /// "quiet"
    std::string_view name() const { return names.substr(0, names.find(',')); }
    /// "q", or nothing.
    std::string_view letter() const {
        return names.size() > name().size() ? names.substr(name().size() + 1) : std::string_view();
    }
};

struct OptionGroup {
    explicit OptionGroup(std::string_view its_title) : title(its_title) {}

    std::string_view title;
    std::vector<Option> options;
};

/// All options of a command, in the order of the help text.
using OptionGroups = std::vector<OptionGroup>;

}  // namespace sinew::cli
