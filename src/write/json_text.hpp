// SPDX-License-Identifier: Apache-2.0
// JSON as text: the one way out for all of it.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace sinew::write {

/// Many lines, for files and standard output, with a newline at the end. Names of files and words of the command line
/// need not be UTF-8, which JSON must be: each run of bytes that is none becomes U+FFFD, so that a name is damaged
/// where everybody sees it, and the rest of the answer is kept (docs/json.md).
std::string json_document(const nlohmann::json& json);
std::string json_document(const nlohmann::ordered_json& json);

/// The same in one line, without a newline.
std::string json_line(const nlohmann::json& json);
std::string json_line(const nlohmann::ordered_json& json);

/// The text at a key; empty where there is none, or no text.
std::string text_at(const nlohmann::ordered_json& object, const char* key);

}  // namespace sinew::write
