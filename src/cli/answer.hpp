// SPDX-License-Identifier: Apache-2.0
// Tells a verdict: text on standard output, JSON where it was asked for, the exit status.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/json_answer.hpp"
#include "model/declaration.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::cli {

/// Where the answer of one command goes. Made before the work, so that a file that cannot be written is told at once.
class Answer {
  public:
    /// Reads --json, --quiet, --statistics and --expect. Throws UsageError.
    explicit Answer(const Arguments& arguments);

    /// Prints the verdict and returns the exit status that it means.
    ExitStatus give(const model::Query& query, const model::Verdict& verdict);

    ProgressLines& progress() { return json_.progress(); }
    /// Before the search: what is asked, for the JSON.
    void know(const model::Query& query) { json_.know(query); }
    /// Before the search: what a text of VNN-LIB 2.0 declares; of other questions nothing. Its answer has a form of its
    /// own.
    void declare(std::vector<model::DeclaredNetwork> declared);
    const std::vector<model::DeclaredNetwork>& declared() const { return declared_; }

  private:
    void give_standard(const model::Verdict& verdict) const;

    std::vector<std::string> files_;
    bool quiet_;
    bool has_statistics_;
    std::optional<std::string> expected_;
    std::atomic<bool> is_standard_;  ///< a question of VNN-LIB 2.0
    std::vector<model::DeclaredNetwork> declared_;
    std::string folder_;  ///< of --serialise-assignments
    JsonAnswer json_;
};

/// The exit status of a verdict, and of one that --expect has named.
ExitStatus exit_status_of(model::Status status, const std::optional<std::string>& expected);

}  // namespace sinew::cli
