// Options are one table a component: name, field, range, one line of help. Help text, clamping and the documentation
// come from the table; a component receives its struct by value.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "base/error.hpp"

namespace sinew {

/// One row: `field` of `Options`, clamped to [low, high]. The default is what a default-constructed Options holds.
template <class Options>
struct OptionRow {
    std::string_view name;
    std::variant<bool Options::*, std::int64_t Options::*, double Options::*> field;
    double low = 0;
    double high = 1;
    std::string_view help;
};

/// Sets the option `name` from a number, clamped to its row's range. Throws UsageError for a name no row has.
template <class Options>
void set_option(Options& options, std::span<const OptionRow<Options>> table, std::string_view name, double value) {
    for (const OptionRow<Options>& row : table) {
        if (row.name != name) continue;
        const double clamped = value < row.low ? row.low : value > row.high ? row.high : value;
        std::visit(
            [&](auto field) {
                using Value = std::remove_reference_t<decltype(options.*field)>;
                options.*field = static_cast<Value>(clamped);
            },
            row.field);
        return;
    }
    throw UsageError("no option is called " + std::string(name));
}

}  // namespace sinew
