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

/// Which class a number is, where classes have names that are not their numbers; else empty.
std::string classes_line(const std::vector<std::string>& names);
std::string table_head();
std::string table_line(const CertifyRecord& record);
std::string summary_text(const CertifySummary& summary);
nlohmann::json summary_json(const CertifySummary& summary);

/// "45 s", "3 min 20 s", "2 h 5 min".
std::string duration_text(double seconds);

}  // namespace sinew::cli
