// SPDX-License-Identifier: Apache-2.0
// sinew check: a proof against the formula it is said to refute, by a checker that shares nothing with the solver.

#include "base/error.hpp"
#include "check/check_drat.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "cli/within_limits.hpp"
#include "read/dimacs/read_dimacs.hpp"

namespace sinew::cli {

extern const Command check_command;

namespace {

void describe_check(OptionGroups& options) {
    describe_reading_limits(options);
}

ExitStatus tell(const check::DratReport& report) {
    switch (report.status) {
        case check::DratStatus::verified:
            print_out("s VERIFIED\nc {} clauses added, {} removed, {} literals propagated\n", report.added,
                      report.removed, report.propagations);
            return answered;
        case check::DratStatus::rejected:
            print_out("s NOT VERIFIED\n");
            throw InputError({}, report.reason);
        case check::DratStatus::stopped:
            print_out("s UNKNOWN\nc {}\n", report.reason);
            return no_answer;
    }
    return internal_error;
}

ExitStatus run_check(const Arguments& arguments) {
    if (arguments.files.size() != 2) throw UsageError("check takes a formula and a proof; see sinew help check");
    const Limits limits = limits_of(arguments);
    const auto check = [&] {
        const model::Cnf cnf = read::read_dimacs(arguments.files[0]);
        proof::DratReader proof(arguments.files[1]);
        return check::check_drat(cnf, proof, limits);
    };
    const auto give_up = [](Stopped why) {
        check::DratReport stopped;
        stopped.status = check::DratStatus::stopped;
        stopped.reason = std::move(why.text);
        return stopped;
    };
    return within_limits(limits, check, give_up, tell);
}
}  // namespace

const Command check_command{
    "check",
    "check a proof of unsatisfiability with an independent checker",
    "check [OPTION...] FORMULA.cnf PROOF",
    "Every clause of the proof (DRAT, text or binary, plain or gzip-compressed) must follow by reverse unit "
    "propagation from the formula and the clauses before it. Prints `s VERIFIED`, or `s NOT VERIFIED` with the first "
    "step that fails. The checker shares no code with the solver.",
    "# a proof, and whether it is one\n"
    "sinew solve inputs/cnf/pigeons_3_in_2.cnf --drat proof.drat\n"
    "sinew check inputs/cnf/pigeons_3_in_2.cnf proof.drat",
    describe_check,
    run_check,
    {},
    {},
    "cnf drat",
    "",
    "0 the proof is one\n"
    "2 it is not, or a file is missing or malformed",
};

}  // namespace sinew::cli
