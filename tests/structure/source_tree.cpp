// SPDX-License-Identifier: Apache-2.0
#include "source_tree.hpp"

#include <algorithm>
#include <fstream>

namespace structure {

namespace fs = std::filesystem;

std::vector<Path> files_below(const Path& root, const Path& folder) {
    std::vector<Path> files;
    if (!fs::is_directory(root / folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
        if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), root));
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<Path> sources_below(const Path& root, const Path& folder) {
    std::vector<Path> files = files_below(root, folder);
    std::erase_if(files, [](const Path& file) { return file.extension() != ".cpp" && file.extension() != ".hpp"; });
    return files;
}

std::vector<std::string> lines_of(const Path& file) {
    std::ifstream stream(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::vector<Include> includes_of(const Path& file) {
    std::vector<Include> includes;
    const std::vector<std::string> lines = lines_of(file);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string& line = lines[i];
        std::size_t at = line.find_first_not_of(" \t");
        if (at == std::string::npos || line[at] != '#') continue;
        at = line.find_first_not_of(" \t", at + 1);
        if (at == std::string::npos || line.compare(at, 7, "include") != 0) continue;
        const std::size_t open = line.find_first_of("<\"", at);
        if (open == std::string::npos) continue;
        const std::size_t close = line.find_first_of(">\"", open + 1);
        if (close == std::string::npos) continue;
        includes.push_back({i + 1, line.substr(open + 1, close - open - 1), line[open] == '"'});
    }
    return includes;
}

}  // namespace structure
