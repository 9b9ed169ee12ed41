// SPDX-License-Identifier: Apache-2.0
// One self-contained page from the commands' JSON documents: style, pictures and data are inside, nothing is loaded.
#pragma once

#include <string>
#include <vector>

#include "report/document.hpp"

namespace sinew::report {

/// The text of an HTML file, smaller than a megabyte whatever the documents hold: tables and the embedded JSON are cut
/// to what fits, and the page says so. `documents` has at least one; several are compared, and told one after another.
std::string page(const std::vector<Document>& documents);

}  // namespace sinew::report
