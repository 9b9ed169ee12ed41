// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "api/settings.hpp"
#include "cli/common_options.hpp"

namespace sinew::cli {

namespace {
constexpr std::string_view list_word = "help";

const std::vector<std::string>& given_settings(const Arguments& arguments) {
    static const std::vector<std::string> none;
    return arguments.has("set") ? arguments.get<std::vector<std::string>>("set") : none;
}

}  // namespace

Option seed_option() {
    return {"seed", takes_text("N"), "seed of the random choices (default 0)"};
}

Option set_option() {
    return {"set", takes_texts("ENGINE.NAME=VALUE"),
            "an expert option of an engine, may be given several times; `--set help` lists them"};
}

bool asks_for_engine_options(const Arguments& arguments) {
    const std::vector<std::string>& given = given_settings(arguments);
    return std::find(given.begin(), given.end(), list_word) != given.end();
}

std::string engine_options_text() {
    std::size_t name_width = 0;
    std::size_t range_width = 0;
    for (const EngineOptions& engine : engine_options())
        for (const OptionInfo& option : engine.options) {
            name_width = std::max(name_width, engine.engine.size() + 1 + option.name.size());
            range_width = std::max(range_width, range_text(option).size());
        }
    std::string text = "--set ENGINE.NAME=VALUE, with default and range:\n";
    for (const EngineOptions& engine : engine_options()) {
        text += fmt::format("\n{}: {}\n", engine.engine, engine.what);
        for (const OptionInfo& option : engine.options)
            text += fmt::format("  {:<{}}  {:<8g}  {:<{}}  {}\n", fmt::format("{}.{}", engine.engine, option.name),
                                name_width, option.standard, range_text(option), range_width, option.help);
    }
    return text;
}

Settings settings_of(const Arguments& arguments) {
    Settings settings = seed_of(arguments);
    for (const std::string& text : given_settings(arguments)) read_setting("--set", text, settings);
    return settings;
}

}  // namespace sinew::cli
