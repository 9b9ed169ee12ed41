// SPDX-License-Identifier: Apache-2.0
#include "cli/results_text.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/join.hpp"
#include "base/utf8.hpp"
#include "write/json_text.hpp"

namespace sinew::cli {

namespace {
using Json = nlohmann::ordered_json;
using results::Change;
using results::Question;
using results::Row;
using results::Run;

constexpr std::size_t most_differences = 100;
constexpr std::size_t widest_place = 200;

/// What a text of the file holds as JSON; null where it is damaged.
Json parsed(const std::string& text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_discarded() ? Json(nullptr) : json;
}

std::string words_of(const std::string& command) {
    const Json words = parsed(command);
    if (!words.is_array()) return "";
    std::vector<std::string> texts;
    for (const Json& word : words) texts.push_back(word.is_string() ? word.get<std::string>() : "?");
    return joined(texts, " ");
}

std::string place_of(const Question& question) {
    return printable(place_text(question), widest_place);
}

Json row_json(const Row& row) {
    const Question& asked = row.question;
    Json json;
    json["network"] = asked.network;
    json["network_sha256"] = asked.network_digest;
    json["property"] = asked.property.empty() ? Json(nullptr) : Json(asked.property);
    json["property_sha256"] = asked.property_digest.empty() ? Json(nullptr) : Json(asked.property_digest);
    json["options"] = parsed(asked.options);
    json["row"] = asked.row == Question::no_row ? Json(nullptr) : Json(asked.row);
    json["epsilon"] = asked.epsilon.empty() ? Json(nullptr) : Json(asked.epsilon);
    json["status"] = row.status;
    json["decided_by"] = row.decided_by;
    json["seconds"] = row.seconds;
    json["reason"] = row.reason.empty() ? Json(nullptr) : Json(row.reason);
    json["value"] = row.value ? Json(*row.value) : Json(nullptr);
    json["bound"] = row.bound ? Json(*row.bound) : Json(nullptr);
    json["witness"] = row.witness ? parsed(*row.witness) : Json(nullptr);
    json["proof"] = row.proof
                        ? Json{{"file", row.proof->file}, {"sha256", row.proof->digest}, {"bytes", row.proof->bytes}}
                        : Json(nullptr);
    json["statistics"] = parsed(row.statistics);
    json["details"] = parsed(row.details);
    json["answered"] = row.answered;
    return json;
}

const char* name_of(Change change) {
    return change == Change::contradiction ? "contradiction"
           : change == Change::regression  ? "regression"
                                           : "improvement";
}

std::string run_name(const std::string& file, const Run& run) {
    return fmt::format("{}:{} ({}, sinew {}, {})", file, run.id, run.kind, run.version, run.started);
}

Json side_json(const std::string& file, const Run& run, std::size_t solved, double seconds) {
    return {{"file", file},           {"run", run.id},    {"kind", run.kind},  {"version", run.version},
            {"started", run.started}, {"solved", solved}, {"seconds", seconds}};
}
}  // namespace

std::string runs_head() {
    return fmt::format("{:>5} {:<20} {:<8} {:<8} {:>10} {:>7}  {}\n", "run", "started", "command", "state", "seconds",
                       "rows", "answers");
}

std::string runs_line(const Run& run, const std::map<std::string, std::int64_t>& statuses) {
    std::vector<std::string> counts;
    for (const auto& [status, count] : statuses) counts.push_back(fmt::format("{} {}", count, status));
    return fmt::format("{:>5} {:<20} {:<8} {:<8} {:>10.2f} {:>7}  {}\n", run.id, run.started, run.kind, run.state,
                       run.seconds, run.answers, joined(counts, ", "));
}

std::string run_text(const Run& run, const std::vector<Row>& rows) {
    const Json machine = parsed(run.machine);
    std::string text = fmt::format("run {}: {}\n", run.id, printable(words_of(run.command), 2000));
    text += fmt::format("sinew {}, started {}, {}{}\n", run.version, run.started, run.state,
                        run.ended.empty() ? "" : " " + run.ended);
    text += fmt::format("on {}, {}\n", write::text_at(machine, "system"), write::text_at(machine, "processor"));
    const Json files = parsed(run.files);
    if (files.is_array())
        for (const Json& file : files)
            text += fmt::format("file {} sha256 {}\n", printable(write::text_at(file, "file"), widest_place),
                                write::text_at(file, "sha256").empty() ? "-" : write::text_at(file, "sha256"));
    text += fmt::format("{:<10} {:<12} {:>10} {:>12} {:>12}  {}\n", "answer", "by", "seconds", "value", "bound",
                        "question");
    for (const Row& row : rows)
        text += fmt::format("{:<10} {:<12} {:>10.3f} {:>12} {:>12}  {}\n", row.status,
                            row.decided_by.empty() ? "-" : row.decided_by, row.seconds, row.value.value_or("-"),
                            row.bound.value_or("-"), place_of(row.question));
    return text;
}

Json run_json(const std::string& file, const Run& run, const std::vector<Row>* rows) {
    Json json;
    json["file"] = file;
    json["run"] = run.id;
    json["kind"] = run.kind;
    json["state"] = run.state;
    json["version"] = run.version;
    json["command"] = parsed(run.command);
    json["started"] = run.started;
    json["ended"] = run.ended.empty() ? Json(nullptr) : Json(run.ended);
    json["seconds"] = run.seconds;
    json["machine"] = parsed(run.machine);
    json["limits"] = parsed(run.limits);
    json["files"] = parsed(run.files);
    json["answers"] = run.answers;
    if (rows == nullptr) return json;
    json["rows"] = Json::array();
    for (const Row& row : *rows) json["rows"].push_back(row_json(row));
    return json;
}

std::string comparison_text(const ComparedRuns& runs, const results::Comparison& found, bool all) {
    std::string text = fmt::format("first   {}\nsecond  {}\n", run_name(runs.first_file, runs.first),
                                   run_name(runs.second_file, runs.second));
    const std::size_t contradictions = found.count(Change::contradiction);
    if (contradictions != 0)
        text += fmt::format("{} CONTRADICTION{}: ONE OF THE TWO ANSWERS IS WRONG\n", contradictions,
                            contradictions == 1 ? "" : "S");
    text += fmt::format("{} common questions, {} of the first alone, {} of the second alone\n", found.common,
                        found.only_first, found.only_second);
    if (found.common == 0)
        text +=
            "no question is common by its content and options (--by place goes by names of files, row and epsilon)\n";
    text += fmt::format("solved: {} and {}, both {}\n", found.solved_first, found.solved_second, found.solved_both);
    text += fmt::format("{} regressions, {} improvements\n", found.count(Change::regression),
                        found.count(Change::improvement));
    if (found.solved_both != 0)
        text += fmt::format(
            "time where both solved: {:.2f} s and {:.2f} s, the second takes {:.3f} of the first (geometric mean)\n",
            found.seconds_first, found.seconds_second, found.time_ratio);
    std::size_t told = 0;
    for (const results::Difference& one : found.differences) {
        if (told++ == most_differences && !all) {
            text += fmt::format("and {} more (--all)\n", found.differences.size() - most_differences);
            break;
        }
        const std::string word = one.change == Change::contradiction ? "CONTRADICTION" : name_of(one.change);
        text += fmt::format("{:<13}  {:<10} {:>9.3f} s  {:<10} {:>9.3f} s  {}\n", word, one.first.status,
                            one.first.seconds, one.second.status, one.second.seconds, place_of(one.first.question));
    }
    return text;
}

Json comparison_json(const ComparedRuns& runs, const results::Comparison& found) {
    Json json;
    json["first"] = side_json(runs.first_file, runs.first, found.solved_first, found.seconds_first);
    json["second"] = side_json(runs.second_file, runs.second, found.solved_second, found.seconds_second);
    json["common"] = found.common;
    json["only_first"] = found.only_first;
    json["only_second"] = found.only_second;
    json["solved_both"] = found.solved_both;
    json["time_ratio"] = found.time_ratio;
    json["contradictions"] = found.count(Change::contradiction);
    json["regressions"] = found.count(Change::regression);
    json["improvements"] = found.count(Change::improvement);
    json["differences"] = Json::array();
    for (const results::Difference& one : found.differences)
        json["differences"].push_back(
            {{"change", name_of(one.change)}, {"first", row_json(one.first)}, {"second", row_json(one.second)}});
    return json;
}

}  // namespace sinew::cli
