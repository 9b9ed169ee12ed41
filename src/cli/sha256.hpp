// Digests of content, by which a file that a later run reads back knows what it is about.
#pragma once

#include <string>
#include <string_view>

namespace sinew::cli {

/// SHA-256 (FIPS 180-4) as 64 hexadecimal digits.
std::string sha256(std::string_view content);

}  // namespace sinew::cli
