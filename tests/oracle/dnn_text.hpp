// SPDX-License-Identifier: Apache-2.0
// A query as `dnn` text, written for the tests alone in many spellings: what a disagreement is saved as, and what the
// reader is tested with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "oracle/sketch.hpp"

namespace sinew::oracle {

/// The text; absent where the format has no words for the query (max-pooling, free Booleans, no component at all).
/// `spelling` chooses between infix and prefix, decimals and fractions, and the like; 0 is plain.
std::optional<std::string> dnn_text(const Sketch& sketch, std::uint64_t spelling);

}  // namespace sinew::oracle
