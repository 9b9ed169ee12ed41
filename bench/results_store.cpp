// SPDX-License-Identifier: Apache-2.0
// What results files cost and keep: microseconds a row, two writers at once with a kill of one, a comparison of two
// runs as a whole process. Usage: results_store SINEW FOLDER [ROWS]
#include <chrono>
#include <csignal>
#include <set>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/number_text.hpp"
#include "process.hpp"
#include "results/results_file.hpp"

namespace {

using namespace sinew;
using namespace sinew::results;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

Run some_run() {
    Run run;
    run.kind = "certify";
    run.version = "bench";
    run.command = R"(["sinew","certify"])";
    run.started = "2026-11-30T12:00:00Z";
    run.machine = run.limits = run.identity = "{}";
    run.files = "[]";
    return run;
}

/// As `sinew certify` writes it of an image: some ten changed pixels, some ten figures.
Row row_of(std::int64_t number, bool slower) {
    Row row;
    row.question = {"net.onnx", std::string(64, 'a'), "data.csv", std::string(64, 'b'), R"({"norm":"inf"})", number,
                    "1/100"};
    row.status = number % 3 == 0 ? "falsified" : number % 7 == 0 && slower ? "unknown" : "certified";
    row.decided_by = "bounds";
    row.seconds = 0.001 * static_cast<double>(1 + number % 50) * (slower ? 2 : 1);
    row.details = R"({"label":7,"predicted":7,"adversarial_class":3})";
    row.statistics =
        R"({"nodes":3,"lp_solves":12,"sat_conflicts":4,"sat_decisions":5,"exact_checks":1,"lp_iterations":99})";
    std::string changes = "[";
    for (int i = 0; i < 10; ++i)
        changes += fmt::format("{}{{\"input\":{},\"value\":\"{}/1000\"}}", i == 0 ? "" : ",", i * 31, i);
    if (number % 3 == 0) row.witness = changes + "]";
    return row;
}

void write_rows(const std::string& path, std::int64_t rows, bool slower) {
    ResultsFile file(path);
    Run run = some_run();
    file.begin(run);
    const Clock::time_point begin = Clock::now();
    double longest = 0;
    for (std::int64_t i = 0; i < rows; ++i) {
        const Clock::time_point before = Clock::now();
        file.append(run, row_of(i, slower));
        longest = std::max(longest, seconds_since(before));
    }
    const double seconds = seconds_since(begin);
    file.end(run, "finished", run.started, seconds);
    fmt::print("one writer: {} rows, {:.1f} us a row, the longest {:.2f} ms\n", rows,
               1e6 * seconds / static_cast<double>(rows), 1e3 * longest);
}

/// Writes rows `first`, `first` + 2, … and tells each finished one.
[[noreturn]] void write_and_tell(const std::string& path, Run run, std::int64_t first, std::int64_t rows, int told) {
    ResultsFile file(path);
    for (std::int64_t number = first; number < rows; number += 2) {
        file.append(run, row_of(number, false));
        if (write(told, &number, sizeof number) != static_cast<ssize_t>(sizeof number)) _exit(1);
    }
    _exit(0);
}

bool two_writers(const std::string& path, std::int64_t rows) {
    Run run = some_run();
    {
        ResultsFile file(path);
        file.begin(run);
    }
    int told[2] = {};
    if (pipe(told) != 0) return false;
    const Clock::time_point begin = Clock::now();
    const pid_t killed = fork();
    if (killed == 0) write_and_tell(path, run, 0, rows, told[1]);
    const pid_t other = fork();
    if (other == 0) write_and_tell(path, run, 1, rows, told[1]);
    close(told[1]);
    std::set<std::int64_t> finished;
    std::int64_t number = 0;
    while (read(told[0], &number, sizeof number) == static_cast<ssize_t>(sizeof number)) {
        finished.insert(number);
        if (finished.size() == static_cast<std::size_t>(rows) / 4) kill(killed, SIGKILL);
    }
    const double seconds = seconds_since(begin);
    int killed_status = 0;
    int other_status = 0;
    waitpid(killed, &killed_status, 0);
    waitpid(other, &other_status, 0);
    ResultsReader reader(path);
    std::set<std::int64_t> kept;
    for (const Row& row : reader.rows(run)) kept.insert(row.question.row);
    std::size_t lost = 0;
    for (const std::int64_t row : finished) lost += kept.contains(row) ? 0 : 1;
    const bool ended = WIFSIGNALED(killed_status) && WIFEXITED(other_status) && WEXITSTATUS(other_status) == 0;
    fmt::print("two writers, one killed: {} rows finished in {:.2f} s, {} kept, {} lost{}\n", finished.size(), seconds,
               kept.size(), lost, ended ? "" : ", AND THE PROCESSES DID NOT END AS THEY SHOULD");
    return lost == 0 && ended;
}
}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 1;
    const std::string folder = argv[2];
    const auto rows = static_cast<std::int64_t>(parse_count(argc > 3 ? argv[3] : "10000", 100000000).value_or(10000));
    write_rows(folder + "/one.sqlite", rows, false);
    write_rows(folder + "/one.sqlite", rows, true);
    const bool keeps = two_writers(folder + "/two.sqlite", rows);
    const bench::ProcessResult compared = bench::run_process(
        {argv[1], "results", "compare", folder + "/one.sqlite:1", folder + "/one.sqlite:2"}, 60, "/dev/null");
    fmt::print("sinew results compare, {} rows each: {:.3f} s, exit {}\n", rows, compared.wall_seconds,
               compared.exit_status);
    return keeps && compared.exit_status == 0 ? 0 : 1;
}
