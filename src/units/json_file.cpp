// SPDX-License-Identifier: Apache-2.0
#include "units/json_file.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/atomic_file.hpp"
#include "read/file.hpp"

namespace sinew::units {

Json new_file(std::string_view kind) {
    Json json;
    json["kind"] = kind;
    json["format"] = format_version;
    return json;
}

Json parse_file(std::string_view text, const std::string& file, std::string_view kind) {
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        const std::size_t at = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
        throw InputError(read::location_in(file, text.data(), text.data() + at),
                         "this is no JSON, or only a part of it", fmt::format("the JSON of a {}", kind));
    }
    return reading(file, [&] {
        if (!json.is_object() || json.value("kind", "") != kind)
            throw std::invalid_argument(fmt::format("this is no {}", kind));
        if (json.at("format").get<int>() != format_version)
            throw std::invalid_argument(fmt::format("the format of the {} is {} (this version of sinew knows {})", kind,
                                                    json.at("format").get<int>(), format_version));
        return std::move(json);
    });
}

bool is_of_kind(const std::string& path, std::string_view kind) {
    if (path == "-" || read::is_missing(path)) return false;
    try {
        // Our own files begin so, on their first two lines.
        const std::string beginning = read::beginning_of(path, 256);
        return beginning.starts_with('{') && beginning.find(fmt::format("\"kind\": \"{}\"", kind)) < 16;
    } catch (const InputError&) {
        return false;
    }
}

void write_file(const std::string& path, std::string_view text) {
    AtomicFile file(path);
    file.append(text);
    file.finish();
}

}  // namespace sinew::units
