// What `sinew --version` says.
#pragma once

#include <string>

namespace sinew::cli {

/// Name, version and the libraries that the answers rest on, several lines.
std::string version_text();

}  // namespace sinew::cli
