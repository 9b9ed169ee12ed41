// The `dnn` / `conditions` text format: a network, conditions and domains as a person writes them (docs/formats.md).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "model/query.hpp"

namespace sinew::read {

/// The query in file `path` (plain or gzip). InputError with line and column for anything that is not one.
model::Query read_dnn(const std::filesystem::path& path);

/// The query that `text` is; `file` is its name in messages.
model::Query parse_dnn(std::string_view text, const std::string& file);

}  // namespace sinew::read
