// SPDX-License-Identifier: Apache-2.0
// The text form of binarized networks (grammar/bnn.y, docs/bnn.md).
#pragma once

#include <string>
#include <string_view>

#include "model/binarized.hpp"

namespace sinew::read {

/// Throws InputError with line and column for what is not of the grammar, and for shapes that do not fit.
model::BinarizedNetwork read_bnn_text(const std::string& path);

/// The same from the text itself; `name` is for errors.
model::BinarizedNetwork parse_bnn_text(std::string_view text, const std::string& name);

}  // namespace sinew::read
