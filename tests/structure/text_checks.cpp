// SPDX-License-Identifier: Apache-2.0
// The checks that read prose: folder pages, links, paths.
#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <set>

#include "checker.hpp"
#include "source_tree.hpp"

namespace structure {

namespace fs = std::filesystem;

namespace {
using Complaints = std::vector<std::string>;

/// Words in backquotes.
std::set<std::string> quoted_names(const Path& page) {
    std::set<std::string> names;
    const std::regex quoted("`([^`]+)`");
    for (const std::string& line : lines_of(page))
        for (auto at = std::sregex_iterator(line.begin(), line.end(), quoted); at != std::sregex_iterator(); ++at)
            names.insert((*at)[1]);
    return names;
}

bool is_cpp(const std::string& name) {
    return name.ends_with(".cpp") || name.ends_with(".hpp");
}

void check_folder(const fs::path& root, const Path& folder, const std::set<std::string>& files,
                  Complaints& complaints) {
    const Path page = folder / "README.md";
    if (!fs::exists(root / page)) {
        complaints.push_back(page.string() + " is missing");
        return;
    }
    const std::set<std::string> named = quoted_names(root / page);
    for (const std::string& file : files)
        if (!named.contains(file)) complaints.push_back(page.string() + " does not name " + file);
    for (const std::string& name : named)
        if (is_cpp(name) && name.find_first_of("/<* ") == std::string::npos && !fs::exists(root / folder / name))
            complaints.push_back(page.string() + " names " + name + ", which is not there");
}
}  // namespace

std::vector<std::string> readme_violations(const fs::path& root) {
    Complaints complaints;
    std::map<Path, std::set<std::string>> folders;
    for (const char* top : {"src", "tests", "bench", "tools", "grammar", "docs"})
        if (fs::is_directory(root / top)) folders[top];
    for (const char* top : {"src", "include", "bench"})
        for (const Path& file : sources_below(root, top)) folders[file.parent_path()].insert(file.filename());
    // Unit tests mirror src/ file by file; the other test folders explain themselves.
    for (const Path& file : sources_below(root, "tests"))
        if (!file.string().starts_with("tests/unit/")) folders[file.parent_path()].insert(file.filename());
    for (const Path& file : files_below(root, "grammar"))
        if (file.filename() != "README.md") folders["grammar"].insert(file.filename());
    for (const auto& [folder, files] : folders) check_folder(root, folder, files, complaints);
    return complaints;
}

std::vector<std::string> one_door_violations(const fs::path& root) {
    struct Door {
        std::regex call;
        const char* file;
        const char* other_program = nullptr;  ///< which has a door of its own
    };
    const Door doors[] = {
        {std::regex(R"(fmt::print\(|std::(cout|cerr|clog|puts|printf|putchar)\b|\b(stdout|stderr)\b)"),
         "src/cli/print.cpp", "src/check/program/main.cpp"},
        {std::regex(R"(std::(thread|jthread|async)\b(?!::))"), "src/base/run_together.cpp"},
        {std::regex(R"(std::(ofstream|fstream)\b|fopen\([^)]*"[wa])"), "src/base/atomic_file.cpp"},
        {std::regex(R"(\b(from_chars|strto\w+|sto(i|l|ll|ul|ull|f|d|ld)|ato(i|l|ll|f)|sscanf)\s*\()"),
         "src/base/number_text.cpp"},
        {std::regex(R"(\bmp[zq]_(init_)?set_str\b|\bset_str\s*\()"
                    R"(|\b(Integer|Rational|mp[zq]_class)(\s+\w+)?[({]\s*(std::(string|to_string)\b|"))"),
         "src/exact/decimal.cpp"},
        {std::regex(R"(\.dump\()"), "src/write/json_text.cpp"},  // JSON, which must be UTF-8
    };
    Complaints complaints;
    for (const Path& file : sources_below(root, "src")) {
        const std::vector<std::string> lines = lines_of(root / file);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string code = lines[i].substr(0, lines[i].find("//"));
            for (const Door& door : doors)
                if (file != door.file && (door.other_program == nullptr || file != door.other_program) &&
                    std::regex_search(code, door.call))
                    complaints.push_back(file.string() + ":" + std::to_string(i + 1) + ": only " + door.file +
                                         " does this");
        }
    }
    return complaints;
}

std::vector<std::string> link_target_violations(const fs::path& root) {
    Complaints complaints;
    std::vector<Path> pages = files_below(root, "docs");
    for (const char* page : {"README.md", "CHANGELOG.md"})
        if (fs::exists(root / page)) pages.emplace_back(page);
    const std::regex link(R"(\]\(([^)#]+)(#[^)]*)?\))");
    const std::regex named(R"(`((docs|inputs|tools|bench|include|src|tests|grammar)/[\w./-]+)`)");
    for (const Path& page : pages) {
        if (page.extension() != ".md") continue;
        const std::vector<std::string> lines = lines_of(root / page);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string& line = lines[i];
            const std::string place = page.string() + ":" + std::to_string(i + 1) + ": ";
            for (auto at = std::sregex_iterator(line.begin(), line.end(), link); at != std::sregex_iterator(); ++at) {
                const std::string target = (*at)[1];
                if (target.find("://") == std::string::npos && !fs::exists(root / page.parent_path() / target))
                    complaints.push_back(place + "links to " + target + ", which is not there");
            }
            for (auto at = std::sregex_iterator(line.begin(), line.end(), named); at != std::sregex_iterator(); ++at)
                if (!fs::exists(root / (*at)[1].str()))
                    complaints.push_back(place + "names " + (*at)[1].str() + ", which is not there");
        }
    }
    return complaints;
}

std::vector<std::string> machine_path_violations(const fs::path& root) {
    // Written in two parts, so that this file does not find itself.
    const std::array<std::string, 4> paths{std::string("/wo") + "rk/", std::string("/ho") + "me/",
                                           std::string("/ro") + "ot/", std::string("/Use") + "rs/"};
    Complaints complaints;
    std::vector<Path> files;
    for (const char* top :
         {"src", "include", "tests", "bench", "tools", "grammar", "share", "docs", "inputs", "python", ".ci"})
        for (const Path& file : files_below(root, top)) files.push_back(file);
    for (const char* file : {"README.md", "CHANGELOG.md", "CMakeLists.txt", "CMakePresets.json", ".gitignore"})
        if (fs::exists(root / file)) files.emplace_back(file);
    for (const Path& file : files) {
        const std::vector<std::string> lines = lines_of(root / file);
        for (std::size_t i = 0; i < lines.size(); ++i)
            for (const std::string& path : paths)
                if (lines[i].find(path) != std::string::npos)
                    complaints.push_back(file.string() + ":" + std::to_string(i + 1) +
                                         ": a path of one machine: " + path);
    }
    return complaints;
}

}  // namespace structure
