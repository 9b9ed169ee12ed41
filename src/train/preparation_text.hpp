// SPDX-License-Identifier: Apache-2.0
// A preparation as one line of JSON: how networks carry it in their files (docs/training.md has the keys).
#pragma once

#include <string>
#include <string_view>

#include "train/preparation.hpp"

namespace sinew::train {

std::string preparation_text(const Preparation& preparation);

/// Throws InputError, naming `file`, for text that is no preparation.
Preparation parse_preparation(std::string_view text, const std::string& file);

}  // namespace sinew::train
