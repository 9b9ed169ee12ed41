// SPDX-License-Identifier: Apache-2.0
#include "floor_table.hpp"

#include <fstream>
#include <stdexcept>

namespace structure {

namespace {
std::string trimmed(const std::string& text, const char* unwanted) {
    const std::size_t begin = text.find_first_not_of(unwanted);
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(unwanted) - begin + 1);
}

/// The cells of a markdown table row, without their blanks; empty for other lines.
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    if (!line.starts_with("|")) return cells;
    std::size_t begin = 1;
    for (std::size_t end = line.find('|', begin); end != std::string::npos; end = line.find('|', begin)) {
        cells.push_back(trimmed(line.substr(begin, end - begin), " "));
        begin = end + 1;
    }
    return cells;
}

/// "`read/<format>/`" is read.
std::string folder_of(const std::string& cell) {
    const std::string path = trimmed(cell, "`/ ");
    return path.substr(0, path.find('/'));
}

std::set<std::string> words_of(const std::string& cell) {
    std::set<std::string> words;
    std::string word;
    for (const char c : cell + ",") {
        if (c == ',') {
            word = trimmed(word, " ");
            if (!word.empty() && word != "–") words.insert(word);
            word.clear();
        } else {
            word += c;
        }
    }
    return words;
}
}  // namespace

std::map<std::string, Floor> read_floor_table(const std::filesystem::path& architecture) {
    std::ifstream file(architecture);
    std::map<std::string, Floor> table;
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string> cells = cells_of(line);
        if (cells.size() != 4 || cells[0].empty() || cells[0].find_first_not_of("0123456789") != std::string::npos)
            continue;
        table[folder_of(cells[1])] = {std::stoi(cells[0]), words_of(cells[3])};
    }
    if (table.empty()) throw std::runtime_error("no table of floors in " + architecture.string());
    return table;
}

std::map<std::string, std::set<std::string>> reachable_folders(const std::map<std::string, Floor>& table,
                                                               std::vector<std::string>& complaints) {
    std::multimap<int, std::string> by_floor;
    for (const auto& [folder, floor] : table) by_floor.emplace(floor.number, folder);
    std::map<std::string, std::set<std::string>> reachable;
    for (const auto& [number, folder] : by_floor) {  // lower floors first: their sets are complete
        std::set<std::string>& set = reachable[folder];
        for (const std::string& named : table.at(folder).may_include) {
            if (named == "all") {
                for (const auto& [lower, other] : by_floor)
                    if (lower < number) set.insert(other);
            } else if (!table.contains(named)) {
                complaints.push_back("docs/architecture.md: " + folder + " may include " + named +
                                     ", which has no row");
            } else if (table.at(named).number >= number) {
                complaints.push_back("docs/architecture.md: " + folder + " may include " + named +
                                     ", which is not below");
            } else {
                set.insert(named);
                set.insert(reachable[named].begin(), reachable[named].end());
            }
        }
    }
    return reachable;
}

}  // namespace structure
