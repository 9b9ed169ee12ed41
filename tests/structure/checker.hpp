// SPDX-License-Identifier: Apache-2.0
// Reads the source tree and says where it leaves the structure that docs/architecture.md promises.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace structure {

/// Every check below; one sentence a violation, none where all is well.
std::vector<std::string> violations(const std::filesystem::path& root);

/// #include arrows of src/ that the table of floors does not allow, quoted includes of files that are not there (only
/// readers include what grammar/ generates), cycles of includes; glpk.h in more than one file, Boost.Program_options
/// outside cli/; folders that a row of the table names and its folder does not include; headers of include/ that
/// include more than the standard library, GMP's numbers and each other.
std::vector<std::string> include_violations(const std::filesystem::path& root);
/// Targets that src/CMakeLists.txt links against the table.
std::vector<std::string> link_violations(const std::filesystem::path& root);
/// Files over 600 lines that do not say `HOT:` and why in their first ten lines.
std::vector<std::string> length_violations(const std::filesystem::path& root);
/// Printing, threads, files to write, JSON as text and numbers read from text, each outside the one file of src/ that
/// knows what may go wrong with them.
std::vector<std::string> one_door_violations(const std::filesystem::path& root);
/// Folders without a README.md, source files that it does not name, names in it that are no files.
std::vector<std::string> readme_violations(const std::filesystem::path& root);
/// Links in README.md and docs/ to files that are not there.
std::vector<std::string> link_target_violations(const std::filesystem::path& root);
/// Paths of one person's machine in any text file.
std::vector<std::string> machine_path_violations(const std::filesystem::path& root);

}  // namespace structure
