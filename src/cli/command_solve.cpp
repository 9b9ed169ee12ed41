// SPDX-License-Identifier: Apache-2.0
// sinew solve: formulas without networks, and models in dnn text. The answer to a DIMACS formula has the form of the
// SAT competitions.

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/answer.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/competition_text.hpp"
#include "cli/json_answer.hpp"
#include "cli/print.hpp"
#include "cli/progress_lines.hpp"
#include "cli/proof_end.hpp"
#include "cli/question_options.hpp"
#include "cli/result_log.hpp"
#include "cli/settings.hpp"
#include "cli/solve_dnn.hpp"
#include "cli/solve_flatzinc.hpp"
#include "cli/solve_opb.hpp"
#include "cli/solve_smtlib.hpp"
#include "cli/within_limits.hpp"
#include "read/dimacs/read_dimacs.hpp"
#include "verify/solve_cnf.hpp"

namespace sinew::cli {

extern const Command solve_command;

namespace {

void describe_solve(OptionGroups& options) {
    describe_question(options, Objectives::none, OtherFormats::all);
    OptionGroup search("formulas and pseudo-Boolean problems");
    // clang-format off
    search.options = {
        {"proof", takes_text("FILE"), "write why there is no solution, or none better: of a formula in DIMACS as LRAT, of a pseudo-Boolean problem as VeriPB 3.0, of a constraint program as DRCP; .gz is compressed"},
        {"lrat", takes_text("FILE").ending_in("lrat"), "of a formula: the same as --proof"},
        {"drat", takes_text("FILE").ending_in("drat"), "of a formula: write a clausal proof without hints (DRAT)"},
        {"binary", "write the formula's proof in the binary form"},
        {"statistics,s", "print what the search counted, as comments (of constraint programs, too)"}};
    // clang-format on
    options.push_back(search);
    describe_flatzinc(options);
    describe_limits(options);
    describe_output(options);
    describe_database(options);
    describe_progress(options);
}

void print_text(const verify::CnfAnswer& answer, bool quiet, bool statistics) {
    write_output(comment_lines(statistics ? &answer.statistics : nullptr, answer.reason));
    const bool sat = answer.status == model::Status::sat;
    const bool unsat = answer.status == model::Status::unsat;
    print_out("s {}\n", sat ? "SATISFIABLE" : unsat ? "UNSATISFIABLE" : "UNKNOWN");
    if (sat && !quiet) write_output(value_lines(answer.values, answer.names, "", "0"));
}

ExitStatus solve_dimacs(const Arguments& arguments) {
    if (arguments.has("lrat") && arguments.has("proof"))
        throw UsageError("--lrat and --proof write the same: one of them");
    const bool is_hinted = arguments.has("lrat") || arguments.has("proof");
    const bool is_proved = is_hinted || arguments.has("drat");
    if (is_proved) refuse_threads(arguments, "solve with a proof");
    const int threads = is_proved ? 1 : threads_of(arguments);
    const sat::Options options = settings_of(arguments).options(sat::option_table());
    const std::optional<std::string> expected = expectation_of(arguments);
    JsonAnswer json("solve", arguments);
    const bool is_binary = arguments.has("binary");
    std::optional<proof::DratWriter> drat;
    std::optional<proof::LratWriter> lrat;
    if (arguments.has("drat"))
        drat.emplace(arguments.get<std::string>("drat"), is_binary ? proof::DratForm::binary : proof::DratForm::text);
    if (is_hinted)
        lrat.emplace(arguments.get<std::string>(arguments.has("lrat") ? "lrat" : "proof"),
                     is_binary ? proof::LratForm::binary : proof::LratForm::text);
    const Limits limits = limits_of(arguments);
    ProofEnd proof_end;
    const auto solve = [&] {
        const model::Cnf cnf = read::read_dimacs(arguments.files[0]);
        verify::CnfAnswer answer =
            verify::solve_cnf(cnf, options, limits, {drat ? &*drat : nullptr, lrat ? &*lrat : nullptr}, threads);
        proof_end.write([&] {
            if (drat && answer.status == model::Status::unsat) drat->finish();
            if (lrat && answer.status == model::Status::unsat) lrat->finish();
        });
        return answer;
    };
    const auto tell = [&](const verify::CnfAnswer& answer) {
        if (json.is_wanted()) json.give(formula_json(model::to_string(answer.status), answer, arguments.files));
        if (json.leaves_text()) print_text(answer, quiet(arguments), arguments.has("statistics"));
        return proof_end.after(exit_status_of(answer.status, expected));
    };
    return within_limits(limits, solve, stopped_answer<verify::CnfAnswer>, tell, threads);
}

/// Options of single formats.
void refuse_options_of_others(const Arguments& arguments, read::Format format) {
    const auto refuse = [&](std::initializer_list<const char*> options, std::string_view whose) {
        for (const char* option : options)
            if (arguments.has(option))
                throw UsageError(fmt::format("--{} is for {}; {} is {}", option, whose, arguments.files[0],
                                             read::description(format)));
    };
    const bool is_formula = format == read::Format::dimacs;
    const bool is_program = format == read::Format::flatzinc;
    if (!is_formula) refuse({"drat", "lrat", "binary"}, "formulas in DIMACS");
    if (!is_formula && !is_program && format != read::Format::opb)
        refuse({"proof"}, "formulas, pseudo-Boolean problems and constraint programs");
    if (!is_formula && !is_program && format != read::Format::opb)
        refuse({"statistics"}, "formulas, pseudo-Boolean problems and constraint programs");
    if (!is_program)
        refuse({"all", "intermediate", "solutions", "free", "time-limit", "random-seed", "parallel", "verbose",
                "minizinc"},
               "constraint programs in FlatZinc");
    if (arguments.has("binary") && !arguments.has("drat") && !arguments.has("lrat") && !arguments.has("proof"))
        throw UsageError("--binary is the form of --lrat FILE or --drat FILE");
}

using Solver = ExitStatus (*)(const Arguments&);

Solver solver_of(read::Format format) {
    switch (format) {
        case read::Format::dimacs:
            return solve_dimacs;
        case read::Format::opb:
            return solve_opb;
        case read::Format::smtlib:
            return solve_smtlib;
        case read::Format::flatzinc:
            return solve_flatzinc;
        case read::Format::dnn:
        case read::Format::vnnlib:
        case read::Format::onnx:
        case read::Format::nnet:
        case read::Format::nnet_data:
        case read::Format::npz:
        case read::Format::bnn:
        case read::Format::ipq:
            return solve_dnn;
        default:
            return nullptr;
    }
}

ExitStatus run_solve(const Arguments& arguments) {
    if (arguments.files.empty()) throw UsageError("solve takes a file; see sinew help solve");
    Solver solver = nullptr;
    read::Format format = read::Format::unknown;
    const auto choose = [&] {
        format = format_of_argument(arguments, 0);
        solver = solver_of(format);
        if (solver == nullptr)
            read::fail_format(arguments.files[0], format,
                              "a formula (DIMACS), a pseudo-Boolean problem (OPB), an SMT-LIB script, a constraint "
                              "program (FlatZinc) or a model in dnn text; --format NAME says which");
        return answered;
    };
    // What waits for standard input waits within the limits. (No thread watches it: its stack would count as memory
    // that is used when the solver sets the ceiling.)
    if (const ExitStatus status = within_limits(limits_of(arguments), choose, say_stopped); status != answered)
        return status;
    refuse_options_of_others(arguments, format);
    if (solver != solve_dnn) {
        if (arguments.files.size() != 1) throw UsageError("solve takes one file of this format; see sinew help solve");
        if (arguments.has("in") || arguments.has("out")) throw UsageError("--in and --out are asked about networks");
    }
    return solver(arguments);
}
}  // namespace

const Command solve_command{
    "solve",
    "decide a formula (DIMACS), a pseudo-Boolean problem (OPB), an SMT-LIB script, a model in dnn text or FlatZinc",
    "solve [OPTION...] FORMULA.cnf\n"
    "solve [OPTION...] PROBLEM.opb\n"
    "solve [OPTION...] SCRIPT.smt2\n"
    "solve [OPTION...] MODEL.dnn [CONDITIONS]\n"
    "solve [OPTION...] PROGRAM.fzn",
    "A file's content says what it is; - is standard input, gzip is read.\n"
    "\n"
    "To a formula the answer is `s SATISFIABLE` with a model in `v` lines, `s UNSATISFIABLE`, or `s UNKNOWN` when a "
    "limit is reached. A model has been checked against the formula before it is printed; --lrat and --drat write "
    "proofs "
    "that `sinew check` and other checkers verify.\n"
    "\n"
    "A pseudo-Boolean problem is decided or optimised: an `o VALUE` line for each better solution at once, then `s "
    "OPTIMUM FOUND`, `s SATISFIABLE` (the best so far, with an objective), `s UNSATISFIABLE` or `s UNKNOWN`.\n"
    "\n"
    "A script of linear real arithmetic is answered command by command: sat, unsat or unknown, models, values. A "
    "network with conditions in dnn text is answered by sat with an assignment, `name = value` a line, or unsat. A "
    "constraint program is answered as MiniZinc expects it of a solver; docs/minizinc.md says how it is made one.",
    "# a formula, and a proof that it has no solution\n"
    "sinew solve inputs/cnf/pigeons_3_in_2.cnf --lrat proof.lrat\n"
    "# the cheapest solution of a pseudo-Boolean problem, ten minutes at most\n"
    "sinew solve --timeout 600 inputs/opb/cheapest_cover.opb\n"
    "# an SMT-LIB script\n"
    "sinew solve inputs/smt2/boundary.smt2\n"
    "# all solutions of a constraint program\n"
    "sinew solve --all inputs/flatzinc/queens.fzn",
    describe_solve,
    run_solve,
    json_option,
    json_suffix,
    "cnf opb wbo smt2 dnn fzn",
    "",
    "0 a solution, an optimum, or that there is none\n"
    "3 unknown, or the best so far without a proof: a limit of time or memory, Ctrl-C\n"
    "5 another verdict than --expect names",
};

}  // namespace sinew::cli
