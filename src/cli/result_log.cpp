// SPDX-License-Identifier: Apache-2.0
#include "cli/result_log.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "cli/common_options.hpp"
#include "cluster/merge_results.hpp"
#include "exact/decimal.hpp"
#include "results/csv.hpp"
#include "results/junit.hpp"
#include "results/sarif.hpp"
#include "write/json_text.hpp"

namespace sinew::cli {

namespace {
using Json = nlohmann::ordered_json;

/// Options that say how a question is answered and how the answer is told, and the files, which have digests. All
/// others are part of the question.
constexpr std::string_view options_of_the_run[] = {"input-file",
                                                   "epsilon-file",
                                                   "robust-set",
                                                   "timeout",
                                                   "memory",
                                                   "threads",
                                                   "seed",
                                                   "set",
                                                   "strategy",
                                                   "trace",
                                                   "json",
                                                   "quiet",
                                                   "expect",
                                                   "db",
                                                   "csv",
                                                   "junit",
                                                   "sarif",
                                                   "vnncomp",
                                                   "report",
                                                   "progress",
                                                   "resume",
                                                   "limit",
                                                   "skip",
                                                   "shard",
                                                   "images",
                                                   "export",
                                                   "drat",
                                                   "binary",
                                                   "proof",
                                                   "format",
                                                   "labels",
                                                   "test",
                                                   "validation",
                                                   "test-labels",
                                                   "validation-labels",
                                                   "statistics",
                                                   "save-best-validation",
                                                   "warm-start",
                                                   "share",
                                                   "epsilon",
                                                   "epsilons"};

Json to_json(const Given& given) {
    return std::visit(
        [](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
                return Json("");  // as results files have it: runs are compared by this
            else
                return Json(value);
        },
        given);
}

/// Of runs that nobody goes on with.
constexpr const char* no_identity = "{}";

/// A value as text: numbers are written as they are.
std::optional<std::string> value_at(const Json& answer, std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
        const auto found = answer.find(key);
        if (found == answer.end() || found->is_null()) continue;
        if (found->is_string()) return found->get<std::string>();
        if (found->is_number_integer()) return write::json_line(*found);
    }
    return std::nullopt;
}
}  // namespace

Option database_option() {
    return {
        "db", takes_text("FILE").ending_in("sqlite db"),
        "keep the answers, and what they are about, in this results file (SQLite), beside those of other runs; sinew "
        "results reads it"};
}

void describe_database(OptionGroups& options) {
    OptionGroup group("results");
    group.options = {database_option()};
    options.push_back(group);
}

void describe_row_files(OptionGroups& options, RowsOf what) {
    const bool has_lists = what == RowsOf::questions;
    // clang-format off
    const std::vector<Option> files = {
        {"csv", takes_text("FILE").ending_in("csv"), has_lists ? "a line for each question; of a list of instances VNN-COMP's six columns" : "a line for each question about an example"},
        {"junit", takes_text("FILE").ending_in("xml"), has_lists ? "a test case for each question (XML): a counterexample, or another verdict than --expect names, is a failure" : "a test case for each question (XML): a counterexample is a failure"},
        {"sarif", takes_text("FILE").ending_in("sarif"), "counterexamples as results of an analysis (SARIF 2.1.0)"}};
    // clang-format on
    options.back().options.insert(options.back().options.end(), files.begin(), files.end());
}

std::string digest_of(const std::string& argument, const std::vector<DigestedFile>& files) {
    std::string together;
    for (const DigestedFile& file : files) {
        if (file.file != argument && !file.file.starts_with(argument + "/")) continue;
        if (file.file == argument && file.sha256) return *file.sha256;
        if (!file.sha256) break;
        together += *file.sha256;
    }
    if (!together.empty()) return sha256(together);
    return fmt::format("unknown {} {}", iso_time(std::chrono::system_clock::now()), getpid());
}

Json question_options(std::string_view kind, const Arguments& arguments) {
    Json options = Json::object();
    for (const auto& [name, given] : arguments.options)
        if (std::ranges::find(options_of_the_run, std::string_view(name)) == std::end(options_of_the_run) &&
            !(kind == "train" && name == "out"))  // elsewhere a condition
            options[name] = to_json(given);
    return options;
}

results::Question question_about(std::string_view kind, const Arguments& arguments,
                                 const std::vector<DigestedFile>& files) {
    results::Question question;
    question.options = write::json_line(question_options(kind, arguments));
    if (arguments.files.empty()) return question;
    question.network = arguments.files[0];
    question.network_digest = digest_of(arguments.files[0], files);
    std::vector<std::string> others(arguments.files.begin() + 1, arguments.files.end());
    for (const char* option : {"labels", "validation", "test", "epsilon-file", "robust-set"})
        if (arguments.has(option)) others.push_back(arguments.get<std::string>(option));
    if (others.empty()) return question;
    question.property = others[0];
    question.property_digest = digest_of(others[0], files);
    if (others.size() == 1) return question;
    std::string together;
    for (const std::string& other : others) together += digest_of(other, files);
    question.property_digest = sha256(together);
    return question;
}

results::Row row_of(const Json& answer, results::Question question) {
    results::Row row;
    row.question = std::move(question);
    row.status = write::text_at(answer, "status");
    if (row.status.empty()) row.status = "unknown";
    row.decided_by = write::text_at(answer, "decided_by");
    row.reason = write::text_at(answer, "reason");
    if (row.reason.empty()) row.reason = write::text_at(answer, "stopped");
    row.seconds = answer.value("seconds", 0.0);
    row.value = value_at(answer, {"objective", "value"});
    row.bound = value_at(answer, {"bound"});
    Json details = answer;
    for (const char* key : {"kind", "status", "decided_by", "reason", "seconds", "files", "provenance"})
        details.erase(key);
    row.statistics = "{}";
    for (const char* key : {"statistics", "witness", "model"}) {
        if (!details.contains(key)) continue;
        if (std::string_view(key) == "statistics")
            row.statistics = write::json_line(details[key]);
        else if (!details[key].is_null())
            row.witness = write::json_line(details[key]);
        details.erase(key);
    }
    row.details = write::json_line(details);
    return row;
}

ResultLog::ResultLog(std::string_view kind, const Arguments& arguments) : arguments_(arguments) {
    run_.kind = kind;
    if (arguments.has("db")) path_ = arguments.get<std::string>("db");
    resumes_ = arguments.has("resume");
    if (resumes_ && arguments.has("db"))
        throw UsageError("--resume FILE keeps the answers there: --db has no part in it");
    if (resumes_) path_ = arguments.get<std::string>("resume");
    if ((resumes_ || arguments.has("db")) && (path_.empty() || path_ == "-"))
        throw UsageError(fmt::format("--{} cannot be '{}' (expected a file name)", resumes_ ? "resume" : "db", path_));
    const auto open = [&](const char* option, std::optional<OutputFile>& file) {
        if (const std::optional<std::string> path = output_path_of(arguments, option)) file.emplace(*path);
    };
    open("csv", csv_);
    open("junit", junit_);
    open("sarif", sarif_);
}

ResultLog::~ResultLog() {
    if (!file_ || is_over_ || run_.id == 0) return;
    try {
        file_->end(run_, "stopped", iso_time(std::chrono::system_clock::now()), seconds());
    } catch (const std::exception&) {
        // The run is over for those who look whether its process is alive.
    }
}

double ResultLog::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - arguments_.begun).count();
}

void ResultLog::begin(const Provenance& provenance) {
    if (!is_wanted()) return;
    const Json origin = provenance.json();
    run_.version = origin.at("sinew").get<std::string>();
    run_.command = write::json_line(origin.at("command"));
    run_.started = origin.at("started").get<std::string>();
    run_.machine = write::json_line(origin.at("machine"));
    run_.limits = write::json_line(origin.at("limits"));
    run_.files = write::json_line(origin.at("files"));
    run_.identity = no_identity;
    if (path_.empty()) return;
    // Whoever watches the shards of a cluster reads them, perhaps from another machine.
    file_.emplace(path_, arguments_.has("shard") ? results::Sharing::many_machines : results::Sharing::one_machine);
    if (!resumes_) file_->begin(run_);
}

void ResultLog::is_part(const Json& whole, std::int64_t first, std::size_t count, const cluster::Shard& shard) {
    run_.part = results::Part{write::json_line(whole), first, static_cast<std::int64_t>(count),
                              shard.is_all() ? "" : fmt::format("{}/{}", shard.index, shard.count)};
    if (file_ && run_.id != 0) file_->set_part(run_, *run_.part);
}

std::vector<results::Row> ResultLog::resume(const Json& identity, const IsSame& is_same) {
    run_.identity = write::json_line(identity);
    std::optional<InputError> difference;
    for (const results::Run& known : file_->runs(run_.kind)) {
        if (known.identity == no_identity) continue;  // kept by --db
        try {
            is_same(Json::parse(known.identity, nullptr, false), path_);
        } catch (const InputError& error) {
            if (!difference) difference = error;
            continue;
        }
        file_->take_over(known, run_.part);
        return go_on_with(known);
    }
    if (difference) throw InputError(*difference);
    file_->begin(run_);
    return {};
}

/// What had no answer is asked again where there is more time for it now.
std::vector<results::Row> ResultLog::go_on_with(const results::Run& known) {
    const std::string limits = std::exchange(run_, known).limits;
    const double before = results::seconds_each(run_);
    run_.limits = limits;
    std::vector<results::Row> rows = file_->rows(run_);
    std::set<std::int64_t> open;
    if (results::seconds_each(run_) > before)
        for (const results::Row& row : rows)
            if (results::standing_of(row.status) == results::Standing::open) open.insert(cluster::number_of(row));
    const auto again = std::ranges::stable_partition(
        rows, [&](const results::Row& row) { return !open.contains(cluster::number_of(row)); });
    file_->begin_again(run_, again);
    rows.erase(again.begin(), again.end());
    return rows;
}

void ResultLog::keep(const std::vector<results::Row>& rows) {
    if (keeps_rows()) rows_.insert(rows_.end(), rows.begin(), rows.end());
}

void ResultLog::add(std::vector<results::Row> rows) {
    count_ += rows.size();
    for (results::Row& row : rows) {
        if (row.details.empty()) row.details = "{}";
        if (row.statistics.empty()) row.statistics = "{}";
        if (row.expected) {
            Json details = Json::parse(row.details);
            details["expected"] = *row.expected;
            row.details = write::json_line(details);
        }
        if (const std::optional<Rational> epsilon = parse_number(row.question.epsilon))
            row.question.epsilon = to_string(*epsilon);
    }
    if (file_) file_->append(run_, rows);
    keep(rows);
}

void ResultLog::finish(bool is_complete) {
    run_.ended = iso_time(std::chrono::system_clock::now());
    std::optional<std::string> expected;
    if (arguments_.has("expect")) expected = arguments_.get<std::string>("expect");
    if (csv_) csv_->write(are_instances_ ? results::competition_csv_text(rows_) : results::csv_text(rows_));
    if (junit_) junit_->write(results::junit_text(run_, rows_, expected));
    if (sarif_) sarif_->write(write::json_document(results::sarif(run_, rows_, expected)));
    if (file_ && run_.id != 0) file_->end(run_, is_complete ? "finished" : "stopped", run_.ended, seconds());
    is_over_ = true;
}

}  // namespace sinew::cli
