// SPDX-License-Identifier: Apache-2.0
#include "compare_results.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include <fmt/core.h>

namespace sinew::bench {

namespace {
std::string change(const Result& before, const Result& after) {
    return fmt::format("{}: {} ({:.2f} s), was {} ({:.2f} s){}", after.instance, after.verdict, after.processor_seconds,
                       before.verdict, before.processor_seconds, after.complaint.empty() ? "" : ": " + after.complaint);
}
}  // namespace

Comparison compare(const ResultTable& before, const ResultTable& after) {
    Comparison comparison;
    std::map<std::string, const Result*> old_rows;
    for (const Result& row : before.rows) old_rows[row.instance] = &row;
    double sum = 0;
    for (const Result& row : after.rows) {
        const auto found = old_rows.find(row.instance);
        if (found == old_rows.end()) {
            comparison.added.push_back(row.instance);
            continue;
        }
        const Result& old = *found->second;
        old_rows.erase(found);
        if (old.is_solved && row.is_solved && old.verdict != row.verdict) {
            comparison.contradictions.push_back(change(old, row));
        } else if (old.is_solved && row.is_solved) {
            const double old_seconds = std::max(old.processor_seconds, least_seconds);
            const double new_seconds = std::max(row.processor_seconds, least_seconds);
            const double ratio = new_seconds / old_seconds;
            sum += std::log(ratio);
            comparison.ratios.push_back({row.instance, old.processor_seconds, row.processor_seconds, ratio});
        } else if (old.is_solved) {
            comparison.lost.push_back(change(old, row));
        } else if (row.is_solved) {
            comparison.won.push_back(change(old, row));
        }
    }
    for (const Result& row : before.rows)
        if (old_rows.contains(row.instance)) comparison.missing.push_back(row.instance);
    if (!comparison.ratios.empty())
        comparison.mean_ratio = std::exp(sum / static_cast<double>(comparison.ratios.size()));
    std::ranges::stable_sort(comparison.ratios, [](const Ratio& a, const Ratio& b) { return a.ratio > b.ratio; });
    return comparison;
}

std::string comparison_text(const Comparison& comparison) {
    std::string text;
    const auto out = std::back_inserter(text);
    if (!comparison.ratios.empty()) fmt::format_to(out, "{:>9} {:>9} {:>7}  instance\n", "old s", "new s", "new/old");
    for (const Ratio& ratio : comparison.ratios)
        fmt::format_to(out, "{:>9.3f} {:>9.3f} {:>7.2f}  {}\n", ratio.old_seconds, ratio.new_seconds, ratio.ratio,
                       ratio.instance);
    const auto list = [&](const char* what, const std::vector<std::string>& lines) {
        for (const std::string& line : lines) fmt::format_to(out, "{}: {}\n", what, line);
    };
    list("not run now", comparison.missing);
    list("not run before", comparison.added);
    list("won", comparison.won);
    list("LOST", comparison.lost);
    list("CONTRADICTION", comparison.contradictions);
    fmt::format_to(out,
                   "{} solved by both: processor time new over old {:.3f} (geometric mean; times below {} s count as "
                   "that); {} won, {} lost, {} contradictions\n",
                   comparison.ratios.size(), comparison.mean_ratio, least_seconds, comparison.won.size(),
                   comparison.lost.size(), comparison.contradictions.size());
    return text;
}

}  // namespace sinew::bench
