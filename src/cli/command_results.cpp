// SPDX-License-Identifier: Apache-2.0
// sinew results: what results files hold, and two runs side by side.
#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/number_text.hpp"
#include "base/suggest.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/output_file.hpp"
#include "cli/print.hpp"
#include "cli/results_place.hpp"
#include "cli/results_text.hpp"
#include "results/compare.hpp"
#include "results/csv.hpp"
#include "results/junit.hpp"
#include "results/results_file.hpp"
#include "results/sarif.hpp"
#include "write/json_text.hpp"

namespace sinew::cli {

extern const Command results_command;

namespace {
using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

/// All that a row can say but "error".
Words verdicts() {
    return {"sat",      "unsat",     "certified", "falsified",  "wrong",   "optimum",
            "feasible", "unbounded", "optimal",   "infeasible", "unknown", "timeout"};
}

void describe_results(OptionGroups& options) {
    OptionGroup compare("compare");
    OptionGroup exports("export");
    OptionGroup output("output");
    // clang-format off
    compare.options = {
        {"by", takes_text("WHAT").among({"content", "place"}), "which questions are the same: content (default; digests, options, row, epsilon) or place (names of files, row, epsilon)"},
        {"all", "every difference, not the first hundred"},
        {"fail-on-regression", "exit 5 also where the second run has no answer that the first one has"}};
    exports.options = {
        {"csv", takes_text("FILE").ending_in("csv"), "a line for each question; - is standard output"},
        {"vnncomp", "in the six columns of VNN-COMP: category, network, property, prepare time, result, run time"},
        {"junit", takes_text("FILE").ending_in("xml"), "a test case for each question (XML)"},
        {"sarif", takes_text("FILE").ending_in("sarif"), "counterexamples as results of an analysis (SARIF 2.1.0)"},
        {"expect", takes_text("VERDICT").among(verdicts()), "what --junit and --sarif take for right, such as unsat or certified: another verdict is a failure there"}};
    output.options = {
        {"json", takes_optional_text("[=FILE]").ending_in("json"), "runs and rows, or the comparison, as JSON (docs/json.md)"}};
    // clang-format on
    options.push_back(compare);
    options.push_back(exports);
    options.push_back(output);
}

void tell_json(const std::string& path, Json json) {
    Json whole{{"kind", "results"}};
    whole.update(json);
    OutputFile(path).write(write::json_document(whole));
}

ExitStatus list(const Arguments& arguments) {
    ResultsFiles files;
    Json json = Json::array();
    const std::optional<std::string> json_path = json_path_of(arguments);
    for (const std::string& word : arguments.files) {
        const ResultsPlace place = results_place(word);
        results::ResultsReader& reader = files.at(place.file);
        if (place.run) {
            const results::Run run = run_at(reader, place);
            const std::vector<results::Row> rows = reader.rows(run);
            if (json_path)
                json.push_back(run_json(place.file, run, &rows));
            else
                write_output(run_text(run, rows));
            continue;
        }
        const std::vector<results::Run> runs = reader.runs();
        if (json_path) {
            for (const results::Run& run : runs) json.push_back(run_json(place.file, run, nullptr));
            continue;
        }
        if (arguments.files.size() > 1) print_out("{}\n", place.file);
        write_output(runs_head());
        for (const results::Run& run : runs) write_output(runs_line(run, reader.statuses(run)));
    }
    if (json_path) tell_json(*json_path, {{"runs", json}});
    return answered;
}

results::MatchBy match_of(const Arguments& arguments) {
    if (!arguments.has("by")) return results::MatchBy::content;
    const auto& word = arguments.get<std::string>("by");
    if (word == "content") return results::MatchBy::content;
    if (word == "place") return results::MatchBy::place;
    throw UsageError(fmt::format("--by cannot be '{}' (expected content or place)", word));
}

ExitStatus compare(const Arguments& arguments) {
    if (arguments.files.size() != 3) throw UsageError("compare takes two runs: FILE or FILE:RUN each");
    ResultsFiles files;
    const ResultsPlace first_place = results_place(arguments.files[1]);
    const ResultsPlace second_place = results_place(arguments.files[2]);
    const results::MatchBy match = match_of(arguments);
    const results::Run first = run_at(files.at(first_place.file), first_place);
    const results::Run second = run_at(files.at(second_place.file), second_place);
    const results::Comparison found =
        results::compare(files.at(first_place.file).rows(first), files.at(second_place.file).rows(second), match);
    const ComparedRuns runs{first_place.file, first, second_place.file, second};
    const std::optional<std::string> json_path = json_path_of(arguments);
    if (json_path) tell_json(*json_path, {{"comparison", comparison_json(runs, found)}});
    if (!json_path || *json_path != "-") write_output(comparison_text(runs, found, arguments.has("all")));
    if (found.count(results::Change::contradiction) != 0) return not_as_expected;
    const bool regressed = found.count(results::Change::regression) != 0;
    return regressed && arguments.has("fail-on-regression") ? not_as_expected : answered;
}

ExitStatus export_rows(const Arguments& arguments) {
    if (arguments.files.size() != 2) throw UsageError("export takes one run: FILE or FILE:RUN");
    std::optional<std::string> expected;
    if (arguments.has("expect")) {
        expected = arguments.get<std::string>("expect");
        if (std::ranges::count(verdicts(), *expected) == 0)
            throw UsageError(fmt::format("--expect cannot be '{}'{} (expected {})", *expected,
                                         did_you_mean(*expected, verdicts()), joined(verdicts(), ", ")));
    }
    if (expected && !arguments.has("junit") && !arguments.has("sarif"))
        throw UsageError("--expect says what is a failure in --junit and --sarif");
    bool is_asked = false;
    ResultsFiles files;
    const ResultsPlace place = results_place(arguments.files[1]);
    results::ResultsReader& reader = files.at(place.file);
    const results::Run run = run_at(reader, place);
    const std::vector<results::Row> rows = reader.rows(run);
    const auto write = [&](const char* option, const auto& text) {
        const std::optional<std::string> path = output_path_of(arguments, option, {&place.file, 1});
        if (!path) return;
        is_asked = true;
        OutputFile(*path).write(text());
    };
    write("csv",
          [&] { return arguments.has("vnncomp") ? results::competition_csv_text(rows) : results::csv_text(rows); });
    write("junit", [&] { return results::junit_text(run, rows, expected); });
    write("sarif", [&] { return write::json_document(results::sarif(run, rows, expected)); });
    if (const std::optional<std::string> path = json_path_of(arguments)) {
        is_asked = true;
        tell_json(*path, {{"runs", Json::array({run_json(place.file, run, &rows)})}});
    }
    if (!is_asked) throw UsageError("export into what? --csv, --json, --junit or --sarif");
    return answered;
}

ExitStatus run_results(const Arguments& arguments) {
    if (arguments.files.empty()) throw UsageError("results takes a results file; see sinew help results");
    const bool compares = arguments.files[0] == "compare";
    const bool exports = arguments.files[0] == "export";
    for (const char* option : {"by", "all", "fail-on-regression"})
        if (arguments.has(option) && !compares) throw UsageError(fmt::format("--{} is for results compare", option));
    for (const char* option : {"csv", "vnncomp", "junit", "sarif", "expect"})
        if (arguments.has(option) && !exports) throw UsageError(fmt::format("--{} is for results export", option));
    if (arguments.has("vnncomp") && !arguments.has("csv")) throw UsageError("--vnncomp says what --csv writes");
    return compares ? compare(arguments) : exports ? export_rows(arguments) : list(arguments);
}
}  // namespace

const Command results_command{
    "results",
    "what results files (--db, --resume) hold: runs, their answers, two runs side by side",
    "results [OPTION...] FILE[:RUN]...\n"
    "results compare [OPTION...] FILE[:RUN] FILE[:RUN]\n"
    "results export [OPTION...] FILE[:RUN]",
    "FILE alone lists its runs; FILE:RUN shows a run with its answers. compare and export take the latest run where no "
    "number is given.\n"
    "\n"
    "compare tells contradictions (one run says sat and the other unsat), regressions (the second has no answer), "
    "improvements, what each solved, and the geometric mean of the times' ratios. docs/results_files.md says what is "
    "in the file.",
    "# which runs are there, and what did the third answer?\n"
    "sinew results results.sqlite\n"
    "sinew results results.sqlite:3\n"
    "# two versions, two settings, two tools\n"
    "sinew results compare old.sqlite new.sqlite\n"
    "sinew results compare results.sqlite:3 results.sqlite:5 --json=comparison.json\n"
    "# a table, and a report for a build server\n"
    "sinew results export results.sqlite --csv table.csv --junit tests.xml",
    describe_results,
    run_results,
    json_option,
    json_suffix,
    "sqlite db",
    "compare export",
    "0 it is shown, compared, written\n"
    "5 compare: a contradiction; with --fail-on-regression also a regression",
};

}  // namespace sinew::cli
