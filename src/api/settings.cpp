// SPDX-License-Identifier: Apache-2.0
#include "api/settings.hpp"

#include <string>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/suggest.hpp"
#include "bnn/certify.hpp"
#include "cardinality/options.hpp"
#include "cone/search.hpp"
#include "integer/options.hpp"
#include "linear/feasibility.hpp"
#include "sat/options.hpp"
#include "search/attack.hpp"
#include "search/options.hpp"
#include "train/exact.hpp"
#include "train/gradient.hpp"

namespace sinew {

namespace {
std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

const EngineOptions& engine_called(std::string_view asker, std::string_view name) {
    std::vector<std::string> names;
    for (const EngineOptions& engine : engine_options()) {
        if (engine.engine == name) return engine;
        names.emplace_back(engine.engine);
    }
    throw UsageError(fmt::format("{}: no engine is called '{}'{}; there are {}", asker, name, did_you_mean(name, names),
                                 joined(names)));
}

const OptionInfo& option_called(std::string_view asker, const EngineOptions& engine, std::string_view name) {
    std::vector<std::string> names;
    for (const OptionInfo& option : engine.options) {
        if (option.name == name) return option;
        names.emplace_back(option.name);
    }
    throw UsageError(fmt::format("{}: {} has no option '{}'{}; --set help lists them", asker, engine.engine, name,
                                 did_you_mean(name, names)));
}
}  // namespace

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

void read_setting(std::string_view asker, std::string_view text, Settings& settings) {
    const std::size_t equals = text.find('=');
    const std::size_t dot = text.substr(0, equals).find('.');
    if (equals == std::string_view::npos || dot == std::string_view::npos)
        throw UsageError(
            fmt::format("{} wants ENGINE.NAME=VALUE, not '{}'; --set help lists engines and names", asker, text));
    const EngineOptions& engine = engine_called(asker, text.substr(0, dot));
    const OptionInfo& option = option_called(asker, engine, text.substr(dot + 1, equals - dot - 1));
    const std::optional<double> value = parse_double(text.substr(equals + 1));
    if (!value) throw UsageError(fmt::format("{} wants a number as the value, not '{}'", asker, text));
    check_option(engine.engine, option, *value);
    settings.set(engine.engine, option.name, *value);
}

}  // namespace sinew
