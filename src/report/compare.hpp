// SPDX-License-Identifier: Apache-2.0
// Several documents side by side.
#pragma once

#include <vector>

#include "report/document.hpp"
#include "report/section.hpp"

namespace sinew::report {

std::string comparison_question(const std::vector<Document>& documents);
/// A table of all of them; certify runs as curves in one picture, runs of one network at several epsilons as one curve.
/// Of the first `told` there is more on the page, at #d1, #d2, …
std::vector<Section> comparison_sections(const std::vector<Document>& documents, std::size_t told);

}  // namespace sinew::report
