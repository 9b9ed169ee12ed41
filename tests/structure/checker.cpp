// SPDX-License-Identifier: Apache-2.0
#include "checker.hpp"

#include <algorithm>
#include <regex>

#include "floor_table.hpp"
#include "source_tree.hpp"

namespace structure {

namespace fs = std::filesystem;

namespace {
using Complaints = std::vector<std::string>;
using Folders = std::map<std::string, std::set<std::string>>;

std::string place(const Path& file, std::size_t line) {
    return file.string() + ":" + std::to_string(line) + ": ";
}

/// "src/model/query.hpp" is in model.
std::string folder_of(const Path& file) {
    auto part = file.begin();
    return (++part)->string();
}

void check_arrow(const Path& root, const Path& file, const Include& include, const Folders& reachable,
                 Complaints& complaints) {
    const std::string own = folder_of(file);
    const std::string other = Path(include.name).begin()->string();
    if (!fs::exists(root / "src" / include.name)) {
        const bool generated = own == "read" || (own == "write" && include.name.ends_with(".pb.h"));
        if (!generated) complaints.push_back(place(file, include.line) + include.name + " is not in src/");
        return;
    }
    if (own == other || (reachable.contains(own) && reachable.at(own).contains(other))) return;
    complaints.push_back(place(file, include.line) + own + " may not include " + other + " (" + include.name + ")");
}

/// Folders named by a row that no include of the folder needs: `used` has each folder with sources, and what it
/// includes.
void check_unused(const std::map<std::string, Floor>& table, const Folders& used, Complaints& complaints) {
    for (const auto& [folder, floor] : table) {
        const auto own = used.find(folder);
        if (own == used.end()) continue;  // planned: it has no sources yet
        for (const std::string& named : floor.may_include)
            if (named != "all" && !own->second.contains(named))
                complaints.push_back("docs/architecture.md: " + folder + " may include " + named + ", but does not");
    }
}

/// Public headers stand alone: the standard library, GMP's numbers, each other.
void check_public_headers(const Path& root, Complaints& complaints) {
    for (const Path& file : sources_below(root, "include")) {
        for (const Include& include : includes_of(root / file)) {
            const bool is_public = include.name.starts_with("sinew/");
            const bool is_standard = include.name.find_first_of("./") == std::string::npos;
            if (is_public && !fs::exists(root / "include" / include.name))
                complaints.push_back(place(file, include.line) + include.name + " is not in include/");
            if (include.quoted || (!is_public && !is_standard && include.name != "gmpxx.h"))
                complaints.push_back(place(file, include.line) + "a public header may not include " + include.name);
        }
    }
}

/// Depth first with a stack of its own; reports each cycle that it closes once.
void check_cycles(const std::map<std::string, std::vector<std::string>>& graph, Complaints& complaints) {
    std::set<std::string> done;
    for (const auto& [start, unused] : graph) {
        std::vector<std::pair<std::string, std::size_t>> path{{start, 0}};
        if (done.contains(start)) continue;
        while (!path.empty()) {
            auto& [file, next] = path.back();
            const auto found = graph.find(file);
            if (found == graph.end() || next == found->second.size()) {
                done.insert(file);
                path.pop_back();
                continue;
            }
            const std::string& target = found->second[next++];
            const auto on_path =
                std::find_if(path.begin(), path.end(), [&](const auto& p) { return p.first == target; });
            if (on_path != path.end()) {
                std::string cycle = "cycle of includes: ";
                for (auto at = on_path; at != path.end(); ++at) cycle += at->first + " -> ";
                complaints.push_back(cycle + target);
            } else if (!done.contains(target)) {
                path.emplace_back(target, 0);
            }
        }
    }
}
}  // namespace

std::vector<std::string> include_violations(const fs::path& root) {
    Complaints complaints;
    const auto table = read_floor_table(root / "docs/architecture.md");
    const Folders reachable = reachable_folders(table, complaints);
    std::map<std::string, std::vector<std::string>> graph;
    Folders used;
    std::map<std::string, std::vector<Path>> behind_one_file = {{"glpk.h", {}}, {"mpfr.h", {}}};
    for (const Path& file : sources_below(root, "src")) {
        const std::string own = folder_of(file);
        used[own];
        if (!table.contains(own)) complaints.push_back(file.string() + ": docs/architecture.md has no row for " + own);
        for (const Include& include : includes_of(root / file)) {
            if (include.quoted) {
                check_arrow(root, file, include, reachable, complaints);
                used[own].insert(Path(include.name).begin()->string());
                graph[fs::relative(file, "src").string()].push_back(include.name);
            }
            if (const auto known = behind_one_file.find(include.name); known != behind_one_file.end())
                known->second.push_back(file);
            if (include.name.starts_with("boost/program_options") && own != "cli" && file.filename() != "main.cpp")
                complaints.push_back(place(file, include.line) + "only cli and programs know Boost.Program_options");
        }
    }
    for (const auto& [header, users] : behind_one_file)
        for (std::size_t i = 1; i < users.size(); ++i)
            complaints.push_back(users[i].string() + ": " + header + " is included by " + users[0].string() +
                                 " already");
    check_unused(table, used, complaints);
    check_public_headers(root, complaints);
    check_cycles(graph, complaints);
    return complaints;
}

std::vector<std::string> link_violations(const fs::path& root) {
    Complaints complaints;
    const auto table = read_floor_table(root / "docs/architecture.md");
    const Folders reachable = reachable_folders(table, complaints);
    const std::regex call(R"(^\s*sinew_floor\((\w+)(/\w+)?((\s+[^)]*)?)\))");
    const std::regex link(R"(\bsinew_([a-z]+))");
    std::vector<Path> lists = files_below(root, "src");
    std::erase_if(lists, [](const Path& file) { return file.filename() != "CMakeLists.txt"; });
    for (const Path& list : lists) {
        const std::vector<std::string> lines = lines_of(root / list);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            std::smatch floor;
            if (!std::regex_search(lines[i], floor, call)) continue;
            const std::string own = floor[1];
            if (!table.contains(own)) {
                complaints.push_back(place(list, i + 1) + own + " has no row in docs/architecture.md");
                continue;
            }
            const std::string links = floor[3];
            for (auto at = std::sregex_iterator(links.begin(), links.end(), link); at != std::sregex_iterator(); ++at) {
                const std::string other = (*at)[1];
                if (table.contains(other) && other != own && !reachable.at(own).contains(other))
                    complaints.push_back(place(list, i + 1) + own + " may not link " + other);
            }
        }
    }
    return complaints;
}

std::vector<std::string> length_violations(const fs::path& root) {
    constexpr std::size_t longest = 600;
    Complaints complaints;
    for (const char* folder : {"src", "include", "tests", "bench"}) {
        for (const Path& file : sources_below(root, folder)) {
            const std::vector<std::string> lines = lines_of(root / file);
            if (lines.size() <= longest) continue;
            const std::regex excuse(R"(//.*HOT:\s*\w+\s+\w+)");
            const bool excused = std::any_of(lines.begin(), lines.begin() + 10,
                                             [&](const std::string& line) { return std::regex_search(line, excuse); });
            if (!excused)
                complaints.push_back(file.string() + ": " + std::to_string(lines.size()) +
                                     " lines, and no HOT: says why");
        }
    }
    // An auditor reads all of the checker.
    constexpr std::size_t readable = 6000;
    std::size_t checker = 0;
    for (const Path& file : sources_below(root, "src/check")) checker += lines_of(root / file).size();
    if (checker > readable)
        complaints.push_back("src/check has " + std::to_string(checker) + " lines, more than " +
                             std::to_string(readable));
    return complaints;
}

std::vector<std::string> violations(const fs::path& root) {
    Complaints all;
    for (const auto check : {include_violations, link_violations, length_violations, one_door_violations,
                             readme_violations, link_target_violations, machine_path_violations}) {
        const Complaints some = check(root);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace structure
