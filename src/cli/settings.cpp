#include "cli/settings.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "bnn/certify.hpp"
#include "cardinality/options.hpp"
#include "cli/common_options.hpp"
#include "cli/suggest.hpp"
#include "cone/search.hpp"
#include "integer/options.hpp"
#include "linear/feasibility.hpp"
#include "sat/options.hpp"
#include "search/attack.hpp"
#include "search/options.hpp"
#include "train/exact.hpp"
#include "train/gradient.hpp"

namespace sinew::cli {

namespace {
constexpr std::string_view list_word = "help";

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

const EngineOptions& engine_called(std::string_view name) {
    std::vector<std::string> names;
    for (const EngineOptions& engine : engine_options()) {
        if (engine.engine == name) return engine;
        names.emplace_back(engine.engine);
    }
    throw UsageError(
        fmt::format("--set: no engine is called '{}'{}; there are {}", name, did_you_mean(name, names), joined(names)));
}

const OptionInfo& option_called(const EngineOptions& engine, std::string_view name) {
    std::vector<std::string> names;
    for (const OptionInfo& option : engine.options) {
        if (option.name == name) return option;
        names.emplace_back(option.name);
    }
    throw UsageError(fmt::format("--set: {} has no option '{}'{}; --set help lists them", engine.engine, name,
                                 did_you_mean(name, names)));
}

void read_setting(std::string_view text, Settings& settings) {
    const std::size_t equals = text.find('=');
    const std::size_t dot = text.substr(0, equals).find('.');
    if (equals == std::string_view::npos || dot == std::string_view::npos)
        throw UsageError(
            fmt::format("--set wants ENGINE.NAME=VALUE, not '{}'; --set help lists engines and names", text));
    const EngineOptions& engine = engine_called(text.substr(0, dot));
    const OptionInfo& option = option_called(engine, text.substr(dot + 1, equals - dot - 1));
    const std::optional<double> value = parse_double(text.substr(equals + 1));
    if (!value) throw UsageError(fmt::format("--set wants a number as the value, not '{}'", text));
    check_option(engine.engine, option, *value);
    settings.set(engine.engine, option.name, *value);
}

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
            "an expert option of an engine, may be given several times; --set help lists them"};
}

const std::vector<EngineOptions>& engine_options() {
    static const std::vector<EngineOptions> all = {
        describe(sat::option_table()),
        describe(linear::option_table()),
        describe(search::lazy_option_table()),
        describe(search::box_option_table()),
        describe(search::phase_option_table()),
        describe(search::refine_option_table()),
        describe(search::attack_option_table()),
        describe(cardinality::option_table()),
        describe(integer::option_table()),
        describe(bnn::option_table()),
        describe(cone::option_table()),
        describe(train::exact_option_table()),
        describe(train::gradient_option_table()),
    };
    return all;
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
    for (const std::string& text : given_settings(arguments)) read_setting(text, settings);
    return settings;
}

}  // namespace sinew::cli
