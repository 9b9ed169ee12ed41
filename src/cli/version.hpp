// What `sinew --version` says.
#pragma once

#include <string>

namespace sinew::cli {

/// Name, version, the libraries that the answers rest on, and the kernels in use: several lines.
std::string version_text();

}  // namespace sinew::cli
