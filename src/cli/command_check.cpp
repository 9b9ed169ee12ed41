// SPDX-License-Identifier: Apache-2.0
// sinew check: a proof against the formula or the question it is said to be of, by a checker that shares nothing with
// the solver.

#include <fmt/core.h>

#include "base/error.hpp"
#include "check/check_drat.hpp"
#include "check/check_veripb.hpp"
#include "check/network_check.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "cli/question_options.hpp"
#include "cli/within_limits.hpp"
#include "read/dimacs/read_dimacs.hpp"
#include "read/format.hpp"
#include "read/opb/read_opb.hpp"

namespace sinew::cli {

extern const Command check_command;

namespace {

void describe_check(OptionGroups& options) {
    describe_question(options, Objectives::none, OtherFormats::none);
    options.back().options.push_back(network_option());
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

ExitStatus tell_network(const check::NetworkReport& report) {
    using Status = check::NetworkReport::Status;
    switch (report.status) {
        case Status::verified:
            print_out("verified: {}\n{} steps, {} parts excluded, {} bounded, {} bisected, {} by rationals\n",
                      report.is_sat ? "sat" : "unsat", report.steps, report.parts, report.bounded, report.bisections,
                      report.exact);
            return answered;
        case Status::rejected:
            print_out("not verified\n");
            throw InputError({}, report.reason);
        case Status::stopped:
            print_out("unknown\nreason: {}\n", report.reason);
            return no_answer;
    }
    return internal_error;
}

ExitStatus run_network(Arguments arguments) {
    const Limits limits = limits_of(arguments);
    const std::string file = arguments.files.back();
    arguments.files.pop_back();
    const auto check = [&] {
        proof::NetworkProofReader proof(file);
        const model::Query query = load_question(arguments);
        return check::check_network(query, proof, limits);
    };
    const auto give_up = [](Stopped why) {
        check::NetworkReport stopped;
        stopped.status = check::NetworkReport::Status::stopped;
        stopped.reason = std::move(why.text);
        return stopped;
    };
    return within_limits(limits, check, give_up, tell_network);
}

ExitStatus tell_veripb(const check::VeripbReport& report) {
    using Status = check::VeripbReport::Status;
    switch (report.status) {
        case Status::verified:
            print_out("verified: {}\n{} steps, {} literals propagated\n", report.conclusion, report.steps,
                      report.propagations);
            return answered;
        case Status::rejected:
            print_out("not verified\n");
            throw InputError({}, report.reason);
        case Status::stopped:
            print_out("unknown\nreason: {}\n", report.reason);
            return no_answer;
    }
    return internal_error;
}

ExitStatus run_veripb(const Arguments& arguments) {
    const Limits limits = limits_of(arguments);
    const auto check = [&] {
        const model::PseudoBoolean problem = read::read_opb(arguments.files[0]);
        proof::VeripbReader proof(arguments.files[1]);
        return check::check_veripb(problem, proof, limits);
    };
    const auto give_up = [](Stopped why) {
        check::VeripbReport stopped;
        stopped.status = check::VeripbReport::Status::stopped;
        stopped.reason = std::move(why.text);
        return stopped;
    };
    return within_limits(limits, check, give_up, tell_veripb);
}

ExitStatus run_check(const Arguments& arguments) {
    if (arguments.files.size() == 2 && proof::VeripbReader::is_one(arguments.files[1])) return run_veripb(arguments);
    if (arguments.files.size() >= 2 &&
        (arguments.files.size() > 2 || proof::NetworkProofReader::is_one(arguments.files.back()) ||
         read::find_format(arguments.files[0]) != read::Format::dimacs))
        return run_network(arguments);
    if (arguments.files.size() != 2)
        throw UsageError("check takes a formula and a proof, or a question and a proof; see sinew help check");
    for (const char* option : {"in", "out", "format", "output", "network"})
        if (arguments.has(option)) throw UsageError(fmt::format("--{} is of proofs of networks", option));
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
    "check a proof with an independent checker",
    "check [OPTION...] FORMULA.cnf PROOF\n"
    "check [OPTION...] PROBLEM.opb PROOF\n"
    "check [OPTION...] QUERY PROOF\n"
    "check [OPTION...] NETWORK CONDITIONS... PROOF",
    "What a proof is its content says. Of a formula (DRAT, text or binary, plain or gzip-compressed) every clause must "
    "follow by reverse unit propagation from the formula and the clauses before it: `s VERIFIED`, or `s NOT VERIFIED` "
    "with the first step that fails. Of a pseudo-Boolean problem (VeriPB 3.0: pol, rup, del, sol, soli) every row must "
    "follow and the conclusion be proven. Of a network (`sinew verify --proof`) every part that the proof excludes is "
    "bounded "
    "anew, and a witness is evaluated: `verified: unsat`, `verified: sat`, or `not verified` with the first step that "
    "fails. The checker shares no code with the solver.",
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
    "cnf drat opb pbp proof dnn onnx vnnlib smt2",
    "",
    "0 the proof is one\n"
    "2 it is not, or a file is missing or malformed",
};

}  // namespace sinew::cli
