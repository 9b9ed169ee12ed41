// SPDX-License-Identifier: Apache-2.0
// The table of floors in docs/architecture.md, which is what the structure test enforces.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace structure {

struct Floor {
    int number = 0;
    std::set<std::string> may_include;  ///< as the row says: "all" means every folder on a lower floor
};

/// By folder ("base", "read", …). Rows look like `| 2 | `model/` | what it holds | exact |`; a row for `read/<format>/`
/// is called "read". Throws std::runtime_error where there is no such table.
std::map<std::string, Floor> read_floor_table(const std::filesystem::path& architecture);

/// The row's folders, and what those may include in turn. A row that names a folder which no row describes, or one on
/// the same floor or above, is reported into `complaints`.
std::map<std::string, std::set<std::string>> reachable_folders(const std::map<std::string, Floor>& table,
                                                               std::vector<std::string>& complaints);

}  // namespace structure
