// SPDX-License-Identifier: Apache-2.0
// Runs, their rows and their differences, as text and as JSON.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "results/compare.hpp"
#include "results/rows.hpp"

namespace sinew::cli {

/// A table of runs.
std::string runs_head();
std::string runs_line(const results::Run& run, const std::map<std::string, std::int64_t>& statuses);

/// All about one run.
std::string run_text(const results::Run& run, const std::vector<results::Row>& rows);
/// With its rows, where they are given.
nlohmann::ordered_json run_json(const std::string& file, const results::Run& run,
                                const std::vector<results::Row>* rows);

struct ComparedRuns {
    std::string first_file;
    results::Run first;
    std::string second_file;
    results::Run second;
};
/// `all`: every difference, else the first hundred.
std::string comparison_text(const ComparedRuns& runs, const results::Comparison& found, bool all);
nlohmann::ordered_json comparison_json(const ComparedRuns& runs, const results::Comparison& found);

}  // namespace sinew::cli
