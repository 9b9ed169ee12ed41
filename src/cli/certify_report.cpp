#include "cli/certify_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace sinew::cli {

namespace {
double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}
double mean_seconds(const CertifySummary& summary) {
    return summary.examples == 0 ? 0 : summary.total_seconds / static_cast<double>(summary.examples);
}
}  // namespace

CertifySummary summarize(const std::vector<CertifyRecord>& records) {
    CertifySummary summary;
    for (const CertifyRecord& record : records) {
        ++summary.examples;
        summary.certified += record.status == "certified" ? 1 : 0;
        summary.falsified += record.status == "falsified" ? 1 : 0;
        summary.wrong += record.status == "wrong" ? 1 : 0;
        summary.unknown += record.status == "unknown" ? 1 : 0;
        summary.total_seconds += record.seconds;
        summary.longest_seconds = std::max(summary.longest_seconds, record.seconds);
    }
    return summary;
}

std::string classes_line(const std::vector<std::string>& names) {
    bool says_something = false;
    std::string line = "classes:";
    for (std::size_t c = 0; c < names.size(); ++c) {
        says_something = says_something || names[c] != std::to_string(c);
        line += fmt::format("{} {} {}", c == 0 ? "" : ",", c, names[c]);
    }
    return says_something ? line + "\n" : "";
}

std::string table_head() {
    return fmt::format("{:>8} {:>6} {:>10} {:<10} {:<8} {:>6} {:>10} {:>10} {:>10}\n", "example", "label", "predicted",
                       "verdict", "by", "other", "distance", "bound", "seconds");
}

std::string table_line(const CertifyRecord& record) {
    return fmt::format("{:>8} {:>6} {:>10} {:<10} {:<8} {:>6} {:>10} {:>10} {:>10.3f}\n", record.row, record.label,
                       record.predicted, record.status, record.decided_by.empty() ? "-" : record.decided_by,
                       record.adversarial_class ? std::to_string(*record.adversarial_class) : "-",
                       record.distance.value_or("-"), record.bound.value_or("-"), record.seconds);
}

std::string summary_text(const CertifySummary& summary) {
    return fmt::format(
        "{} examples: {} certified, {} falsified, {} wrong as they are, {} unknown\n"
        "certified accuracy {:.2f} %, seconds: mean {:.4f}, longest {:.3f}, together {:.2f}\n",
        summary.examples, summary.certified, summary.falsified, summary.wrong, summary.unknown,
        100 * share(summary.certified, summary.examples), mean_seconds(summary), summary.longest_seconds,
        summary.total_seconds);
}

nlohmann::json summary_json(const CertifySummary& summary) {
    return {{"examples", summary.examples},
            {"certified", summary.certified},
            {"falsified", summary.falsified},
            {"wrong", summary.wrong},
            {"unknown", summary.unknown},
            {"certified_accuracy", share(summary.certified, summary.examples)},
            {"mean_seconds", mean_seconds(summary)},
            {"longest_seconds", summary.longest_seconds},
            {"total_seconds", summary.total_seconds}};
}

std::string duration_text(double seconds) {
    const auto whole = static_cast<long>(std::ceil(std::min(seconds, 1e9)));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace sinew::cli
