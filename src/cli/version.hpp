// SPDX-License-Identifier: Apache-2.0
// What `sinew --version` and `sinew version` say.
#pragma once

#include <string>

namespace sinew::cli {

/// The commit of the sources, twelve digits; with ", modified" where they differ from it; empty where nothing tells it.
/// The build writes it (tools/cmake/SinewCommit.cmake).
const char* commit();

/// The version alone: "1.2.3".
std::string version_number();

/// Name, version, commit, the libraries that the answers rest on, and the kernels in use: several lines.
std::string version_text();

}  // namespace sinew::cli
