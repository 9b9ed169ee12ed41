// SPDX-License-Identifier: Apache-2.0
#include "result_plots.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/core.h>

namespace sinew::bench {

namespace {
constexpr double least_drawn = 0.001;

std::string name_of(const ResultTable& table, bool with_date) {
    std::string name = table.fact("tool").empty() ? "sinew" : table.fact("tool");
    if (with_date) name += ", " + (table.fact("commit").empty() ? table.fact("date") : table.fact("commit"));
    return name;
}

/// The limit, or the longest time that occurs.
double limit_of(const ResultTable& table) {
    double limit = std::strtod(table.fact("limit").c_str(), nullptr);
    for (const Result& row : table.rows)
        if (row.is_solved) limit = std::max(limit, row.processor_seconds);
    return std::max(limit, least_drawn);
}
}  // namespace

report::Chart cactus(const std::vector<ResultTable>& tables) {
    report::Chart chart;
    chart.title = tables.empty() || tables[0].fact("suite").empty() ? "Solved within" : tables[0].fact("suite");
    chart.x = {"instances solved", false, false, true, 0.0, std::nullopt};
    chart.y = {"processor seconds of the whole process, each", true, false, false, least_drawn, std::nullopt};
    std::map<std::string, int> count;
    for (const ResultTable& table : tables) ++count[name_of(table, false)];
    std::size_t most = 0;
    for (const ResultTable& table : tables) {
        std::vector<double> times;
        for (const Result& row : table.rows)
            if (row.is_solved) times.push_back(row.processor_seconds);
        std::ranges::sort(times);
        report::Line line;
        line.name = fmt::format("{}: {} of {}", name_of(table, count[name_of(table, false)] > 1), times.size(),
                                table.rows.size());
        line.colour = static_cast<int>(chart.lines.size());
        line.dashed = line.colour > 0;
        for (std::size_t i = 0; i < times.size(); ++i)
            line.points.emplace_back(static_cast<double>(i + 1), std::max(times[i], least_drawn));
        most = std::max(most, table.rows.size());
        chart.lines.push_back(std::move(line));
    }
    chart.x.high = static_cast<double>(std::max<std::size_t>(most, 1));
    chart.told = "Instances in the order of their times; the further to the right and the lower, the better.";
    return chart;
}

report::Chart scatter(const ResultTable& before, const ResultTable& after) {
    report::Chart chart;
    chart.title = before.fact("suite").empty() ? "Run against run" : before.fact("suite");
    const double limit = std::max(limit_of(before), limit_of(after));
    const auto axis = [&](const ResultTable& table) {
        return report::Axis{name_of(table, true) + ": processor seconds", true, false, false, least_drawn, limit};
    };
    chart.x = axis(before);
    chart.y = axis(after);
    std::map<std::string, const Result*> old_rows;
    for (const Result& row : before.rows) old_rows[row.instance] = &row;
    report::Line both{"solved by both", {}, 0, false, false, true, true};
    report::Line one{"solved by one (the other at its limit)", {}, 1, false, false, true, true};
    const auto time = [&](const Result& row) {
        return row.is_solved ? std::clamp(row.processor_seconds, least_drawn, limit) : limit;
    };
    for (const Result& row : after.rows) {
        const auto found = old_rows.find(row.instance);
        if (found == old_rows.end() || (!found->second->is_solved && !row.is_solved)) continue;
        const bool is_both = found->second->is_solved && row.is_solved;
        (is_both ? both : one).points.emplace_back(time(*found->second), time(row));
    }
    report::Line equal{"equal", {{least_drawn, least_drawn}, {limit, limit}}, 2, false, true, false, false};
    chart.told = "An instance a dot; below the dashed line the later run is faster.";
    chart.lines = {equal, both, one};
    return chart;
}

}  // namespace sinew::bench
