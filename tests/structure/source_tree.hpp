// SPDX-License-Identifier: Apache-2.0
// The files that the structure test reads.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace structure {

using Path = std::filesystem::path;

/// C++ files (.cpp, .hpp) below root/folder, sorted, as paths relative to root; none where there is no such folder.
std::vector<Path> sources_below(const Path& root, const Path& folder);
/// All files below root/folder, sorted, relative to root.
std::vector<Path> files_below(const Path& root, const Path& folder);
std::vector<std::string> lines_of(const Path& file);

struct Include {
    std::size_t line = 0;
    std::string name;
    bool quoted = false;
};
/// The #include lines of a file (what stands in comments and behind #if is read too: it must obey as well).
std::vector<Include> includes_of(const Path& file);

}  // namespace structure
