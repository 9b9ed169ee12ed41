// SPDX-License-Identifier: Apache-2.0
// `train_peer FOLDER SECONDS [NAME [SCRATCH]]`: sinew's exact training on the rows of the robust binarized networks
// project whose names contain NAME, beside what others have reached; with a folder for scratch files, beside clasp and
// cbc on the same model, now.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <thread>

#include <fmt/core.h>

#include "train/demands.hpp"
#include "train/exact.hpp"
#include "train_problems.hpp"
#include "train_rivals.hpp"

namespace {
using namespace sinew;

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// When the best came.
class Watch : public train::ExactListener {
  public:
    void improved(const train::Weights&, const std::vector<std::int64_t>& values) override {
        last = cpu_seconds();
        if (first == 0) first = last;
        best = values.front();
    }
    double first = 0;
    double last = 0;
    std::int64_t best = 0;
};

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::optimum:
            return "proven";
        case Outcome::feasible:
            return "feasible";
        case Outcome::unsat:
            return "infeasible";
        default:
            return "unknown";
    }
}

bool run(const bench::TrainRow& row, double seconds, const std::string& scratch) {
    Watch watch;
    const double begin = cpu_seconds();
    // The machine may be shared: the limit is one of CPU time.
    std::atomic<bool> over = false;
    std::jthread clock([&](const std::stop_token& stop) {
        while (!stop.stop_requested() && cpu_seconds() - begin < seconds)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        over = true;
    });
    const train::ExactResult result = train::train_exactly(row.problem, {}, Limits({}, {}, &over), &watch);
    const double spent = cpu_seconds() - begin;
    clock.request_stop();
    const bool has = !result.values.empty();
    const bool least = row.problem.objectives.front() == train::Objective::min_weight;
    bool good = has && (least ? result.objective <= row.mark : result.objective >= row.mark);
    const bool proven = result.outcome == Outcome::optimum;
    if (row.prove_within) good = good && proven && spent < *row.prove_within;
    fmt::print("| {} | {} | {} | {} {}, bound {}, {:.2f} s, best at {:.2f} s, {} right{}{} | {} |\n", row.name,
               row.cp_optimizer, row.others, has ? std::to_string(result.objective) : "-", name_of(result.outcome),
               result.bound, spent, has ? watch.last - begin : 0,
               has ? train::count_right(result.weights, row.problem.examples) : 0, proven ? ", by " : "", result.method,
               good ? "ok" : "MISSED");
    if (!scratch.empty()) {
        const int whole = static_cast<int>(seconds);
        fmt::print("|   now, on our export: | clasp: {} | cbc: {} | | |\n",
                   bench::ask_clasp(row.problem, whole, scratch), bench::ask_cbc(row.problem, whole, scratch));
    }
    std::fflush(stdout);
    return good;
}
}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc < 3) {
            fmt::print(stderr, "usage: train_peer FOLDER SECONDS [NAME [SCRATCH]]\n");
            return 2;
        }
        bool good = true;
        for (const bench::TrainRow& row : bench::peer_rows(argv[1]))
            if (argc < 4 || row.name.find(argv[3]) != std::string::npos)
                good = run(row, std::stod(argv[2]), argc > 4 ? argv[4] : "") && good;
        return good ? 0 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
