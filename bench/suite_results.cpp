// SPDX-License-Identifier: Apache-2.0
// What bench/run does with result files: compares two, draws them, makes docs/benchmarks.md.
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "benchmark_page.hpp"
#include "compare_results.hpp"
#include "result_plots.hpp"

namespace {
using namespace sinew::bench;

constexpr const char* usage =
    "usage: suite_results compare OLD.csv NEW.csv        exit status 1 where a verdict is lost or contradicts\n"
    "       suite_results scatter OLD.csv NEW.csv OUT.svg\n"
    "       suite_results cactus OUT.svg RESULTS.csv...\n"
    "       suite_results page DATA RESULTS PAGE.md PICTURES\n";

void write_picture(const std::string& file, const std::string& svg) {
    if (svg.empty()) throw std::runtime_error("nothing is solved: there is nothing to draw");
    std::ofstream out(file);
    out << svg << std::flush;
    if (!out) throw std::runtime_error(file + " cannot be written");
}

int run(const std::vector<std::string>& words) {
    const std::string what = words.empty() ? "" : words[0];
    if (what == "compare" && words.size() == 3) {
        const Comparison comparison = compare(read_results(words[1]), read_results(words[2]));
        fmt::print("{}", comparison_text(comparison));
        return comparison.holds() ? 0 : 1;
    }
    if (what == "scatter" && words.size() == 4) {
        write_picture(words[3], sinew::report::chart_svg(scatter(read_results(words[1]), read_results(words[2]))));
        return 0;
    }
    if (what == "cactus" && words.size() > 2) {
        std::vector<ResultTable> tables;
        for (std::size_t i = 2; i < words.size(); ++i) tables.push_back(read_results(words[i]));
        write_picture(words[1], sinew::report::chart_svg(cactus(tables)));
        return 0;
    }
    if (what == "page" && words.size() == 5) {
        write_benchmark_page(words[1], words[2], words[3], words[4]);
        return 0;
    }
    fmt::print(stderr, "{}", usage);
    return 2;
}
}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        fmt::print(stderr, "suite_results: {}\n", error.what());
        return 2;
    }
}
