// SPDX-License-Identifier: Apache-2.0
// sinew verify: is there an input with this property?
#include <optional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "base/suggest.hpp"
#include "cli/answer.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/output_file.hpp"
#include "cli/print.hpp"
#include "cli/progress_lines.hpp"
#include "cli/proof_end.hpp"
#include "cli/question_options.hpp"
#include "cli/result_log.hpp"
#include "cli/settings.hpp"
#include "cli/terminal_observer.hpp"
#include "cli/verify_list.hpp"
#include "cli/verify_unit.hpp"
#include "cli/within_limits.hpp"
#include "model/query_digest.hpp"
#include "model/stopped.hpp"
#include "verify/aptp_proof.hpp"
#include "verify/float32_semantics.hpp"
#include "verify/program_proof.hpp"
#include "verify/prove_relu.hpp"
#include "verify/verify.hpp"
#include "write/vnncomp.hpp"

namespace sinew::cli {

extern const Command verify_command;

namespace {

struct NamedStrategy {
    const char* name;
    verify::Strategy strategy;
};
constexpr NamedStrategy strategies[] = {{"automatic", verify::Strategy::automatic},
                                        {"branch_and_bound", verify::Strategy::branch_and_bound},
                                        {"lazy", verify::Strategy::lazy},
                                        {"textbook", verify::Strategy::textbook},
                                        {"binarized", verify::Strategy::binarized}};

std::vector<std::string> strategy_names() {
    std::vector<std::string> names;
    for (const NamedStrategy& named : strategies) names.emplace_back(named.name);
    return names;
}

void describe_verify(OptionGroups& options) {
    describe_question(options, Objectives::none, OtherFormats::lists);
    options.back().options.push_back(network_option());
    options.back().options.emplace_back(
        "serialise-assignments", takes_text("FOLDER"),
        "of VNN-LIB 2.0: write a witness there, a file NAME.pb for each declared tensor (a TensorProto of ONNX), "
        "instead of printing it");
    OptionGroup search("strategy");
    // clang-format off
    search.options = {
        {"strategy", takes_text("NAME").among(strategy_names()),
         "automatic (default); branch_and_bound: bounds, attack, input and phase splits; lazy: clause learning over the linear "
         "theory; textbook: plain DPLL over phases in number order; binarized: sign and hardlim networks over reals as a "
         "pseudo-Boolean problem over the linear theory"},
        {"trace", "tell the search step by step on standard output: as it goes on a terminal, else after the answer"},
        {"statistics,s", "print what the search counted and what its time went into, after the answer"}};
    // clang-format on
    options.push_back(search);
    describe_limits(options);
    describe_output(options);
    options.back().options.emplace_back(
        "semantics", takes_text("KIND").among({"real", "float32"}),
        "what the network is: real (default), a function over the reals; float32: every program that computes it in "
        "float32, whatever the order of its sums (docs/howto/float32.md)");
    options.back().options.emplace_back("witness", takes_text("KIND").among({"exact", "float32"}),
                                        "what sat takes: exact (default), a solution over the reals; float32: one that "
                                        "every run in float32 confirms, whatever "
                                        "the order of its sums, at inputs that float32 holds (else unknown)");
    options.back().options.emplace_back(
        "vnncomp", takes_text("FILE"),
        "write verdict and witness there as VNN-COMP's scripts have them: sat, ((X_0 0.5) …)");
    options.back().options.emplace_back("proof", takes_text("FILE"),
                                        "write there why the answer holds, for sinew check; .gz is compressed; "
                                        "FILE.vipr: why the query's mixed-integer "
                                        "program has no solution (VIPR 1.0); FILE.aptp: of ReLU networks, as a tree of "
                                        "activation patterns (docs/proofs.md)");
    describe_database(options);
    options.back().options.emplace_back(
        "resume", takes_text("FILE"),
        "of a folder or list: keep every answer in this results file (SQLite) at once, and go on where its run of the "
        "same questions and options ended");
    options.back().options.push_back(shard_option());
    describe_progress(options);
    describe_row_files(options, RowsOf::questions);
}

verify::Strategy strategy_of(const Arguments& arguments) {
    if (!arguments.has("strategy")) return verify::Strategy::automatic;
    const auto& name = arguments.get<std::string>("strategy");
    for (const NamedStrategy& named : strategies)
        if (name == named.name) return named.strategy;
    throw UsageError(
        fmt::format("no strategy is called '{}'{}; see sinew help verify", name, did_you_mean(name, strategy_names())));
}

bool asks_float32(const Arguments& arguments) {
    if (!arguments.has("witness")) return false;
    const auto& kind = arguments.get<std::string>("witness");
    if (kind == "exact" || kind == "float32") return kind == "float32";
    throw UsageError(fmt::format("--witness cannot be '{}' (expected exact or float32)", kind));
}

bool is_vipr(const std::string& path) {
    return path.ends_with(".vipr") || path.ends_with(".vipr.gz");
}
bool is_aptp(const std::string& path) {
    return path.ends_with(".aptp");
}

/// By a search of its own. Where there is no proof that is said; the verdict stands.
void write_program_proof(const model::Query& query, const model::Verdict& verdict, const bounds::MixedProgram& program,
                         const std::string& path, const Limits& limits) {
    using Outcome = verify::ProgramProof::Outcome;
    if (verdict.status == model::Status::sat) {
        print_error("sinew: {} says of a query that it has no solution: {} is not written\n",
                    is_aptp(path) ? "APTP" : "VIPR", path);
        return;
    }
    const verify::ProgramProof proof = is_aptp(path) ? verify::prove_aptp(query, program, path, limits)
                                       : verify::is_relu_question(query)
                                           ? verify::prove_relu(query, program, path, limits)
                                           : verify::prove_program(program, path, limits);
    if (proof.outcome == Outcome::proved) return;
    print_error("sinew: {}: {} is not written\n",
                proof.outcome == Outcome::stopped
                    ? "no proof was completed within the limits"
                    : "its mixed-integer program, which has no open ends of steps and no !=, has a solution",
                path);
}

bool means_float32(const Arguments& arguments) {
    if (!arguments.has("semantics")) return false;
    const auto& kind = arguments.get<std::string>("semantics");
    if (kind == "real" || kind == "float32") return kind == "float32";
    throw UsageError(fmt::format("--semantics cannot be '{}' (expected real or float32)", kind));
}

enum class Files { question, list, unit, unknown };

model::Verdict decide(const Arguments& arguments, verify::Options options, Observer& observer, model::Query& query,
                      Answer& answer, ProofEnd& proof_end) {
    const bool is_float32 = means_float32(arguments);
    if (is_float32 && arguments.has("proof")) throw UsageError("no proof is written yet with --semantics float32");
    std::vector<model::DeclaredNetwork> declared;
    query = load_question(arguments, "out", &declared);
    answer.declare(std::move(declared));
    answer.know(query);
    std::optional<proof::NetworkProofWriter> proof;
    std::optional<bounds::MixedProgram> program;
    if (arguments.has("proof") && is_vipr(arguments.get<std::string>("proof"))) {
        program = naming_file(arguments.files[0], [&] { return bounds::mixed_program(query, "VIPR"); });
    } else if (arguments.has("proof") && is_aptp(arguments.get<std::string>("proof"))) {
        naming_file(arguments.files[0], [&] { verify::require_aptp(query); });
        program = bounds::mixed_program(query, "APTP");
    } else if (arguments.has("proof")) {
        proof.emplace(arguments.get<std::string>("proof"), model::query_digest(query),
                      query.network.input_variables().size());
        options.proof = &*proof;
    }
    model::Verdict verdict = naming_file(arguments.files[0], [&] {
        return is_float32 ? verify::verify_float32(query, options, observer) : verify::verify(query, options, observer);
    });
    const bool is_decided = verdict.status == model::Status::sat || verdict.status == model::Status::unsat;
    proof_end.write([&] {
        if (proof && is_decided) proof->finish();
        if (program && is_decided)
            write_program_proof(query, verdict, *program, arguments.get<std::string>("proof"), options.limits);
    });
    return verdict;
}

ExitStatus run_verify(const Arguments& arguments) {
    verify::Options options;
    options.strategy = strategy_of(arguments);
    options.threads = threads_of(arguments);
    options.settings = settings_of(arguments);
    const bool trace = arguments.has("trace");
    if (trace && json_path_of(arguments) == "-")
        throw UsageError("--trace and --json both want standard output; give a file: --json=FILE");
    options.limits = limits_of(arguments);
    options.float32_witness = asks_float32(arguments);
    // What the files are is known when they have been looked at, standard input among them: within the limits.
    model::Verdict stopped;
    const auto look = [&] {
        if (asks_unit(arguments)) return Files::unit;
        return asks_several(arguments) ? Files::list : Files::question;
    };
    const auto give_up = [&](Stopped why) {
        stopped = stopped_verdict(std::move(why));
        return Files::unknown;
    };
    Watchdog watchdog(options.limits, options.threads, [](Stopped why) {  // a pipe that nobody opens for writing
        print_out("{}\nreason: {}\n", model::to_string(stopped_verdict(why).status), why.text);
        return no_answer;
    });
    const Files files = watchdog.guard([&] { return within_limits(options.limits, look, give_up); });
    if (files == Files::unit) {
        if (arguments.has("statistics")) throw UsageError("--statistics is of questions; a unit's are in its result");
        for (const char* option : {"witness", "semantics", "vnncomp", "proof"})
            if (arguments.has(option)) throw UsageError(fmt::format("--{} is of whole questions", option));
        return verify_unit(arguments, options);
    }
    if (files == Files::list) {
        for (const char* option : {"semantics", "vnncomp", "proof"})
            if (arguments.has(option)) throw UsageError(fmt::format("--{} is of one question", option));
        for (const char* option : {"trace", "statistics"})
            if (arguments.has(option)) throw UsageError(fmt::format("--{} tells one search: ask one question", option));
        return verify_list(arguments, options);
    }
    for (const char* option : {"resume", "shard"})
        if (arguments.has(option) && files == Files::question)
            throw UsageError(fmt::format("--{} is of folders and lists of questions, and this is one", option));
    Answer answer(arguments);
    std::optional<OutputFile> competition;
    if (arguments.has("vnncomp")) competition.emplace(arguments.get<std::string>("vnncomp"));
    model::Query query;
    const auto give = [&](const model::Verdict& verdict) {
        if (competition) competition->write(write::vnncomp_text(query, verdict, answer.declared()));
        return answer.give(query, verdict);
    };
    if (files == Files::unknown) return give(stopped);
    TerminalObserver observer(quiet(arguments) ? Verbosity::quiet : Verbosity::normal, trace, answer.progress());
    ProofEnd proof_end;
    const auto work = [&] { return decide(arguments, options, observer, query, answer, proof_end); };
    const auto tell = [&](const model::Verdict& verdict) {
        observer.erase();
        return proof_end.after(give(verdict));
    };
    const ExitStatus status = within_limits(options.limits, work, stopped_verdict, tell, options.threads);
    observer.tell_story();
    return status;
}
}  // namespace

const Command verify_command{
    "verify",
    "is there an input with this property? sat with an exact witness, or unsat",
    "verify [OPTION...] QUERY.dnn|QUERY.smt2|QUERY.ipq|-\n"
    "verify [OPTION...] NETWORK CONDITIONS...\n"
    "verify [OPTION...] NETWORK --in CONDITION --out CONDITION\n"
    "verify [OPTION...] QUERY.vnnlib --network NAME=FILE.onnx...\n"
    "verify [OPTION...] FOLDER|INSTANCES.csv|QUERY...\n"
    "verify [OPTION...] UNIT.json",
    "The query describes a counterexample: sat means that one exists, and the answer shows it; unsat means that none "
    "does. Arithmetic is exact: 0.1 is 1/10, < is strict.\n"
    "\n"
    "A network is dnn text, ONNX, NNet (.nnet) or a binarized network (.bnn, .npz). Conditions are VNN-LIB or text, as "
    "a dnn text "
    "has them or line by line; they take the place of those beside the network. They call inputs and outputs x0, x1, … "
    "and y0, y1, …, or as the network's file does. What a file is its content says; - is standard input.\n"
    "\n"
    "A text of VNN-LIB 2.0 declares its networks, one or several: --network names their files, and the answer has the "
    "standard's form, on standard output nothing else.\n"
    "\n"
    "Several conditions, several queries, a folder, or a list of network, conditions and seconds are answered by a "
    "table: --timeout is for each question, and a file that cannot be read is a row.\n"
    "\n"
    "A unit is a part of a question that sinew split has cut: its result is written beside it (docs/units.md).\n"
    "\n"
    "Ctrl-C ends the search with the best answer so far; a second Ctrl-C ends the program.",
    "# a question in one file, and how it is answered step by step\n"
    "sinew verify inputs/dnn/two_by_two.dnn\n"
    "sinew verify --strategy textbook --trace inputs/dnn/two_by_two.dnn\n"
    "# a network of ONNX, a property of VNN-LIB, 20 seconds at most, the answer as JSON\n"
    "sinew verify --timeout 20 --json=answer.json net.onnx property.vnnlib\n"
    "# VNN-LIB 2.0: a network and its retrained copy\n"
    "sinew verify equivalent.vnnlib --network old=net.onnx --network new=retrained.onnx\n"
    "# conditions on the command line\n"
    "sinew verify net.onnx --in '(and (x0 < 0) (x1 > 1))' --out '(y0 > y1)'\n"
    "# as VNN-COMP's scripts ask: a witness that any runtime confirms, and the results file\n"
    "sinew verify --witness float32 --vnncomp results.txt net.onnx property.vnnlib\n"
    "# all questions of a list, a minute each, with a table for VNN-COMP's scripts\n"
    "sinew verify --timeout 60 --csv table.csv instances.csv",
    describe_verify,
    run_verify,
    json_option,
    json_suffix,
    "dnn smt2 vnnlib ipq onnx nnet npz bnn csv txt",
    "",
    "0 sat or unsat\n"
    "2 an input is missing or malformed; over several questions: one of them is\n"
    "3 unknown: a limit of time or memory, Ctrl-C, or a question that no engine decides\n"
    "5 another verdict than --expect, or the list of questions, names",
};

}  // namespace sinew::cli
