// SPDX-License-Identifier: Apache-2.0
// sinew merge: what several processes have answered, put together: shards of a data set, units of a question.
#include <filesystem>

#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/merge_files.hpp"
#include "cli/merge_units.hpp"

namespace sinew::cli {

extern const Command merge_command;

namespace {
void describe_merge(OptionGroups& options) {
    describe_reading_limits(options);
    OptionGroup output("output");
    OptionGroup files("results files");
    OptionGroup units("units");
    // clang-format off
    output.options = {
        {"quiet,q", "print the verdict's line alone; of results files, nothing but what is wrong"}};
    files.options = {
        {"out", takes_text("FILE"), "the results file to write; one that the same shards were merged into is replaced"},
        {"allow-missing", "write what there is where questions are missing (exit 3)"}};
    units.options = {
        {"json", takes_optional_text("[=FILE]"), "the answer as JSON (docs/json.md) into FILE, or on standard output in place of the text"},
        {"expect", takes_text("VERDICT").among({"sat", "unsat", "unknown"}), "exit 5 unless this is the verdict: sat, unsat or unknown"}};
    // clang-format on
    options.insert(options.end(), {output, files, units});
}

void refuse_options(const Arguments& arguments, std::initializer_list<const char*> names, const char* whose) {
    for (const char* name : names)
        if (arguments.has(name)) throw UsageError(fmt::format("--{} is for {}", name, whose));
}

ExitStatus run_merge(const Arguments& arguments) {
    if (merges_units(arguments)) {
        refuse_options(arguments, {"out", "allow-missing"}, "results files, not for a folder of units");
        return merge_units(arguments);
    }
    std::error_code none;
    if (arguments.files.size() == 1 && std::filesystem::is_directory(arguments.files[0], none))
        throw InputError({arguments.files[0], 0, 0}, "there are no units in this folder", "a folder of sinew split");
    refuse_options(arguments, {"json", "expect"}, "a folder of units, not for results files");
    if (arguments.files.empty())
        throw UsageError("merge what? results files of shards, or a folder of units; see sinew help merge");
    if (!arguments.has("out")) throw UsageError("merge into which file? --out FILE");
    MergeFiles merge;
    merge.out = arguments.get<std::string>("out");
    if (merge.out.empty()) throw UsageError("--out cannot be '' (expected a file name)");
    merge.files = arguments.files;
    merge.allows_missing = arguments.has("allow-missing");
    merge.is_quiet = arguments.has("quiet");
    return merge_files(merge);
}
}  // namespace

const Command merge_command{
    "merge",
    "put together what several processes have found out: results files of shards, or units of one question",
    "merge [OPTION...] SHARD.sqlite[:RUN]... --out ALL.sqlite\n"
    "merge [OPTION...] FOLDER",
    "SHARD.sqlite are results files (--resume or --db) of one command that was run with --shard 1/N to N/N; of each "
    "the latest run is taken where no number is given. The runs must be about the same: network and data by their "
    "digests, options, questions. What several shards have answered is taken once if they agree; where one says sat "
    "and the other unsat, certified and falsified, nothing is written (exit 5). Where questions are missing they are "
    "told, and nothing is written (exit 3). The file is what one run would have written, but for times: the command "
    "without --shard and with --resume ALL.sqlite prints its table, and writes its --json, --report and --junit.\n"
    "\n"
    "Of a FOLDER of units (sinew split): checks that they cover the question, exactly, and that none is missing, "
    "changed or of another question; then gives one verdict with one witness, and which units are open. A witness is "
    "evaluated again over the whole question. Without an answer the exit status is 3, with a file that cannot be "
    "taken 2.",
    "# shards of a data set\n"
    "sinew merge shards/*.sqlite --out all.sqlite\n"
    "sinew merge shards/*.sqlite --out so_far.sqlite --allow-missing\n"
    "sinew results all.sqlite:1\n"
    "# units of one question\n"
    "sinew merge --json=answer.json units",
    describe_merge,
    run_merge,
    json_option,
    json_suffix,
    "sqlite db",
    "",
    "0 merged; of units sat or unsat\n"
    "3 questions are missing; of units unknown\n"
    "5 answers that contradict each other; of units another verdict than --expect names",
};

}  // namespace sinew::cli
