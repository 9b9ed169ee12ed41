// SPDX-License-Identifier: Apache-2.0
// Where an answer comes from, and how to get it again.
#pragma once

#include "report/document.hpp"
#include "report/section.hpp"

namespace sinew::report {

/// Version, command, machine, limits, digests; a sentence where the document tells none.
Section provenance_section(const Json& json);

/// Commands to copy.
Section reproduce_section(const Document& document);

}  // namespace sinew::report
