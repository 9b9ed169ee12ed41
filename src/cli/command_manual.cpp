// SPDX-License-Identifier: Apache-2.0
// sinew manual: the pages of all commands as man pages, Markdown or text.
#include <filesystem>

#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/output_file.hpp"
#include "cli/page.hpp"
#include "cli/print.hpp"

namespace sinew::cli {

extern const Command manual_command;

namespace {
enum class Form { text, man, markdown };

void describe_manual(OptionGroups& options) {
    OptionGroup output("output");
    // clang-format off
    output.options = {
        {"to", takes_text("FORM").among({"text", "man", "markdown"}), "text (default, as sinew help), man (roff) or markdown"},
        {"out", takes_text("FOLDER"), "a file for each page in this folder, which is made if it is not there; without it one page goes to standard output"}};
    // clang-format on
    options.push_back(output);
}

Form form_of(const Arguments& arguments) {
    if (!arguments.has("to")) return Form::text;
    const auto& word = arguments.get<std::string>("to");
    if (word == "text") return Form::text;
    if (word == "man") return Form::man;
    if (word == "markdown") return Form::markdown;
    throw UsageError(fmt::format("--to cannot be '{}' (expected text, man or markdown)", word));
}

std::string written(const Page& page, Form form) {
    return form == Form::man ? man_of(page) : form == Form::markdown ? markdown_of(page) : text_of(page);
}

std::string file_of(const Page& page, Form form) {
    if (form == Form::markdown) return markdown_file(page);
    return form == Form::man ? fmt::format("{}.{}", page.name, page.part) : page.name + ".txt";
}

ExitStatus run_manual(const Arguments& arguments) {
    const Form form = form_of(arguments);
    std::vector<Page> pages;
    for (const std::string& name : arguments.files) pages.push_back(page_called(name));
    if (!arguments.has("out")) {
        if (pages.size() > 1) throw UsageError("manual: several pages need a folder (--out)");
        write_output(written(pages.empty() ? program_page() : pages[0], form));
        return answered;
    }
    if (pages.empty()) pages = all_pages();
    const std::filesystem::path folder(arguments.get<std::string>("out"));
    make_folder(folder);
    for (const Page& page : pages) OutputFile((folder / file_of(page, form)).string()).write(written(page, form));
    return answered;
}
}  // namespace

const Command manual_command{
    "manual",
    "the pages of this manual: text, man pages or Markdown",
    "manual [OPTION...] [COMMAND|settings]\nmanual [OPTION...] --out FOLDER [COMMAND|settings...]",
    "Every page is made from the table that the command line is parsed by, so it names every option that there is. "
    "Without a command it is the page of sinew itself; with --out and no command all pages are written: "
    "sinew-verify.1 and its like as man pages, verify.md as Markdown. The page of settings lists the expert options "
    "of the engines, which --set takes.",
    "# read a man page of a program that is not installed\n"
    "sinew manual verify --to man | man -l -\n"
    "# all pages as Markdown\n"
    "sinew manual --to markdown --out reference",
    describe_manual,
    run_manual,
    {},
    {},
    {},
    "COMMAND settings",
    "0 it is written\n2\n3",
};

}  // namespace sinew::cli
