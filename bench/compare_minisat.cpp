// SPDX-License-Identifier: Apache-2.0
// sinew solve against minisat on the same files in the same run. Nothing is believed: every model is checked, every
// refutation is confirmed by cadical and its proof by the checker of sinew itself.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "check/check_drat.hpp"
#include "check/cnf_model.hpp"
#include "process.hpp"
#include "read/dimacs/read_dimacs.hpp"

namespace {
using namespace sinew;
using namespace sinew::bench;

struct Settings {
    std::string program;
    double limit = 60;
    int runs = 3;
    std::vector<std::string> files;
    std::vector<std::string> passed_on;
};

struct Row {
    std::string name;
    std::string status;
    double sinew = 0;
    double minisat = 0;
    double proof = 0;  ///< time of the run that writes the proof
    double check = 0;
    std::string complaint;
};

constexpr const char* usage =
    "usage: compare_minisat --sinew PROGRAM [--limit-seconds S] [--runs N] FILE.cnf... [-- options for sinew solve]\n"
    "  --runs N  times are the least of N runs of each program (default 3)\n";

Settings settings_of(const std::vector<std::string>& words) {
    Settings settings;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto value = [&] {
            return ++i < words.size() ? words[i] : throw std::invalid_argument("a value is missing");
        };
        if (words[i] == "--sinew") {
            settings.program = value();
        } else if (words[i] == "--limit-seconds") {
            settings.limit = std::stod(value());
        } else if (words[i] == "--runs") {
            settings.runs = std::stoi(value());
        } else if (words[i] == "--") {
            settings.passed_on.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        } else {
            settings.files.push_back(words[i]);
        }
    }
    if (settings.program.empty() || settings.files.empty()) throw std::invalid_argument("nothing to run");
    return settings;
}

std::string status_of_exit(const ProcessResult& process) {
    return process.exit_status == 10 ? "sat" : process.exit_status == 20 ? "unsat" : "unsolved";
}

/// CPU time of one run; both programs have the same limit, and count as if they had used it up when they do not answer.
double time_of(const ProcessResult& process, bool solved, double limit) {
    return solved ? process.cpu_seconds : std::max(limit, process.cpu_seconds);
}

void run_minisat(const Settings& settings, const std::string& file, const std::string& scratch, Row& row) {
    const ProcessResult process =
        run_process({"minisat", fmt::format("-cpu-lim={}", std::ceil(settings.limit)), file, scratch + "/minisat.out"},
                    4 * settings.limit + 5, scratch + "/stderr");
    const std::string status = status_of_exit(process);
    row.minisat = std::min(row.minisat, time_of(process, status != "unsolved", settings.limit));
    if (status != "unsolved" && row.status != "unsolved" && status != row.status)
        row.complaint = "WRONG: minisat says " + status;
}

/// One run of sinew; returns its answer.
nlohmann::json run_sinew(const Settings& settings, const std::string& file, const std::string& scratch,
                         const std::vector<std::string>& options, double& seconds) {
    const std::string answer_file = scratch + "/answer.json";
    std::remove(answer_file.c_str());
    std::vector<std::string> words{settings.program,        "solve",     file,
                                   "--json=" + answer_file, "--timeout", fmt::format("{}", 4 * settings.limit)};
    words.insert(words.end(), settings.passed_on.begin(), settings.passed_on.end());
    words.insert(words.end(), options.begin(), options.end());
    const ProcessResult process = run_process(words, 4 * settings.limit + 5, scratch + "/stderr");
    std::ifstream stream(answer_file);
    nlohmann::json answer = nlohmann::json::parse(stream, nullptr, false);
    if (answer.is_discarded()) answer = {{"status", "error"}};
    const bool solved =
        (answer["status"] == "sat" || answer["status"] == "unsat") && process.cpu_seconds <= settings.limit;
    seconds = std::min(seconds, time_of(process, solved, settings.limit));
    return answer;
}

void check_model(const model::Cnf& cnf, const nlohmann::json& answer, Row& row) {
    std::vector<bool> values(cnf.variable_count);
    for (const std::int64_t literal : answer.at("model").get<std::vector<std::int64_t>>())
        values.at(static_cast<std::size_t>(std::abs(literal)) - 1) = literal > 0;
    if (check::first_unsatisfied(cnf, values)) row.complaint = "WRONG: the model fails";
}

void check_refutation(const Settings& settings, const std::string& file, const model::Cnf& cnf,
                      const std::string& scratch, Row& row) {
    const ProcessResult cadical =
        run_process({"cadical", "-q", "-n", "-t", fmt::format("{}", std::ceil(4 * settings.limit)), file},
                    8 * settings.limit + 5, scratch + "/stderr");
    const std::string confirmed = status_of_exit(cadical);
    if (confirmed != "unsat") row.complaint = (confirmed == "sat" ? "WRONG: cadical says " : "cadical: ") + confirmed;
    const std::string proof = scratch + "/proof.drat";
    row.proof = 1e9;
    run_sinew(settings, file, scratch, {"--drat", proof}, row.proof);
    proof::DratReader reader(proof);
    const std::clock_t begin = std::clock();
    const check::DratReport report = check::check_drat(cnf, reader);
    row.check = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    if (report.status != check::DratStatus::verified) row.complaint = "WRONG: proof: " + report.reason;
}

Row compare(const Settings& settings, const std::string& file, const std::string& scratch) {
    Row row;
    row.name = std::filesystem::path(file).stem().string();
    row.sinew = row.minisat = 1e9;
    nlohmann::json answer;
    for (int run = 0; run < settings.runs; ++run) {
        answer = run_sinew(settings, file, scratch, {}, row.sinew);
        row.status = answer["status"].get<std::string>();
        run_minisat(settings, file, scratch, row);
        // A long run is not repeated: its noise is small.
        if (row.sinew + row.minisat > 5) break;
    }
    const model::Cnf cnf = read::read_dimacs(file);
    if (row.status == "sat") check_model(cnf, answer, row);
    if (row.status == "unsat") check_refutation(settings, file, cnf, scratch, row);
    if (row.status != "sat" && row.status != "unsat" && row.complaint.empty()) row.complaint = "unsolved";
    return row;
}

double ratio(const Row& row) {
    return std::max(row.sinew, 1e-3) / std::max(row.minisat, 1e-3);
}

double geometric_mean(const std::vector<Row>& rows) {
    double sum = 0;
    for (const Row& row : rows) sum += std::log(ratio(row));
    return rows.empty() ? 0 : std::exp(sum / static_cast<double>(rows.size()));
}

/// The family of an instance: its name without what follows the first underscore.
std::string family(const Row& row) {
    return row.name.substr(0, row.name.find('_'));
}

int report(const std::vector<Row>& rows) {
    double sinew_total = 0;
    double minisat_total = 0;
    std::size_t complaints = 0;
    std::vector<std::string> families;
    for (const Row& row : rows) {
        sinew_total += row.sinew;
        minisat_total += row.minisat;
        complaints += row.complaint.empty() ? 0 : 1;
        if (std::find(families.begin(), families.end(), family(row)) == families.end()) families.push_back(family(row));
    }
    fmt::print("\n{} formulas, {} complaints; CPU seconds: sinew {:.2f}, minisat {:.2f}\n", rows.size(), complaints,
               sinew_total, minisat_total);
    for (const std::string& name : families) {
        std::vector<Row> members;
        std::copy_if(rows.begin(), rows.end(), std::back_inserter(members),
                     [&](const Row& r) { return family(r) == name; });
        fmt::print("  {:<12} {:>2} formulas: sinew / minisat {:.2f}\n", name, members.size(), geometric_mean(members));
    }
    fmt::print("geometric mean of sinew / minisat: {:.3f}\n", geometric_mean(rows));
    return complaints == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Settings settings = settings_of(std::vector<std::string>(argv + 1, argv + argc));
        const std::filesystem::path scratch =
            std::filesystem::temp_directory_path() / fmt::format("sinew_compare_minisat_{}", getpid());
        std::filesystem::create_directories(scratch);
        std::vector<Row> rows;
        fmt::print("{:<24} {:<8} {:>9} {:>9} {:>7} {:>9} {:>9}\n", "formula", "answer", "sinew", "minisat", "ratio",
                   "+ proof", "checking");
        for (const std::string& file : settings.files) {
            const Row row = compare(settings, file, scratch.string());
            fmt::print("{:<24} {:<8} {:>9.3f} {:>9.3f} {:>7.2f} {:>9.3f} {:>9.3f}  {}\n", row.name, row.status,
                       row.sinew, row.minisat, ratio(row), row.proof, row.check, row.complaint);
            std::fflush(stdout);
            rows.push_back(row);
        }
        std::filesystem::remove_all(scratch);
        return report(rows);
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "compare_minisat: {}\n{}", error.what(), usage);
        return 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "compare_minisat: {}\n", error.what());
        return 1;
    }
}
