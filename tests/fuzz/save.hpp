// SPDX-License-Identifier: Apache-2.0
// A shrunk disagreement as a file that can become a regression test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "oracle/compare.hpp"

namespace sinew::fuzz {

/// Writes `sketch` into `folder` (made if missing) as `dnn` text, or as Z3's SMT-LIB where dnn has no words for it,
/// with the expected verdict and the findings in comments. Returns the path.
std::filesystem::path save(const oracle::Sketch& sketch, const oracle::ComparedAnswers& outcome,
                           const std::string& name, const std::filesystem::path& folder);

}  // namespace sinew::fuzz
