// SPDX-License-Identifier: Apache-2.0
// JSON files of a folder of units: read whole, with the place of what is wrong; written whole or not at all.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace sinew::units {

using Json = nlohmann::ordered_json;

/// Of all files of a folder of units; files of another version are refused.
inline constexpr int format_version = 1;

/// The object of a file, whose `kind` and version are the ones expected. Throws InputError.
Json parse_file(std::string_view text, const std::string& file, std::string_view kind);
/// The object that begins such a file.
Json new_file(std::string_view kind);

/// Whether the file at `path` says that it is of this kind. False for files that are not there or not readable.
bool is_of_kind(const std::string& path, std::string_view kind);

/// What `read` makes of a file's object: a key that is not there, of another type or with a value that makes no sense
/// (std::invalid_argument) is an InputError that names the file.
template <class Read>
auto reading(const std::string& file, const Read& read) {
    try {
        return read();
    } catch (const Json::exception& error) {
        throw InputError({file, 0, 0}, error.what());
    } catch (const std::invalid_argument& error) {
        throw InputError({file, 0, 0}, error.what());
    }
}

/// Throws OutputError.
void write_file(const std::string& path, std::string_view text);

}  // namespace sinew::units
