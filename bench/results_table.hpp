// SPDX-License-Identifier: Apache-2.0
// Results of a suite: one row an instance, the same columns for all suites, as a CSV file whose first lines say where
// they come from.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace sinew::bench {

struct Result {
    std::string instance;
    std::string verdict;   ///< as the program said, or "timeout", or "error"
    std::string expected;  ///< empty where nobody knows
    bool is_solved = false;
    double seconds = 0;  ///< of the whole process: wall time, and processor time below
    double processor_seconds = 0;
    double memory_megabytes = 0;
    std::string complaint;  ///< why the answer is wrong, or the program failed
};

struct ResultTable {
    /// suite, tool, date, commit, machine, limit (in seconds), limit_is, filter: whatever is known.
    std::map<std::string, std::string> facts;
    std::vector<Result> rows;

    /// A fact, or "".
    std::string fact(const std::string& name) const;
};

/// "# fact: value" lines, a header, a line a row.
std::string results_text(const ResultTable& table);

/// Reads that; columns may stand in any order, those that are not known are left out. Throws std::runtime_error (file
/// and line) where the file is missing, a line has another number of fields, a number is none, or an instance occurs
/// twice.
ResultTable read_results(const std::string& path);

/// The lines of another CSV file without its header, each of so many fields. Throws std::runtime_error likewise.
std::vector<std::vector<std::string>> read_csv(const std::string& path, std::size_t fields);

}  // namespace sinew::bench
