// SPDX-License-Identifier: Apache-2.0
#include "cli/certify_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "exact/decimal.hpp"

namespace sinew::cli {

namespace {
double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// An exact number in a column of the table, whose digits run out: as it is where it is a short whole number, else as
/// a decimal. The JSON has all of it.
std::string in_column(const std::optional<std::string>& exact) {
    constexpr std::size_t width = 10;
    if (!exact) return "-";
    const std::optional<Rational> value = parse_number(*exact);
    if (!value || (value->get_den() == 1 && exact->size() <= width)) return *exact;
    return fmt::format("{:.6g}", value->get_d());
}

/// An ε as people write one.
std::string decimal(const std::string& exact) {
    return fmt::format("{:.6g}", parse_number(exact).value_or(Rational(0)).get_d());
}

double length_of(const std::string& exact, bool is_squared, bool downwards) {
    const Rational value = parse_number(exact).value_or(Rational(0));
    const double end = downwards ? to_double_below(value) : to_double_above(value);
    if (!is_squared) return end;
    const double infinity = std::numeric_limits<double>::infinity();
    return std::nextafter(std::sqrt(end), downwards ? 0.0 : infinity);
}

std::optional<double> median(std::vector<double> values) {
    if (values.empty()) return std::nullopt;
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    if (values.size() % 2 == 1) return values[middle];
    return 0.5 * (values[middle - 1] + values[middle]);
}

void find_critical(const std::vector<CertifyRecord>& records, bool is_squared, CertifySummary& summary) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    std::vector<double> lower;
    std::vector<double> upper;
    for (const CertifyRecord& record : records) {
        if (!record.bound) continue;
        lower.push_back(length_of(*record.bound, is_squared, true));
        upper.push_back(record.distance ? length_of(*record.distance, is_squared, false) : infinity);
    }
    if (lower.empty()) return;
    const auto mean = [](const std::vector<double>& values) {
        double sum = 0;
        for (const double value : values) sum += value;
        return sum / static_cast<double>(values.size());
    };
    const auto ends = [](double low, double high) {
        return Ends{low, std::isfinite(high) ? std::optional(high) : std::nullopt};
    };
    summary.critical_mean = ends(mean(lower), mean(upper));
    summary.critical_median = ends(*median(lower), *median(upper));
}

nlohmann::json to_json(const Ends& ends) {
    return {{"lower", ends.lower}, {"upper", ends.upper ? nlohmann::json(*ends.upper) : nlohmann::json(nullptr)}};
}

/// Between proven ends: what is unknown may be either.
std::string accuracy_text(const StatusCounts& counts) {
    if (counts.unknown == 0) return fmt::format("{:.2f} %", 100 * counts.lower());
    return fmt::format("{:.2f} % to {:.2f} %", 100 * counts.lower(), 100 * counts.upper());
}

std::string text_of(const Ends& ends) {
    if (ends.upper == ends.lower) return fmt::format("{:.6g}", ends.lower);
    return ends.upper ? fmt::format("{:.6g} to {:.6g}", ends.lower, *ends.upper)
                      : fmt::format("{:.6g} or more", ends.lower);
}
}  // namespace

void StatusCounts::add(const std::string& status, double seconds) {
    ++examples;
    certified += status == "certified" ? 1 : 0;
    falsified += status == "falsified" ? 1 : 0;
    wrong += status == "wrong" ? 1 : 0;
    unknown += status == "unknown" ? 1 : 0;
    total_seconds += seconds;
}

double StatusCounts::lower() const {
    return share(certified, examples);
}
double StatusCounts::upper() const {
    return share(certified + unknown, examples);
}
double StatusCounts::mean_seconds() const {
    return examples == 0 ? 0 : total_seconds / static_cast<double>(examples);
}

CertifySummary summarize(const std::vector<CertifyRecord>& records, bool is_squared) {
    CertifySummary summary;
    for (const CertifyRecord& record : records) {
        summary.all.add(record.status, record.seconds);
        summary.longest_seconds = std::max(summary.longest_seconds, record.seconds);
        for (std::size_t e = 0; e < record.epsilons.size(); ++e) {
            const EpsilonRecord& at = record.epsilons[e];
            if (e == summary.by_epsilon.size()) summary.by_epsilon.emplace_back(at.epsilon, StatusCounts());
            summary.by_epsilon[e].second.add(at.status, at.seconds);
        }
    }
    find_critical(records, is_squared, summary);
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

std::string table_head(const std::vector<std::string>& epsilons) {
    std::string head = fmt::format("{:>8} {:>6} {:>10} {:<10} {:<8} {:>6} {:>10} {:>10} {:>10}", "example", "label",
                                   "predicted", "verdict", "by", "other", "distance", "bound", "seconds");
    for (const std::string& epsilon : epsilons) head += fmt::format(" {:<10}", "ε " + decimal(epsilon));
    return head + "\n";
}

std::string table_line(const CertifyRecord& record) {
    std::string line =
        fmt::format("{:>8} {:>6} {:>10} {:<10} {:<8} {:>6} {:>10} {:>10} {:>10.3f}", record.row, record.label,
                    record.predicted, record.status, record.decided_by.empty() ? "-" : record.decided_by,
                    record.adversarial_class ? std::to_string(*record.adversarial_class) : "-",
                    in_column(record.distance), in_column(record.bound), record.seconds);
    for (const EpsilonRecord& at : record.epsilons) line += fmt::format(" {:<10}", at.status);
    return line + "\n";
}

std::string summary_text(const CertifySummary& summary) {
    const StatusCounts& all = summary.all;
    std::string text = fmt::format("{} examples: {} certified, {} falsified, {} wrong as they are, {} unknown",
                                   all.examples, all.certified, all.falsified, all.wrong, all.unknown);
    if (summary.not_asked != 0) text += fmt::format("; {} not answered: interrupted", summary.not_asked);
    text += "\n";
    if (all.examples == 0 && summary.not_asked != 0) return text;
    // Of the critical epsilon "falsified" says that it is found, whatever it is; a ladder has its own accuracies.
    if (!summary.critical_mean && summary.by_epsilon.empty())
        text += fmt::format("certified accuracy {}, ", accuracy_text(all));
    text += fmt::format("seconds: mean {:.4f}, longest {:.3f}, together {:.2f}\n", all.mean_seconds(),
                        summary.longest_seconds, all.total_seconds);
    if (!summary.by_epsilon.empty())
        text += fmt::format("{:>10} {:>10} {:>10} {:>7} {:>8}  {:<22} {:>12}\n", "epsilon", "certified", "falsified",
                            "wrong", "unknown", "certified accuracy", "mean seconds");
    for (const auto& [epsilon, counts] : summary.by_epsilon)
        text +=
            fmt::format("{:>10} {:>10} {:>10} {:>7} {:>8}  {:<22} {:>12.4f}\n", decimal(epsilon), counts.certified,
                        counts.falsified, counts.wrong, counts.unknown, accuracy_text(counts), counts.mean_seconds());
    if (summary.critical_mean)
        text += fmt::format("critical epsilon: mean {}, median {}\n", text_of(*summary.critical_mean),
                            text_of(*summary.critical_median));
    return text;
}

nlohmann::json summary_json(const CertifySummary& summary) {
    const StatusCounts& all = summary.all;
    nlohmann::json json = {{"examples", all.examples},
                           {"certified", all.certified},
                           {"falsified", all.falsified},
                           {"wrong", all.wrong},
                           {"unknown", all.unknown},
                           {"not_asked", summary.not_asked},
                           {"certified_accuracy", all.lower()},
                           {"mean_seconds", all.mean_seconds()},
                           {"longest_seconds", summary.longest_seconds},
                           {"total_seconds", all.total_seconds}};
    nlohmann::json ladder = nlohmann::json::array();
    for (const auto& [epsilon, counts] : summary.by_epsilon)
        ladder.push_back({{"epsilon", epsilon},
                          {"certified", counts.certified},
                          {"falsified", counts.falsified},
                          {"wrong", counts.wrong},
                          {"unknown", counts.unknown},
                          {"certified_accuracy", {{"lower", counts.lower()}, {"upper", counts.upper()}}},
                          {"mean_seconds", counts.mean_seconds()}});
    json["by_epsilon"] = std::move(ladder);
    json["critical_epsilon"] = nullptr;
    if (summary.critical_mean)
        json["critical_epsilon"] = {{"mean", to_json(*summary.critical_mean)},
                                    {"median", to_json(*summary.critical_median)}};
    return json;
}

std::string duration_text(double seconds) {
    const auto whole = static_cast<long>(std::ceil(std::min(seconds, 1e9)));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace sinew::cli
