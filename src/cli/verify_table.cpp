// SPDX-License-Identifier: Apache-2.0
#include "cli/verify_table.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace sinew::cli {

VerifySummary summarize(const std::vector<VerifyRow>& rows, std::size_t not_asked) {
    VerifySummary summary;
    summary.not_asked = not_asked;
    for (const VerifyRow& row : rows) {
        ++summary.questions;
        summary.sat += row.verdict == "sat" ? 1 : 0;
        summary.unsat += row.verdict == "unsat" ? 1 : 0;
        summary.unknown += row.verdict == "unknown" ? 1 : 0;
        summary.timeout += row.verdict == "timeout" ? 1 : 0;
        summary.errors += row.verdict == "error" ? 1 : 0;
        summary.total_seconds += row.seconds;
        summary.longest_seconds = std::max(summary.longest_seconds, row.seconds);
    }
    return summary;
}

std::string verify_table_head(std::size_t width) {
    return fmt::format("{:<{}}  {:<8} {:>9}  {}\n", "question", width, "verdict", "seconds", "decided by");
}

std::string verify_table_line(const VerifyRow& row, std::size_t width) {
    const std::string& last = row.reason.empty() ? row.decided_by : row.reason;
    return fmt::format("{:<{}}  {:<8} {:>9.3f}  {}{}\n", row.question, width, row.verdict, row.seconds,
                       last.empty() ? "-" : last,
                       row.is_unexpected() ? fmt::format(" ({} was expected)", row.expected) : "");
}

std::string summary_text(const VerifySummary& summary) {
    std::string text = fmt::format("{} question{}: {} sat, {} unsat, {} unknown, {} timeout, {} error{}",
                                   summary.questions, summary.questions == 1 ? "" : "s", summary.sat, summary.unsat,
                                   summary.unknown, summary.timeout, summary.errors, summary.errors == 1 ? "" : "s");
    if (summary.not_asked != 0) text += fmt::format("; {} not asked", summary.not_asked);
    return text +
           fmt::format("\nseconds: mean {:.4f}, longest {:.3f}, together {:.2f}\n",
                       summary.questions == 0 ? 0 : summary.total_seconds / static_cast<double>(summary.questions),
                       summary.longest_seconds, summary.total_seconds);
}

nlohmann::ordered_json answer_json(const VerifyRow& row) {
    nlohmann::ordered_json json{{"question", row.question}};
    if (row.answer.is_object()) {
        json.update(row.answer);
        json["files"] = row.files;
    } else {
        json["status"] = row.verdict;
        json["files"] = row.files;
        json["reason"] = row.reason;
        json["decided_by"] = nullptr;
        json["witness"] = nullptr;
        json["statistics"] = nlohmann::ordered_json::object();
    }
    json["seconds"] = row.seconds;
    return json;
}

VerifyRow row_from(const results::Row& kept) {
    using Json = nlohmann::ordered_json;
    const auto parsed = [](const std::string& text) {
        Json json = Json::parse(text, nullptr, false);
        return json.is_discarded() ? Json() : json;
    };
    VerifyRow row;
    row.verdict = kept.status;
    row.seconds = kept.seconds;
    row.decided_by = kept.decided_by;
    row.reason = kept.reason;
    if (kept.status == "error") return row;
    row.answer = {{"status", kept.status}, {"files", Json::array()}, {"seconds", kept.seconds}};
    row.answer["reason"] = kept.reason.empty() ? Json(nullptr) : Json(kept.reason);
    row.answer["decided_by"] = kept.decided_by.empty() ? Json(nullptr) : Json(kept.decided_by);
    row.answer["witness"] = kept.witness ? parsed(*kept.witness) : Json(nullptr);
    row.answer["statistics"] = parsed(kept.statistics);
    return row;
}

nlohmann::ordered_json verify_table_json(const std::vector<VerifyRow>& rows, const VerifySummary& summary) {
    nlohmann::ordered_json questions = nlohmann::ordered_json::array();
    for (const VerifyRow& row : rows) questions.push_back(answer_json(row));
    nlohmann::ordered_json json;
    json["questions"] = std::move(questions);
    json["summary"] = {{"questions", summary.questions},
                       {"sat", summary.sat},
                       {"unsat", summary.unsat},
                       {"unknown", summary.unknown},
                       {"timeout", summary.timeout},
                       {"errors", summary.errors},
                       {"not_asked", summary.not_asked},
                       {"total_seconds", summary.total_seconds},
                       {"longest_seconds", summary.longest_seconds}};
    return json;
}

}  // namespace sinew::cli
