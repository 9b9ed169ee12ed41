// SPDX-License-Identifier: Apache-2.0
// sinew merge: what several processes have answered, put together.
#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/merge_files.hpp"

namespace sinew::cli {

extern const Command merge_command;

namespace {
void describe(OptionGroups& options) {
    OptionGroup output("results files");
    // clang-format off
    output.options = {
        {"out", takes_text("FILE"), "the results file to write; one that the same shards were merged into is replaced"},
        {"allow-missing", "write what there is where questions are missing (exit 3)"},
        {"quiet,q", "print nothing but what is wrong"}};
    // clang-format on
    options.push_back(output);
}

ExitStatus run(const Arguments& arguments) {
    if (arguments.files.empty()) throw UsageError("merge what? results files of shards; see sinew help merge");
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
    "put the results files of shards together, and check that they cover the whole",
    "merge [OPTION...] SHARD.sqlite[:RUN]... --out ALL.sqlite",
    "SHARD.sqlite are results files (--resume or --db) of one command that was run with --shard 1/N to N/N; of each "
    "the\n"
    "latest run is taken where no number is given. The runs must be about the same: network and data by their "
    "digests,\n"
    "options, questions. What several shards have answered is taken once if they agree; where one says sat and the\n"
    "other unsat, certified and falsified, nothing is written (exit 5). Where questions are missing they are told, "
    "and\n"
    "nothing is written (exit 3). The file is what one run would have written, but for times: the command without\n"
    "--shard and with --resume ALL.sqlite prints its table, and writes its --json, --report and --junit.",
    "sinew merge shards/*.sqlite --out all.sqlite\n"
    "sinew merge shards/*.sqlite --out so_far.sqlite --allow-missing\n"
    "sinew results all.sqlite:1",
    describe,
    run,
};

}  // namespace sinew::cli
