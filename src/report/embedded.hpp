// SPDX-License-Identifier: Apache-2.0
// The documents themselves, inside the page.
#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"

namespace sinew::report {

/// A section with <script type="application/json"> elements of at most about `room` bytes together, and what was left
/// out of them.
std::string embedded_html(const std::vector<Document>& documents, std::size_t room);

/// The document without its largest parts, one kind after another until it is at most `room` bytes as it is embedded:
/// what was left out is told by `left_out`. Null where it cannot be made to fit.
Json cut_to(const Json& json, std::size_t room, std::string& left_out);

}  // namespace sinew::report
