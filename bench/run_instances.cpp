// SPDX-License-Identifier: Apache-2.0
// Runs sinew over a list of instances, one process each, and says what was solved, how fast, and what was wrong.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "instances.hpp"
#include "process.hpp"
#include "results_table.hpp"
#include "verdict.hpp"
#include "witness_check.hpp"

namespace {
using namespace sinew::bench;

struct Settings {
    std::string program;
    std::vector<std::string> lists;
    std::string commands;
    double limit = 20;
    bool limit_is_cpu = false;
    bool has_own_limits = false;
    std::string filter;
    std::string threads = "1";
    std::string csv;
    std::string json;
    std::map<std::string, std::string> facts;
    std::vector<std::string> passed_on;
};

struct Outcome {
    Instance instance;
    ProcessResult process;
    std::string status;  ///< verdict_of() what sinew said, or "timeout", or "error"
    bool solved = false;
    std::string complaint;  ///< why the answer is wrong, or the program failed
    double time = 0;        ///< what the limit is measured by
    double limit = 0;
};

constexpr const char* usage =
    "usage: run_instances --sinew PROGRAM (--instances FILE.csv... | --commands FILE) [--limit-seconds S]\n"
    "                     [--own-limits] [--cpu] [--filter TEXT] [--threads N] [--csv FILE] [--json FILE]\n"
    "                     [--fact NAME=VALUE]... [-- options]\n"
    "  --instances FILE   lines onnx,vnnlib,timeout_s,expected; of several lists each is called by its folder\n"
    "  --commands FILE    lines of label, expected verdict, command of sinew and its arguments, tabulators between\n"
    "  --limit-seconds S  an instance counts as solved within S seconds of wall time (default 20)\n"
    "  --own-limits       ... or within the seconds that the list gives it, where they are fewer\n"
    "  --cpu              measure the limit in CPU time, for a machine that does other work besides: a question is\n"
    "                     interrupted when it has used it up\n"
    "  --filter TEXT      only instances whose names contain TEXT\n"
    "  --csv, --json      write the results\n"
    "  --fact NAME=VALUE  stands in the CSV file: suite, date, commit, machine\n"
    "  -- OPTION...       options for sinew\n";

Settings settings_of(const std::vector<std::string>& words) {
    Settings settings;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        const auto value = [&]() -> const std::string& {
            if (++i == words.size()) throw std::invalid_argument(word + " needs a value");
            return words[i];
        };
        if (word == "--sinew") {
            settings.program = value();
        } else if (word == "--instances") {
            settings.lists.push_back(value());
        } else if (word == "--commands") {
            settings.commands = value();
        } else if (word == "--fact") {
            const std::string& fact = value();
            if (fact.find('=') == std::string::npos) throw std::invalid_argument("--fact needs NAME=VALUE");
            settings.facts[fact.substr(0, fact.find('='))] = fact.substr(fact.find('=') + 1);
        } else if (word == "--limit-seconds") {
            settings.limit = seconds_of(value());
        } else if (word == "--cpu") {
            settings.limit_is_cpu = true;
        } else if (word == "--own-limits") {
            settings.has_own_limits = true;
        } else if (word == "--filter") {
            settings.filter = value();
        } else if (word == "--threads") {
            settings.threads = value();
        } else if (word == "--csv") {
            settings.csv = value();
        } else if (word == "--json") {
            settings.json = value();
        } else if (word == "--") {
            settings.passed_on.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        } else {
            throw std::invalid_argument("unknown argument " + word);
        }
    }
    if (settings.program.empty() || settings.lists.empty() == settings.commands.empty())
        throw std::invalid_argument("--sinew and either --instances or --commands are needed");
    return settings;
}

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// What is wrong with an answer; empty if nothing is.
std::string complaint_about(const Outcome& outcome, const std::string& answer, const std::string& errors) {
    const std::string& expected = outcome.instance.expected;
    if (outcome.status == "error") {
        if (outcome.process.signal != 0) return fmt::format("ended by signal {}", outcome.process.signal);
        return fmt::format("exit {}: {}", outcome.process.exit_status, errors.substr(0, errors.find('\n')));
    }
    if (is_decided(outcome.status) && !expected.empty() && !agrees(outcome.status, expected))
        return "WRONG: expected " + expected;
    if (outcome.status != "sat" || outcome.instance.command != "verify") return {};
    try {
        const WitnessCheck check = check_witness(answer, outcome.instance.words);
        if (!check.exact) return "WRONG: the witness does not hold exactly";
        if (!check.float32) return "float32 replay of the witness fails";
    } catch (const std::exception& error) {
        return std::string("WRONG: no witness: ") + error.what();
    }
    return {};
}

Outcome run(const Settings& settings, const Instance& instance, const std::string& scratch) {
    const std::string answer_file = scratch + "/answer.json";
    const std::string error_file = scratch + "/stderr";
    std::remove(answer_file.c_str());
    // Where CPU time counts, other programs' share of the machine must not stop the run early: a question is
    // interrupted when it has used its processor time. (The limit of sinew certify is for each example, of which there
    // may be many.)
    const auto limited = std::ranges::find(instance.words, "--limit");
    const bool is_one_example = std::distance(limited, instance.words.end()) > 1 && limited[1] == "1";
    const bool is_one_question = instance.command != "certify" || is_one_example;
    const bool is_shorter = settings.has_own_limits && instance.seconds > 0 && instance.seconds < settings.limit;
    const double limit = is_shorter ? instance.seconds : settings.limit;
    const double wall_limit = (settings.limit_is_cpu ? is_one_question ? 30 : 4 : 1) * limit;
    const double cpu_limit = settings.limit_is_cpu && is_one_question ? limit : 0;
    std::vector<std::string> words{settings.program, instance.command, "--quiet", "--json=" + answer_file,
                                   fmt::format("--timeout={}", wall_limit)};
    if (settings.threads != "1") words.push_back("--threads=" + settings.threads);
    words.insert(words.end(), instance.words.begin(), instance.words.end());
    words.insert(words.end(), settings.passed_on.begin(), settings.passed_on.end());

    Outcome outcome;
    outcome.instance = instance;
    outcome.limit = limit;
    const double examples = is_one_question ? 1 : 1000;
    outcome.process = run_process(words, examples * wall_limit * 1.1 + 5, error_file, cpu_limit);
    const std::string answer = content_of(answer_file);
    outcome.status = outcome.process.killed_by_limit ? "timeout" : verdict_of(answer);
    if (outcome.status.empty()) outcome.status = outcome.process.interrupted ? "timeout" : "error";
    outcome.time = settings.limit_is_cpu ? outcome.process.cpu_seconds : outcome.process.wall_seconds;
    outcome.complaint = complaint_about(outcome, answer, content_of(error_file));
    if (outcome.process.killed_by_limit) outcome.complaint = "did not stop by itself";
    outcome.solved =
        is_decided(outcome.status) && outcome.time <= examples * limit && !outcome.complaint.starts_with("WRONG");
    return outcome;
}

void print_row(const Outcome& outcome) {
    fmt::print("{:<8} {:<6} {:>9.3f} {:>9.3f} {:>8.1f}  {}{}{}\n", outcome.status,
               outcome.instance.expected.empty() ? "-" : outcome.instance.expected, outcome.process.wall_seconds,
               outcome.process.cpu_seconds, outcome.process.peak_megabytes, outcome.instance.label,
               outcome.complaint.empty() ? "" : "  <- ", outcome.complaint);
    std::fflush(stdout);
}

/// exp of the mean logarithm; times below 0.1 ms count as 0.1 ms.
double geometric_mean(const std::vector<double>& times) {
    double sum = 0;
    for (const double time : times) sum += std::log(std::max(time, 1e-4));
    return times.empty() ? 0 : std::exp(sum / static_cast<double>(times.size()));
}

/// What came of some instances; several sets are told of one by one, then all together.
struct Tally {
    std::size_t asked = 0;
    std::size_t solved = 0;
    std::size_t sat = 0;
    std::size_t complaints = 0;
    std::size_t wrong = 0;
    double wall = 0;
    double cpu = 0;
    std::vector<double> solved_times;
    std::vector<double> all_times;

    void add(const Outcome& outcome) {
        ++asked;
        wall += outcome.process.wall_seconds;
        cpu += outcome.process.cpu_seconds;
        all_times.push_back(outcome.solved ? outcome.time : outcome.limit);
        if (!outcome.complaint.empty()) ++complaints;
        if (outcome.complaint.starts_with("WRONG")) ++wrong;
        if (!outcome.solved) return;
        ++solved;
        if (outcome.status == "sat") ++sat;
        solved_times.push_back(outcome.time);
    }
};

void print_sets(const std::vector<Outcome>& outcomes) {
    std::map<std::string, Tally> sets;
    for (const Outcome& outcome : outcomes)
        sets[outcome.instance.label.substr(0, outcome.instance.label.find('/'))].add(outcome);
    fmt::print("\n{:<28} {:>6} {:>5} {:>5} {:>6} {:>9} {:>9}\n", "set", "solved", "of", "sat", "wrong", "CPU s",
               "mean s");
    for (const auto& [name, set] : sets)
        fmt::print("{:<28} {:>6} {:>5} {:>5} {:>6} {:>9.1f} {:>9.3f}\n", name, set.solved, set.asked, set.sat,
                   set.wrong, set.cpu, geometric_mean(set.all_times));
}

/// Returns whether nothing was wrong.
bool print_summary(const Settings& settings, const std::vector<Outcome>& outcomes) {
    Tally all;
    for (const Outcome& outcome : outcomes) all.add(outcome);
    if (settings.lists.size() > 1) print_sets(outcomes);
    const std::string verdicts = all.sat == 0 ? "" : fmt::format(" ({} sat, {} unsat)", all.sat, all.solved - all.sat);
    const char* clock = settings.limit_is_cpu ? "CPU" : "wall";
    fmt::print("\nsolved {} of {} within {} s {}{}; wrong answers {}; other complaints {}\n", all.solved, all.asked,
               settings.limit, clock, verdicts, all.wrong, all.complaints - all.wrong);
    fmt::print("{} time, geometric mean: {:.4f} s over the solved, {:.4f} s over all with the unsolved at the limit\n",
               clock, geometric_mean(all.solved_times), geometric_mean(all.all_times));
    fmt::print("total: {:.1f} s wall, {:.1f} s CPU\n", all.wall, all.cpu);
    for (const Outcome& outcome : outcomes)
        if (!outcome.solved)
            fmt::print("unsolved: {} ({}, {:.1f} s wall, {:.1f} s CPU) {}\n", outcome.instance.label, outcome.status,
                       outcome.process.wall_seconds, outcome.process.cpu_seconds, outcome.complaint);
    return all.complaints == 0;
}

void write_results(const Settings& settings, const std::vector<Outcome>& outcomes) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    ResultTable table;
    table.facts = settings.facts;
    table.facts["limit"] = fmt::format("{}", settings.limit);
    table.facts["limit_is"] = settings.limit_is_cpu ? "processor time" : "wall time";
    if (settings.has_own_limits) table.facts["limit_is"] += ", or the list's own where that is shorter";
    table.facts["threads"] = settings.threads;
    if (!settings.filter.empty()) table.facts["filter"] = settings.filter;
    for (const Outcome& o : outcomes) {
        json.push_back({{"instance", o.instance.label},
                        {"status", o.status},
                        {"expected", o.instance.expected},
                        {"solved", o.solved},
                        {"wall_seconds", o.process.wall_seconds},
                        {"cpu_seconds", o.process.cpu_seconds},
                        {"peak_megabytes", o.process.peak_megabytes},
                        {"complaint", o.complaint}});
        table.rows.push_back({o.instance.label, o.status, o.instance.expected, o.solved, o.process.wall_seconds,
                              o.process.cpu_seconds, o.process.peak_megabytes, o.complaint});
    }
    const auto write = [](const std::string& file, const std::string& text) {
        if (file.empty()) return;
        const std::string part = file + ".part";
        std::ofstream out(part);
        out << text << std::flush;
        if (!out || std::rename(part.c_str(), file.c_str()) != 0) throw std::runtime_error(file + " cannot be written");
    };
    write(settings.csv, results_text(table));
    write(settings.json, json.dump(2) + "\n");
}

int run_all(const Settings& settings) {
    std::vector<Instance> instances;
    if (!settings.commands.empty()) instances = read_commands(settings.commands);
    for (const std::string& list : settings.lists) {
        const std::string set = std::filesystem::absolute(list).parent_path().filename();
        for (Instance& instance : read_instances(list, settings.lists.size() > 1 ? set + "/" : ""))
            instances.push_back(std::move(instance));
    }
    char scratch[] = "/tmp/sinew-bench-XXXXXX";
    if (mkdtemp(scratch) == nullptr) throw std::runtime_error("no scratch folder in /tmp");
    fmt::print("{:<8} {:<6} {:>9} {:>9} {:>8}  instance\n", "verdict", "known", "wall s", "CPU s", "peak MB");
    std::vector<Outcome> outcomes;
    for (const Instance& instance : instances) {
        if (instance.label.find(settings.filter) == std::string::npos) continue;
        outcomes.push_back(run(settings, instance, scratch));
        print_row(outcomes.back());
        write_results(settings, outcomes);  // what is there when a long run is stopped
    }
    for (const char* file : {"/answer.json", "/stderr"}) std::remove((std::string(scratch) + file).c_str());
    rmdir(scratch);
    write_results(settings, outcomes);
    return print_summary(settings, outcomes) ? 0 : 1;
}
}  // namespace

int main(int argc, char** argv) {
    try {
        return run_all(settings_of({argv + 1, argv + argc}));
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "run_instances: {}\n{}", error.what(), usage);
        return 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "run_instances: {}\n", error.what());
        return 2;
    }
}
