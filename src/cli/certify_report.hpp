// SPDX-License-Identifier: Apache-2.0
// The table, the summary and the JSON of sinew certify.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/certify_record.hpp"

namespace sinew::cli {

/// How many examples have each status.
struct StatusCounts {
    std::size_t examples = 0;
    std::size_t certified = 0;
    std::size_t falsified = 0;
    std::size_t wrong = 0;  ///< classified wrongly as they are
    std::size_t unknown = 0;
    double total_seconds = 0;

    void add(const std::string& status, double seconds);
    /// Certified accuracy: what is proven, and what it is at most.
    double lower() const;
    double upper() const;
    double mean_seconds() const;
};

/// Two numbers between which one was proven to lie; the upper one may be unknown.
struct Ends {
    double lower = 0;
    std::optional<double> upper;
};

struct CertifySummary {
    StatusCounts all;
    std::size_t not_asked = 0;  ///< the run was ended before they had an answer
    double longest_seconds = 0;
    std::vector<std::pair<std::string, StatusCounts>> by_epsilon;
    std::optional<Ends> critical_mean;  ///< with --minimal; an example that is wrong as it is counts as 0
    std::optional<Ends> critical_median;
};
/// `is_squared`: bounds and distances are squares (norm two).
CertifySummary summarize(const std::vector<CertifyRecord>& records, bool is_squared);

/// Which class a number is, where classes have names that are not their numbers; else empty.
std::string classes_line(const std::vector<std::string>& names);
/// One column more for each ε of a ladder.
std::string table_head(const std::vector<std::string>& epsilons);
std::string table_line(const CertifyRecord& record);
std::string summary_text(const CertifySummary& summary);
nlohmann::json summary_json(const CertifySummary& summary);

/// "45 s", "3 min 20 s", "2 h 5 min".
std::string duration_text(double seconds);

}  // namespace sinew::cli
