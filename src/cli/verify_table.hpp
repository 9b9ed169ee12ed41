// SPDX-License-Identifier: Apache-2.0
// The answers to several questions: a row each, a summary, a table for people and one for machines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "results/rows.hpp"

namespace sinew::cli {

/// One question and what came of it: all that a table, a spreadsheet, a test report or a store keeps of it.
struct VerifyRow {
    std::int64_t place = 0;          ///< in the list, from 0
    std::string question;            ///< what tables call it
    std::vector<std::string> files;  ///< those that it was read from, the network's first
    std::string verdict;             ///< "sat", "unsat", "unknown", "timeout", or "error" for one that cannot be asked
    double seconds = 0;              ///< wall time, with the reading of the files
    std::string decided_by;          ///< the engine; empty without an answer
    std::string reason;              ///< why there is none: a limit, or the message of the error
    std::string expected;            ///< the verdict that was expected; empty: none
    nlohmann::ordered_json answer;   ///< the whole answer as docs/json.md has it; null for "error"

    /// It was answered otherwise than expected.
    bool is_unexpected() const {
        return !expected.empty() && (verdict == "sat" || verdict == "unsat") && verdict != expected;
    }
};

struct VerifySummary {
    std::size_t questions = 0;  ///< those that were asked, and those that could not be
    std::size_t sat = 0;
    std::size_t unsat = 0;
    std::size_t unknown = 0;
    std::size_t timeout = 0;
    std::size_t errors = 0;
    std::size_t not_asked = 0;  ///< the run was ended before them
    double total_seconds = 0;
    double longest_seconds = 0;
};

VerifySummary summarize(const std::vector<VerifyRow>& rows, std::size_t not_asked);

/// Lines of the table; `width` is that of the names.
std::string verify_table_head(std::size_t width);
std::string verify_table_line(const VerifyRow& row, std::size_t width);
std::string summary_text(const VerifySummary& summary);
/// What a results file has of a row, but its names, its place and what was expected of it.
VerifyRow row_from(const results::Row& kept);
/// One row: the keys of a single answer, and `question`.
nlohmann::ordered_json answer_json(const VerifyRow& row);
/// The keys of the document: `questions`, `summary`.
nlohmann::ordered_json verify_table_json(const std::vector<VerifyRow>& rows, const VerifySummary& summary);

}  // namespace sinew::cli
