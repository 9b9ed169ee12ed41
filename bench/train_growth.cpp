// SPDX-License-Identifier: Apache-2.0
// `train_growth SINEW SECONDS SCRATCH`: what `sinew train` takes, by examples and by weights. A random network of the
// same layers labels random signs, so that every table is learnable; both classes are equally frequent.
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "process.hpp"
#include "train/problem.hpp"
#include "train/weights.hpp"

namespace {
using namespace sinew;

struct Size {
    std::size_t examples;
    std::size_t inputs;
    std::size_t hidden;
    std::size_t weights() const { return inputs * hidden + hidden; }
};

/// Two of three weights are 0 below the output, so that a neuron sees few inputs.
train::Weights random_teacher(const Size& size, Random& random) {
    train::Weights teacher;
    teacher.layers.resize(2);
    for (std::size_t i = 0; i < size.inputs * size.hidden; ++i)
        teacher.layers[0].push_back(random.below(3) != 0   ? std::int8_t{0}
                                    : random.below(2) == 0 ? std::int8_t{-1}
                                                           : std::int8_t{1});
    for (std::size_t j = 0; j < size.hidden; ++j)
        teacher.layers[1].push_back(random.below(2) == 0 ? std::int8_t{-1} : std::int8_t{1});
    return teacher;
}

void write_table(const Size& size, const std::string& file) {
    Random random(size.examples * 1000003 + size.weights());
    const train::Weights teacher = random_teacher(size, random);
    std::ofstream out(file);
    for (std::size_t i = 0; i < size.inputs; ++i) out << "x" << i << ',';
    out << "class\n";
    std::vector<std::size_t> wanted = {size.examples / 2, size.examples - size.examples / 2};
    std::vector<std::int32_t> row(size.inputs);
    while (wanted[0] + wanted[1] != 0) {
        for (std::int32_t& value : row) value = random.below(2) == 0 ? -1 : 1;
        const std::uint32_t label = train::class_of(train::sums_of(teacher, row).back());
        if (wanted[label] == 0) continue;
        --wanted[label];
        for (const std::int32_t value : row) out << value << ',';
        out << label << '\n';
    }
}

/// The time in front of the first line that tells a solution of the exact method; empty if there is none.
std::string first_solution(const std::string& log, const std::string& objective) {
    std::ifstream lines(log);
    for (std::string line; std::getline(lines, line);)
        if (line.find(" s  " + objective) != std::string::npos) return line.substr(0, line.find(" s"));
    return "-";
}

void run(const std::string& program, const Size& size, const std::vector<std::string>& objective, double seconds,
         const std::string& scratch) {
    const std::string table = scratch + "/table.csv";
    const std::string result = scratch + "/result.json";
    const std::string log = scratch + "/log";
    write_table(size, table);
    std::vector<std::string> words = {program,
                                      "train",
                                      table,
                                      "--label",
                                      "class",
                                      "--layers",
                                      std::to_string(size.hidden),
                                      "--timeout",
                                      fmt::format("{}", seconds),
                                      "--json=" + result,
                                      "--objective"};
    words.insert(words.end(), objective.begin(), objective.end());
    const bench::ProcessResult process = bench::run_process(words, 3 * seconds + 60, log);
    nlohmann::json answer = nlohmann::json::parse(std::ifstream(result), nullptr, false);
    const auto text = [&](const char* key) {
        return answer.is_object() && answer.contains(key) && !answer[key].is_null() ? answer[key].dump() : "-";
    };
    fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {:.1f} | {:.1f} | {:.0f} |\n", size.examples,
               fmt::format("{}-{}-1", size.inputs, size.hidden), size.weights(), fmt::join(objective, " "),
               first_solution(log, objective.front()), answer.is_object() ? answer.value("status", "-") : "-",
               text("objective"), text("bound"), process.wall_seconds, process.cpu_seconds, process.peak_megabytes);
    std::fflush(stdout);
}
}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 4) {
            fmt::print(stderr, "usage: train_growth SINEW SECONDS SCRATCH\n");
            return 2;
        }
        const double seconds = std::stod(argv[2]);
        fmt::print(
            "| examples | network | weights | objective | first solution, s | status | value | bound | wall s | CPU s "
            "| MB |\n");
        fmt::print("|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (const std::vector<std::string>& objective :
             {std::vector<std::string>{"max-accuracy"}, std::vector<std::string>{"min-weight", "--rho", "0.8"}}) {
            for (const std::size_t examples : {50, 100, 200, 500, 1000, 2000})
                run(argv[1], {examples, 40, 10}, objective, seconds, argv[3]);
            for (const auto& [inputs, hidden] :
                 {std::pair<std::size_t, std::size_t>{19, 5}, {29, 10}, {99, 10}, {149, 20}, {499, 20}, {799, 25}})
                run(argv[1], {200, inputs, hidden}, objective, seconds, argv[3]);
        }
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
