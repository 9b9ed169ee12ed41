// SPDX-License-Identifier: Apache-2.0
// --seed N and --set ENGINE.NAME=VALUE: what every command that searches takes.
#pragma once

#include <string>
#include <vector>

#include "base/settings.hpp"
#include "cli/command.hpp"

namespace sinew::cli {

/// --seed and --set, for the group of limits.
Option seed_option();
Option set_option();

/// Whether the list is asked for: --set help.
bool asks_for_engine_options(const Arguments& arguments);
/// That list as text: engine by engine, each option with its default, its range and what it does.
std::string engine_options_text();

/// Throws UsageError for another form, an engine or name that does not exist (with the nearest), and a value out of
/// its range.
Settings settings_of(const Arguments& arguments);

}  // namespace sinew::cli
