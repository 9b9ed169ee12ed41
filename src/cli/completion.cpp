// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"

#include <sstream>

#include <fmt/core.h>

#include "api/settings.hpp"

namespace sinew::cli {

std::string short_help(std::string_view help) {
    constexpr std::size_t longest = 72;
    std::string_view text = help.substr(0, std::min(help.find("; "), help.find(" (")));
    if (text.size() > longest) {
        text = text.substr(0, longest);
        text = text.substr(0, text.rfind(' '));
    }
    while (!text.empty() && (text.back() == ',' || text.back() == ':' || text.back() == '.')) text.remove_suffix(1);
    return std::string(text);
}

Completes completes(const Option& option) {
    const OptionValue& value = option.value;
    if (value.takes == Takes::nothing || value.takes == Takes::count || value.takes == Takes::number)
        return Completes::nothing;
    if (option.name() == "set") return Completes::settings;
    if (!value.words.empty()) return Completes::words;
    if (value.name == "FOLDER") return Completes::folders;
    const bool is_file = !value.endings.empty() || value.name == "FILE" || value.name == "[=FILE]";
    return is_file ? Completes::files : Completes::nothing;
}

std::vector<std::string> split_words(std::string_view text) {
    std::istringstream stream{std::string(text)};
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

std::vector<std::string> first_words_of(const Command& command) {
    std::vector<std::string> words;
    for (const std::string& word : split_words(command.first_words)) {
        if (word != "COMMAND")
            words.push_back(word);
        else
            for (const Command* other : commands()) words.emplace_back(other->name);
    }
    return words;
}

std::vector<SettingName> setting_names() {
    std::vector<SettingName> names;
    for (const EngineOptions& engine : engine_options())
        for (const OptionInfo& option : engine.options)
            names.push_back({fmt::format("{}.{}", engine.engine, option.name), std::string(option.help)});
    return names;
}

}  // namespace sinew::cli
