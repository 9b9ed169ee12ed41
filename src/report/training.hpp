// SPDX-License-Identifier: Apache-2.0
// What `train` and `evaluate` tell of a binarized network, section by section.
#pragma once

#include <vector>

#include "report/document.hpp"
#include "report/section.hpp"

namespace sinew::report {

std::string training_question(const Json& json);
std::vector<Section> training_sections(const Json& json);

}  // namespace sinew::report
