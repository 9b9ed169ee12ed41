// SPDX-License-Identifier: Apache-2.0
// What the variables of a written problem mean, told in its comments.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sinew::model {

struct Legend {
    std::vector<std::string> head;  ///< lines about the whole
    /// A literal (a variable, or its negative) and what it says.
    std::vector<std::pair<std::int32_t, std::string>> literals;
};

}  // namespace sinew::model
