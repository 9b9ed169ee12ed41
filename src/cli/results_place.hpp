// SPDX-License-Identifier: Apache-2.0
// Runs of results files as the command line names them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "results/results_file.hpp"

namespace sinew::cli {

/// "FILE" or "FILE:3".
struct ResultsPlace {
    std::string file;
    std::optional<std::int64_t> run;
};
ResultsPlace results_place(const std::string& word);

/// Files that are open, each once: to close one that is opened twice would take the other's locks.
class ResultsFiles {
  public:
    /// Throws InputError for what is no results file.
    results::ResultsReader& at(const std::string& file);

  private:
    std::map<std::string, std::unique_ptr<results::ResultsReader>> readers_;
};

/// The run that a place means: the latest without a number. Throws InputError where there is none.
results::Run run_at(results::ResultsReader& reader, const ResultsPlace& place);

}  // namespace sinew::cli
