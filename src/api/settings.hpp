// SPDX-License-Identifier: Apache-2.0
// The options of all engines, and a setting of one of them as a person writes it.
#pragma once

#include <string_view>
#include <vector>

#include "base/settings.hpp"

namespace sinew {

/// One table an engine.
const std::vector<EngineOptions>& engine_options();

/// "ENGINE.NAME=VALUE" into `settings`. UsageError, which begins with `asker` (who was given the text: "--set"), for an
/// engine or a name that does not exist and a value out of its range.
void read_setting(std::string_view asker, std::string_view text, Settings& settings);

}  // namespace sinew
