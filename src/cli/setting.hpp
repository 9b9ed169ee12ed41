// --set NAME=VALUE: an expert option of whichever engine answers.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/number_text.hpp"
#include "base/options.hpp"
#include "cli/command.hpp"

namespace sinew::cli {

/// Sets every --set of the command line in `options`. Throws UsageError for other forms, names and values.
template <class Options>
void apply_settings(const Arguments& arguments, Options& options, std::span<const OptionRow<Options>> table) {
    if (!arguments.has("set")) return;
    for (const std::string& setting : arguments.get<std::vector<std::string>>("set")) {
        const std::size_t equals = setting.find('=');
        if (equals == std::string::npos) throw UsageError("--set wants NAME=VALUE, not '" + setting + "'");
        const std::optional<double> value = parse_double(std::string_view(setting).substr(equals + 1));
        if (!value) throw UsageError("--set wants a number as the value, not '" + setting + "'");
        set_option(options, table, setting.substr(0, equals), *value);
    }
}

}  // namespace sinew::cli
