// SPDX-License-Identifier: Apache-2.0
// `neuron_networks SECONDS [MODES [HIDDEN INPUTS SEED]...]`: maximises the output of two-layer tansig networks under
// linear constraints, by single neurons' propagators, with the whole network's relaxation beside, and by MiniZinc's
// Gecode on the same model where it is installed. MODES are letters of s, w and g for these three. Tells the bound at
// the root, conflicts or nodes, CPU time, and what is proven.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include "integer/network_propagator.hpp"
#include "integer/neuron_propagator.hpp"
#include "neuron_problems.hpp"

namespace {
using namespace sinew;
using integer::IntVar;

double cpu_seconds(int who) {
    rusage usage{};
    getrusage(who, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double figure(const Statistics& statistics, std::string_view name) {
    for (const auto& [known, value] : statistics.figures())
        if (known == name) return value;
    return 0;
}

/// One run of the integer engine. Wrong answers end the program.
void run_engine(const bench::NeuronProblem& problem, bool relaxed, double seconds) {
    const double begin = cpu_seconds(RUSAGE_SELF);
    integer::Model model;
    std::vector<IntVar> variables;
    for (std::size_t i = 0; i < problem.inputs; ++i) variables.push_back(model.add_variable(-1000, 1000));
    for (std::size_t unit = 0; unit < problem.units.size(); ++unit)
        variables.push_back(integer::add_neuron(model, problem.neuron(unit), variables));
    integer::NetworkConstraint network;
    for (std::size_t unit = 0; unit < problem.units.size(); ++unit)
        network.add_neuron(model, problem.neuron(unit), variables, variables[problem.inputs + unit]);
    for (const auto& [row, right] : problem.rows) {
        std::vector<integer::Term> terms;
        for (std::size_t i = 0; i < row.size(); ++i) terms.push_back({variables[i], row[i]});
        model.add_linear(terms, integer::Relation::less_equal, right);
        network.add_at_most(terms, right);
    }
    network.set_objective(-integer::View(variables.back()));
    model.maximize({{variables.back(), 1}});
    const integer::Term goal{variables.back(), -1};
    network.suggest_start(model, {&goal, 1});
    if (relaxed) std::move(network).post(model);
    model.set_relaxation(false);  // of the linear rows alone
    const bool possible = model.propagate();
    const integer::Value root = possible ? model.upper(variables.back()) : 0;
    const double root_seconds = cpu_seconds(RUSAGE_SELF) - begin;

    std::atomic<bool> over = false;
    std::jthread clock([&](const std::stop_token& stop) {
        while (!stop.stop_requested() && cpu_seconds(RUSAGE_SELF) - begin < seconds)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        over = true;
    });
    const integer::Result result = model.solve(Limits(std::nullopt, std::nullopt, &over));
    clock.request_stop();
    const Statistics statistics = model.statistics();
    const bool found = !result.values.empty();
    if (found) {
        std::vector<Integer> inputs;
        for (std::size_t i = 0; i < problem.inputs; ++i) inputs.emplace_back(result.values[i]);
        if (problem.output(inputs) != result.value) {
            fmt::print("WRONG: the network's output at the solution is {}\n", problem.output(inputs).get_str());
            std::exit(1);
        }
    }
    fmt::print("  {:<15} root <= {:>5} ({:.2f} s)   best {:>5}   bound {:>5}   conflicts {:>8.0f}   {:>7.2f} s  {}\n",
               relaxed ? "whole network" : "single neurons", root, root_seconds, found ? result.value.get_str() : "-",
               result.bound.get_str(), figure(statistics, "integer_conflicts"), cpu_seconds(RUSAGE_SELF) - begin,
               result.outcome == Outcome::optimum ? "proven"
               : result.outcome == Outcome::unsat ? "unsat"
                                                  : "limit");
    std::fflush(stdout);
}

/// Gecode through MiniZinc. Its limit is one of wall time: what a run of ours took of that for the same CPU time.
void run_gecode(const bench::NeuronProblem& problem, double seconds) {
    if (std::system("command -v minizinc > /dev/null") != 0) {
        fmt::print("  gecode          skipped: minizinc is not installed\n");
        return;
    }
    const auto file = std::filesystem::temp_directory_path() / fmt::format("neuron_networks_{}.mzn", getpid());
    std::ofstream(file) << bench::minizinc_text(problem);
    const double begin = cpu_seconds(RUSAGE_CHILDREN);
    const std::string command =
        fmt::format("minizinc --solver gecode -a -s --time-limit {:.0f} '{}' 2>&1", 1000 * seconds, file.string());
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return;
    std::string best = "-";
    std::string nodes = "-";
    bool proven = false;
    char line[4096];
    while (std::fgets(line, sizeof line, pipe) != nullptr) {
        const std::string text(line);
        const auto value = [&](std::size_t at) { return text.substr(at, text.find('\n') - at); };
        if (text.starts_with("best ")) best = value(5);
        if (text.starts_with("==========")) proven = true;
        if (text.starts_with("=====UNSAT")) best = "unsat";
        if (text.starts_with("%%%mzn-stat: nodes=")) nodes = value(19);
        if (text.find("rror") != std::string::npos) fmt::print("  gecode: {}", text);
    }
    pclose(pipe);
    std::filesystem::remove(file);
    fmt::print("  {:<15} {:>22}   best {:>5}   {:>11}   nodes     {:>8}   {:>7.2f} s  {}\n", "gecode", "", best, "",
               nodes, cpu_seconds(RUSAGE_CHILDREN) - begin,
               proven            ? "proven"
               : best == "unsat" ? "unsat"
                                 : "limit");
    std::fflush(stdout);
}

void run(std::size_t hidden, std::size_t inputs, std::uint64_t seed, double seconds, const std::string& modes) {
    fmt::print("{} inputs, {} hidden, seed {}\n", inputs, hidden, seed);
    const bench::NeuronProblem problem = bench::make_problem(hidden, inputs, seed);
    const auto wanted = [&](char mode) { return modes.find(mode) != std::string::npos; };
    const auto wall = [] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
    const double begin = wall();
    const double cpu_begin = cpu_seconds(RUSAGE_SELF);
    if (wanted('s')) run_engine(problem, false, seconds);
    if (wanted('w')) run_engine(problem, true, seconds);
    const double cpu = cpu_seconds(RUSAGE_SELF) - cpu_begin;
    if (wanted('g')) run_gecode(problem, seconds * (cpu > 0.1 ? std::max(1.0, (wall() - begin) / cpu) : 1));
}
}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        fmt::print(stderr, "usage: neuron_networks SECONDS [MODES [HIDDEN INPUTS SEED]...]\n");
        return 1;
    }
    const double seconds = std::atof(argv[1]);
    const auto number = [&](int i) { return static_cast<std::size_t>(std::atol(argv[i])); };
    const std::string modes = argc > 2 ? argv[2] : "swg";
    for (int i = 3; i + 2 < argc; i += 3) run(number(i), number(i + 1), number(i + 2), seconds, modes);
    if (argc > 3) return 0;
    for (const auto& [hidden, inputs] :
         {std::pair{5U, 3U}, {8U, 4U}, {10U, 5U}, {10U, 10U}, {20U, 5U}, {20U, 10U}, {40U, 5U}, {40U, 10U}, {40U, 20U}})
        run(hidden, inputs, 1, seconds, modes);
    return 0;
}
