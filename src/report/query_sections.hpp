// SPDX-License-Identifier: Apache-2.0
// A question about a query (verify, optimize, solve) and its answer, section by section.
#pragma once

#include "report/document.hpp"
#include "report/section.hpp"

namespace sinew::report {

/// The question in one sentence, for the page's heading.
std::string query_question(const Json& json);
/// What was asked: conditions, bounds of the inputs, objective.
Section asked_section(const Json& json);
/// The verdict with what it means, figures, and what it rests on.
Section query_verdict(const Json& json);
/// Values, margins, pictures; nothing without a witness.
Section witness_section(const Json& json);
/// Its layers, and how many of their neurons are fixed; nothing where the document tells none.
Section network_section(const Json& json);
/// What the search did: bounds over time, engines, statistics.
Section search_section(const Json& json);

}  // namespace sinew::report
