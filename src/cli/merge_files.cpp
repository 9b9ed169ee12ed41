// SPDX-License-Identifier: Apache-2.0
#include "cli/merge_files.hpp"

#include <filesystem>
#include <map>
#include <set>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/utf8.hpp"
#include "cli/print.hpp"
#include "cli/results_place.hpp"
#include "cluster/merge_results.hpp"

namespace sinew::cli {

namespace {
namespace fs = std::filesystem;
constexpr std::size_t widest = 2000;

std::vector<cluster::MergedPart> read_shards(const MergeFiles& merge) {
    std::vector<cluster::MergedPart> parts;
    std::set<std::string> known;
    std::error_code error;
    for (const std::string& word : merge.files) {
        const ResultsPlace place = results_place(word);
        if (place.file == merge.out || fs::equivalent(place.file, merge.out, error))
            throw UsageError(fmt::format("--out: {} is one of the files to merge", merge.out));
        // One after the other: a thousand files are more than a process may have open.
        results::ResultsReader reader(place.file);
        const results::Run run = run_at(reader, place);
        if (!known.insert(fmt::format("{}:{}", fs::weakly_canonical(place.file, error).string(), run.id)).second)
            continue;
        parts.push_back({fmt::format("{}:{}", place.file, run.id), run, reader.rows(run)});
    }
    return parts;
}

std::string counts_text(const cluster::Merged& merged) {
    std::map<std::string, std::size_t> counts;
    for (const results::Row& row : merged.rows) ++counts[row.status];
    std::vector<std::string> texts;
    for (const auto& [status, count] : counts) texts.push_back(fmt::format("{} {}", count, status));
    return joined(texts, ", ");
}

/// Rows of data, or places in a list.
const char* word_for(const results::Run& run) {
    return run.kind == "certify" ? "rows" : "questions";
}
}  // namespace

ExitStatus merge_files(const MergeFiles& merge) {
    std::vector<cluster::MergedPart> parts = read_shards(merge);
    const std::size_t count = parts.size();
    const cluster::Merged merged = cluster::merge_results(std::move(parts));
    for (const std::string& note : merged.notes) print_error("note: {}\n", note);
    for (const results::Difference& one : merged.contradictions)
        print_error("CONTRADICTION: ONE OF THE TWO ANSWERS IS WRONG: {} and {}: {}\n", one.first.status,
                    one.second.status, printable(results::place_text(one.first.question), widest));
    if (!merged.contradictions.empty()) return not_as_expected;
    if (!merged.missing.empty())
        print_error("{} of {} {} are missing: {}\n", merged.missing.size(), merged.run.part->count,
                    word_for(merged.run), cluster::ranges_text(merged.missing));
    if (merged.missing.empty() || merge.allows_missing) {
        cluster::write_merged(merged, merge.out);
        if (!merge.is_quiet) {
            std::string text =
                fmt::format("{}: {} of {} {} from {} file{}", printable(merge.out, widest), merged.questions,
                            merged.run.part->count, word_for(merged.run), count, count == 1 ? "" : "s");
            if (merged.repeated != 0) text += fmt::format(", {} of them answered more than once", merged.repeated);
            write_output(fmt::format("{}\nanswers: {}\n", text, counts_text(merged)));
        }
    }
    return merged.missing.empty() ? answered : no_answer;
}

}  // namespace sinew::cli
