// SPDX-License-Identifier: Apache-2.0
// A manifest of proofs (sinew certify --proof): every file is the one that it names, and every proof shows what the
// answer beside it says.
#pragma once

#include <string>

#include "check/check_files.hpp"

namespace sinew::check {

/// Files are named as they are, or beside the manifest. Throws InputError for what is no manifest.
Report check_manifest(const std::string& path, const Limits& limits);

}  // namespace sinew::check
