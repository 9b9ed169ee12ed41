// SPDX-License-Identifier: Apache-2.0
// A run of `certify` over a data set, section by section.
#pragma once

#include <vector>

#include "report/document.hpp"
#include "report/section.hpp"

namespace sinew::report {

std::string data_set_question(const Json& json);
/// Verdict, curves, classes, pictures, and a table of the rows, cut to the room that there is.
std::vector<Section> data_set_sections(const Json& json, Room room);

/// The rows as a table; `room` shrinks by what it takes. Pictures where an example has both inputs.
std::string examples_table(const Json& json, Room& room);
/// Falsified examples as pictures, large; "" where there are none.
std::string gallery_html(const Json& json, Room& room);

}  // namespace sinew::report
