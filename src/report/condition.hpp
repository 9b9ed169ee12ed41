// SPDX-License-Identifier: Apache-2.0
// A condition in the words of the `dnn` format as nested lists that a person reads.
#pragma once

#include <string>
#include <string_view>

namespace sinew::report {

/// "(and (x0 < 1) (or (y0 > y1) (y0 > y2)))" as lists "all of", "at least one of"; a text that is no such condition as
/// it stands. HTML.
std::string condition_html(std::string_view text);

}  // namespace sinew::report
