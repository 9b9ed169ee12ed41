// SPDX-License-Identifier: Apache-2.0
// sinew merge: what several processes have answered, put together: shards of a data set, units of a question.
#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/merge_files.hpp"
#include "cli/merge_units.hpp"

namespace sinew::cli {

extern const Command merge_command;

namespace {
constexpr const char* options_of_files[] = {"out", "allow-missing"};
constexpr const char* options_of_units[] = {"json", "expect", "timeout", "memory"};

void describe(OptionGroups& options) {
    OptionGroup output("results files");
    OptionGroup units("a folder of units");
    // clang-format off
    output.options = {
        {"out", takes_text("FILE"), "the results file to write; one that the same shards were merged into is replaced"},
        {"allow-missing", "write what there is where questions are missing (exit 3)"},
        {"quiet,q", "print nothing but what is wrong; of units the verdict's line alone"}};
    units.options = {
        {"json", takes_optional_text("[=FILE]"), "the answer as JSON (docs/json.md) into FILE, or on standard output in place of the text"},
        {"expect", takes_text("VERDICT"), "exit 5 unless this is the verdict: sat, unsat or unknown"}};
    // clang-format on
    options.push_back(output);
    options.push_back(units);
    describe_reading_limits(options);
}

template <std::size_t count>
void refuse_those(const char* const (&names)[count], const Arguments& arguments, std::string_view what) {
    for (const char* name : names)
        if (arguments.has(name)) throw UsageError(fmt::format("--{} is for {}", name, what));
}

ExitStatus run(const Arguments& arguments) {
    if (arguments.files.empty())
        throw UsageError("merge what? results files of shards, or a folder of units; see sinew help merge");
    if (merges_units(arguments)) {
        refuse_those(options_of_files, arguments, "results files, and this is a folder of units");
        return merge_units(arguments);
    }
    refuse_those(options_of_units, arguments, "a folder of units (sinew split makes one)");
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
    "put together what many processes have answered: results files of shards, units of a question",
    "merge [OPTION...] SHARD.sqlite[:RUN]... --out ALL.sqlite\nmerge [OPTION...] FOLDER",
    "SHARD.sqlite are results files (--resume or --db) of one command that was run with --shard 1/N to N/N; of each "
    "the\n"
    "latest run is taken where no number is given. The runs must be about the same: network and data by their "
    "digests,\n"
    "options, questions. What several shards have answered is taken once if they agree; where one says sat and the\n"
    "other unsat, certified and falsified, nothing is written (exit 5). Where questions are missing they are told, "
    "and\n"
    "nothing is written (exit 3). The file is what one run would have written, but for times: the command without\n"
    "--shard and with --resume ALL.sqlite prints its table, and writes its --json, --report and --junit.\n"
    "FOLDER is a folder of units (sinew split): it is checked that they cover the question, exactly, and that none is\n"
    "missing, changed or of another question; then there is one verdict with one witness, and which units are open. A\n"
    "witness is evaluated again over the whole question. Without an answer the exit status is 3, with a file that\n"
    "cannot be taken 2.",
    "sinew merge shards/*.sqlite --out all.sqlite\n"
    "sinew merge shards/*.sqlite --out so_far.sqlite --allow-missing\n"
    "sinew results all.sqlite:1\n"
    "sinew merge --json=answer.json units",
    describe,
    run,
    json_option,
    json_suffix,
};

}  // namespace sinew::cli
