// SPDX-License-Identifier: Apache-2.0
// `verify` over several questions: one table of verdicts.
#pragma once

#include <vector>

#include "report/document.hpp"
#include "report/section.hpp"

namespace sinew::report {

/// Whether the document answers several questions.
bool has_questions(const Json& json);
std::string questions_question(const Json& json);
std::vector<Section> questions_sections(const Json& json, Room room);

}  // namespace sinew::report
