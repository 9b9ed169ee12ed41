// SPDX-License-Identifier: Apache-2.0
// Options are one table a component: name, field, range, one line of help. The help text, the check of values and the
// documentation come from the table; a component receives its struct by value, made by Settings (base/settings.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace sinew {

/// One row: `field` of `Options`, in [low, high]. The default is what a default-constructed Options holds.
template <class Options>
struct OptionRow {
    std::string_view name;
    std::variant<bool Options::*, std::int64_t Options::*, std::uint64_t Options::*, double Options::*> field;
    double low = 0;
    double high = 1;
    std::string_view help;
};

/// The options of one component. `engine` is what comes before the dot where an option is set from outside.
template <class Options>
struct OptionTable {
    std::string_view engine;
    std::string_view what;  ///< what the component does, in one line
    std::span<const OptionRow<Options>> rows;
};

/// A row whatever the struct.
struct OptionInfo {
    std::string_view name;
    double standard = 0;  ///< the default
    double low = 0;
    double high = 1;
    bool is_whole = false;  ///< whole numbers only
    std::string_view help;
};

/// A table whatever the struct.
struct EngineOptions {
    std::string_view engine;
    std::string_view what;
    std::vector<OptionInfo> options;
};

/// "0 to 1000000, whole", for messages and lists.
std::string range_text(const OptionInfo& option);
/// Throws UsageError, with the range, unless the option can have this value.
void check_option(std::string_view engine, const OptionInfo& option, double value);

template <class Options>
OptionInfo info_of(const OptionRow<Options>& row) {
    static const Options defaults;
    OptionInfo info{row.name, 0, row.low, row.high, false, row.help};
    std::visit(
        [&](auto field) {
            using Value = std::remove_cvref_t<decltype(defaults.*field)>;
            info.standard = static_cast<double>(defaults.*field);
            info.is_whole = !std::is_floating_point_v<Value>;
        },
        row.field);
    return info;
}

template <class Options>
EngineOptions describe(const OptionTable<Options>& table) {
    EngineOptions described{table.engine, table.what, {}};
    for (const OptionRow<Options>& row : table.rows) described.options.push_back(info_of(row));
    return described;
}

/// Sets the row's field. Throws UsageError for a value out of its range.
template <class Options>
void set_option(Options& options, std::string_view engine, const OptionRow<Options>& row, double value) {
    check_option(engine, info_of(row), value);
    std::visit(
        [&](auto field) {
            using Value = std::remove_reference_t<decltype(options.*field)>;
            options.*field = static_cast<Value>(value);
        },
        row.field);
}

}  // namespace sinew
