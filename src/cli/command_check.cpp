// SPDX-License-Identifier: Apache-2.0
// sinew check: a proof against the formula or the question it is said to be of, by a checker that shares nothing with
// the solver.

#include <fmt/core.h>

#include "base/error.hpp"
#include "check/check_files.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "cli/question_options.hpp"
#include "cli/within_limits.hpp"
#include "read/format.hpp"

namespace sinew::cli {

extern const Command check_command;

namespace {

void describe_check(OptionGroups& options) {
    describe_question(options, Objectives::allowed, OtherFormats::none);
    options.back().options.push_back(network_option());
    describe_reading_limits(options);
}

ExitStatus tell(const check::Report& report) {
    using Status = check::Report::Status;
    switch (report.status) {
        case Status::verified:
            if (report.is_clausal)
                print_out("s VERIFIED\nc {}\n", report.counts);
            else
                print_out("verified: {}\n{}\n", report.conclusion, report.counts);
            return answered;
        case Status::rejected:
            print_out("{}\n", report.is_clausal ? "s NOT VERIFIED" : "not verified");
            throw InputError({}, report.reason);
        case Status::stopped:
            if (report.is_clausal)
                print_out("s UNKNOWN\nc {}\n", report.reason);
            else
                print_out("unknown\nreason: {}\n", report.reason);
            return no_answer;
    }
    return internal_error;
}

/// For the form of an answer that a limit ends before the files are read.
bool is_about_formula(const Arguments& arguments) {
    try {
        return arguments.files.size() == 2 && read::find_format(arguments.files[0]) == read::Format::dimacs;
    } catch (const InputError&) {
        return false;  // told when it is read
    }
}

ExitStatus run_check(const Arguments& arguments) {
    const Limits limits = limits_of(arguments);
    Arguments asked = arguments;  // without the proof
    if (!asked.files.empty()) asked.files.pop_back();
    read::QueryOptions question = question_of(asked);
    std::vector<std::string> notes;
    question.notes = &notes;
    const bool is_formula = is_about_formula(arguments);
    const auto check = [&] { return check::check_files(arguments.files, question, limits); };
    const auto give_up = [is_formula](Stopped why) {
        check::Report stopped;
        stopped.status = check::Report::Status::stopped;
        stopped.is_clausal = is_formula;
        stopped.reason = std::move(why.text);
        return stopped;
    };
    const auto tell_all = [&](const check::Report& report) {
        for (const std::string& note : notes) print_error("note: {}\n", note);
        return tell(report);
    };
    return within_limits(limits, check, give_up, tell_all);
}
}  // namespace

const Command check_command{
    "check",
    "check a proof with an independent checker",
    "check [OPTION...] FORMULA.cnf PROOF\n"
    "check [OPTION...] PROBLEM.opb PROOF\n"
    "check [OPTION...] PROGRAM.fzn PROOF\n"
    "check [OPTION...] QUERY PROOF\n"
    "check [OPTION...] NETWORK CONDITIONS... PROOF",
    "What a proof is its content says. Of a formula (LRAT or DRAT, text or binary, plain or gzip-compressed) every "
    "clause must "
    "follow by reverse unit propagation from the formula and the clauses before it: `s VERIFIED`, or `s NOT VERIFIED` "
    "with the first step that fails. Of a pseudo-Boolean problem (VeriPB 3.0: pol, rup, red, del, sol, soli) every row "
    "must "
    "follow and the conclusion be proven. Of a constraint program (DRCP) every inference must follow by its "
    "constraint's "
    "own rule, and every nogood by the steps that it names. Of a network (`sinew verify --proof`) every part that the "
    "proof excludes is "
    "bounded "
    "anew, and a witness is evaluated: `verified: unsat`, `verified: sat`, or `not verified` with the first step that "
    "fails. The checker shares no code with the solver. The program `sinew-check` does the same, is linked with "
    "nothing "
    "that searches, and has exit status 1 where a proof is none.",
    "# a proof, and whether it is one\n"
    "sinew solve inputs/cnf/pigeons_3_in_2.cnf --drat proof.drat\n"
    "sinew check inputs/cnf/pigeons_3_in_2.cnf proof.drat\n"
    "# the same of a network\n"
    "sinew verify inputs/dnn/saturation.dnn --proof saturation.proof\n"
    "sinew check inputs/dnn/saturation.dnn saturation.proof",
    describe_check,
    run_check,
    {},
    {},
    "cnf lrat drat opb pbp proof dnn onnx vnnlib smt2",
    "",
    "0 the proof is one\n"
    "2 it is not, or a file is missing or malformed",
};

}  // namespace sinew::cli
