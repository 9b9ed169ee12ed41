// SPDX-License-Identifier: Apache-2.0
// sinew report: a page for a browser from the JSON answers of other commands.
#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/output_file.hpp"
#include "cli/within_limits.hpp"
#include "read/file.hpp"
#include "report/page.hpp"

namespace sinew::cli {

extern const Command report_command;

namespace {

void describe_report(OptionGroups& options) {
    OptionGroup output("output");
    // clang-format off
    output.options = {
        {"out", takes_text("FILE").ending_in("html"), "the page (default: standard output)"}};
    // clang-format on
    options.push_back(output);
    describe_reading_limits(options);
}

ExitStatus run_report(const Arguments& arguments) {
    if (arguments.files.empty())
        throw UsageError("report takes JSON answers of sinew's commands; see sinew help report");
    const std::string path = report_path_of(arguments, "out").value_or("-");
    return within_limits(limits_of(arguments), [&] {
        OutputFile out(path);
        std::vector<report::Document> documents;
        for (const std::string& file : arguments.files)
            for (report::Document& document : report::parse_documents(read::read_text(file), file))
                documents.push_back(std::move(document));
        out.write(report::page(documents));
        return answered;
    });
}
}  // namespace

const Command report_command{
    "report",
    "a page for a browser from JSON answers: verdict, witness, curves",
    "report [OPTION...] ANSWER.json...",
    "ANSWER.json is what verify, solve, optimize, certify, train or evaluate writes with --json. The page is one HTML "
    "file of less than a megabyte that loads nothing: it can be mailed, archived and printed. Several answers are "
    "compared: certify runs as curves in one picture. --report of these commands makes the page of one answer at once.",
    "# the page of an answer\n"
    "sinew verify inputs/dnn/two_by_two.dnn --json=answer.json\n"
    "sinew report answer.json --out answer.html\n"
    "# two networks, their certified accuracy by epsilon in one picture\n"
    "sinew report small.json large.json --out compared.html",
    describe_report,
    run_report,
    {},
    {},
    "json",
    "",
    "0 the page is written",
};

}  // namespace sinew::cli
