// The table, the summary and the JSON of sinew certify.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/certify_record.hpp"

namespace sinew::cli {

struct CertifySummary {
    std::size_t examples = 0;
    std::size_t certified = 0;
    std::size_t falsified = 0;
    std::size_t wrong = 0;  ///< classified wrongly as they are
    std::size_t unknown = 0;
    double total_seconds = 0;
    double longest_seconds = 0;
};
CertifySummary summarize(const std::vector<CertifyRecord>& records);

std::string table_head();
std::string table_line(const CertifyRecord& record);
std::string summary_text(const CertifySummary& summary);
nlohmann::json summary_json(const CertifySummary& summary);

/// "45 s", "3 min 20 s", "2 h 5 min".
std::string duration_text(double seconds);

}  // namespace sinew::cli
