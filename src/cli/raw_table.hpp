// SPDX-License-Identifier: Apache-2.0
// Tables of raw rows, read as a preparation or the command line says.
#pragma once

#include <string>
#include <string_view>

#include "model/text_table.hpp"
#include "train/preparation.hpp"

namespace sinew::cli {

/// A table whose columns the preparation knows: with a header, or without one where training had none.
model::TextTable parse_raw_table(std::string_view content, const std::string& file,
                                 const train::Preparation& preparation);
model::TextTable read_raw_table(const std::string& file, const train::Preparation& preparation);

}  // namespace sinew::cli
