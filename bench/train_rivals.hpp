// SPDX-License-Identifier: Apache-2.0
// clasp and cbc, where they are installed, on sinew's own export of a training problem.
#pragma once

#include <string>

#include "train/problem.hpp"

namespace sinew::bench {

/// One line: what the program said of the problem's first objective within so many seconds, and its CPU time.
/// Files are written to `folder`.
std::string ask_clasp(const train::Problem& problem, int seconds, const std::string& folder);
std::string ask_cbc(const train::Problem& problem, int seconds, const std::string& folder);

}  // namespace sinew::bench
