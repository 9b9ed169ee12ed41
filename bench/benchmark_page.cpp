// SPDX-License-Identifier: Apache-2.0
#include "benchmark_page.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/core.h>

#include "result_plots.hpp"

namespace sinew::bench {

namespace {
namespace fs = std::filesystem;

void write_file(const fs::path& file, const std::string& text) {
    std::ofstream out(file);
    out << text << std::flush;
    if (!out) throw std::runtime_error(file.string() + " cannot be written");
}

double geometric_mean(const std::vector<Result>& rows) {
    double sum = 0;
    double count = 0;
    for (const Result& row : rows) {
        if (!row.is_solved) continue;
        sum += std::log(std::max(row.processor_seconds, 1e-4));
        ++count;
    }
    return count == 0 ? 0 : std::exp(sum / count);
}

std::string table_row(const ResultTable& table) {
    std::size_t solved = 0;
    std::size_t wrong = 0;
    double seconds = 0;
    double memory = 0;
    for (const Result& row : table.rows) {
        if (row.is_solved) ++solved;
        if (row.complaint.starts_with("WRONG")) ++wrong;
        seconds += row.processor_seconds;
        memory = std::max(memory, row.memory_megabytes);
    }
    const auto or_dash = [](const std::string& text) { return text.empty() ? std::string("–") : text; };
    const std::string limit =
        table.fact("limit").empty() ? "–" : fmt::format("{} s {}", table.fact("limit"), table.fact("limit_is"));
    return fmt::format(
        "| {} | {} of {} | {} | {:.3f} s | {:.1f} s | {} | {} | {} | {} |\n",
        or_dash(table.fact("tool")) + (table.fact("filter").empty() ? "" : ", only " + table.fact("filter")), solved,
        table.rows.size(), wrong, geometric_mean(table.rows), seconds,
        memory == 0 ? "–" : fmt::format("{:.0f} MB", memory), limit,
        or_dash(table.fact("date") + (table.fact("commit").empty() ? "" : ", " + table.fact("commit"))),
        or_dash(table.fact("machine")));
}

std::string open_instances(const ResultTable& table) {
    std::string text;
    std::size_t count = 0;
    for (const Result& row : table.rows) {
        if (row.is_solved) continue;
        if (++count <= 12) text += (text.empty() ? "" : ", ") + row.instance;
    }
    if (count == 0) return "";
    return fmt::format("\nNot solved ({}): {}{}.\n", count, text, count > 12 ? ", …" : "");
}

constexpr const char* head = R"(# Benchmarks

Written by `bench/run --page` from the result files of `bench/results/` and the published figures of `bench/data/published.csv`; not by hand.
`bench/run SUITE --csv bench/results/SUITE.csv` runs a suite anew, `bench/run --list` lists them, `bench/run --check SUITE` holds the files to their digests.
Each instance is a whole process, startup and reading included, one thread. Times are processor time unless the row says otherwise, and limits too (`--cpu`): the machine did other
work besides, and wall times would tell more of that. `sinew certify` has its limit for each example. Every verdict is compared with the published one, every witness
evaluated anew, exactly and in float32. Competitions ran other tools on other machines, some with a graphics processor, and over whole sets of which ours are parts where
the table says so: their figures say what is within reach, not who is faster.

)";
}  // namespace

void write_benchmark_page(const std::string& data, const std::string& results, const std::string& page,
                          const std::string& pictures) {
    const std::vector<std::vector<std::string>> suites = read_csv(data + "/suites.csv", 7);
    const std::vector<std::vector<std::string>> published = read_csv(data + "/published.csv", 6);
    std::string text = head;
    std::string without;
    for (const std::vector<std::string>& suite : suites) {
        const std::string& name = suite[0];
        const fs::path own = fs::path(results) / (name + ".csv");
        if (!fs::exists(own)) {
            if (suite[1] != "own" && name != "tiny") without += fmt::format("- `{}`: {}.\n", name, suite[6]);
            continue;
        }
        std::vector<ResultTable> tables{read_results(own.string())};
        std::vector<fs::path> others;
        for (const auto& entry : fs::directory_iterator(results))
            if (entry.path().filename().string().starts_with(name + ".") && entry.path().extension() == ".csv" &&
                entry.path() != own)
                others.push_back(entry.path());
        std::ranges::sort(others);
        for (const fs::path& other : others) tables.push_back(read_results(other.string()));
        const auto out = std::back_inserter(text);
        fmt::format_to(out, "## {}\n\n{}.", name, suite[6]);
        if (!suite[4].empty())
            fmt::format_to(out, " Files: [{0}](https://github.com/{0}), commit {1}.", suite[4], suite[5].substr(0, 12));
        fmt::format_to(out, "\n\n![{0}: solved within]({1}/benchmark_{0}.svg)\n\n", name,
                       fs::path(pictures).filename().string());
        text +=
            "| tool | solved | wrong | geometric mean of the solved | together | most memory | limit | when | machine "
            "|\n"
            "|---|---|---|---|---|---|---|---|---|\n";
        for (const ResultTable& table : tables) text += table_row(table);
        for (const ResultTable& table : tables)
            if (!table.fact("source").empty())
                text += fmt::format("\nFigures of {}: {}.\n", table.fact("tool"), table.fact("source"));
        text += open_instances(tables[0]);
        std::string peers;
        for (const std::vector<std::string>& row : published)
            if (row[0] == name)
                peers += fmt::format("| {} | {} of {} | {} | {} |\n", row[1], row[2], row[3], row[4], row[5]);
        if (!peers.empty()) text += "\n| published | solved | where | source |\n|---|---|---|---|\n" + peers;
        text += '\n';
        report::Chart chart = cactus(tables);
        chart.title = name;
        write_file(fs::path(pictures) / ("benchmark_" + name + ".svg"), report::chart_svg(chart));
    }
    if (!without.empty())
        text +=
            "## Without results here\n\nSuites that `bench/run` has and whose results are not kept yet:\n" + without;
    write_file(page, text);
}

}  // namespace sinew::bench
