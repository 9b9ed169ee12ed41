// SPDX-License-Identifier: Apache-2.0
// sinew export: a query in the words of another format.
#include <array>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "base/suggest.hpp"
#include "bnn/query_problem.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/examples.hpp"
#include "cli/export_question.hpp"
#include "cli/output_file.hpp"
#include "cli/question_options.hpp"
#include "cli/within_limits.hpp"
#include "read/file.hpp"
#include "read/opb/read_opb.hpp"
#include "read/query/binarized_query.hpp"
#include "read/query/load_query.hpp"
#include "write/bnn_text.hpp"
#include "write/dimacs.hpp"
#include "write/dnn.hpp"
#include "write/lp.hpp"
#include "write/opb.hpp"
#include "write/smtlib.hpp"
#include "write/vnnlib.hpp"
#include "write/vnnlib2.hpp"

namespace sinew::cli {

extern const Command export_command;

namespace {
void describe_export(OptionGroups& options) {
    OptionGroup output("output");
    // clang-format off
    output.options = {
        {"to", takes_text("FORMAT").among({"smt2", "vnnlib", "vnnlib2", "dnn", "lp", "opb", "cnf", "bnn"}), "smt2, vnnlib, vnnlib2, dnn, lp, opb or cnf; of a binarized network bnn or dnn (without it: what the ending of --out says)"},
        {"input", takes_text("KIND").among(input_kinds()), "what a binarized network's inputs are, where its file does not tell: bits, signs, pixels, unit or integers"},
        {"get-model", "end an SMT-LIB script in (get-model): strict solvers call that an error where the answer is unsat"},
        {"out", takes_text("FILE").ending_in("smt2 vnnlib dnn lp opb cnf bnn"), "the file to write; standard output without it"}};
    // clang-format on
    options.push_back(output);
    describe_question(options, Objectives::allowed, OtherFormats::problems, out_condition);
    options.back().options.push_back(network_option());
    describe_reading_limits(options);
}

std::string smt2_text(const model::Query& query) {
    return write::smtlib_text(query);
}
std::string smt2_text_with_model(const model::Query& query) {
    return write::smtlib_text(query, write::ModelRequest::get_model);
}

std::string vnnlib2_text(const model::Query& query) {
    return write::vnnlib2_text(query);
}

struct Format {
    const char* name;
    std::string (*text)(const model::Query&);
};
constexpr std::array<Format, 5> export_formats{{{"smt2", smt2_text},
                                                {"vnnlib", write::vnnlib_text},
                                                {"vnnlib2", vnnlib2_text},
                                                {"dnn", write::dnn_text},
                                                {"lp", write::lp_text}}};

/// --out is a file here: what has to hold of outputs is another option's.
OutputFile output_of(const Arguments& arguments) {
    const std::string path = arguments.has("out") ? arguments.get<std::string>("out") : "-";
    if (path.find_first_of("<>") != std::string::npos)
        throw UsageError(fmt::format(
            "--out {}: this names the file to write (--out-condition says what has to hold of the outputs)", path));
    return OutputFile(path);
}

/// The format that is asked for; empty if nothing says it.
std::string format_name(const Arguments& arguments) {
    if (arguments.has("to")) return arguments.get<std::string>("to");
    return arguments.has("out") ? read::format_of(arguments.get<std::string>("out")) : std::string();
}

const Format& format_asked(const Arguments& arguments) {
    const std::string name = format_name(arguments);
    if (!arguments.has("to") && !arguments.has("out"))
        throw UsageError("export wants --to FORMAT: smt2, vnnlib, vnnlib2, dnn, lp, opb, cnf or bnn");
    std::vector<std::string> names;
    for (const Format& format : export_formats) {
        if (name == format.name) return format;
        names.emplace_back(format.name);
    }
    throw UsageError(
        fmt::format("no format to write is called '{}'{}; there are smt2, vnnlib, vnnlib2, dnn, lp, opb, cnf and bnn",
                    name, did_you_mean(name, names)));
}

/// A pseudo-Boolean problem has formats of its own.
ExitStatus export_problem(const Arguments& arguments) {
    const std::string name = format_name(arguments);
    if (name != "opb" && name != "cnf") throw UsageError("a pseudo-Boolean problem is written as opb or cnf");
    OutputFile out = output_of(arguments);
    const model::PseudoBoolean problem = read::read_opb(arguments.files[0]);
    model::Legend legend;  // where variables have other numbers than in the file
    for (std::size_t v = 0; v < problem.names.size(); ++v)
        legend.literals.emplace_back(static_cast<std::int32_t>(v) + 1,
                                     fmt::format("x{} of the problem", problem.names[v]));
    std::string text;
    if (name == "opb") {
        text = write::opb_text(problem, legend);
    } else {
        if (problem.has_objective) text = "c the objective is left out\n";
        text += write::dimacs_text(write::to_cnf(problem), legend);
    }
    out.write(text);
    return answered;
}

/// A binarized network has two text forms.
ExitStatus export_network(const Arguments& arguments, const std::string& name) {
    if (name != "bnn" && name != "dnn")
        throw UsageError("a binarized network alone is written as bnn or dnn; sinew certify --export writes questions");
    OutputFile out = output_of(arguments);
    const model::BinarizedNetwork network = load_binarized(arguments.files[0], arguments);
    out.write(naming_file(arguments.files[0], [&] {
        return name == "bnn" ? write::bnn_text(network) : write::dnn_text(read::binarized_query(network));
    }));
    return answered;
}

ExitStatus write_query(const Arguments& arguments) {
    const std::string name = format_name(arguments);
    if (arguments.has("get-model") && name != "smt2") throw UsageError("--get-model: only smt2 asks for a model");
    if (arguments.files.size() == 1 && !question_of(arguments, out_condition).asks()) {
        const read::Format format = format_of_argument(arguments, 0);
        if (format == read::Format::opb && !arguments.has("input")) return export_problem(arguments);
        if (name == "bnn" || format == read::Format::npz || format == read::Format::bnn ||
            format == read::Format::folder)
            return export_network(arguments, name);
    }
    if (arguments.has("input")) throw UsageError("--input is about a binarized network that is written as bnn or dnn");
    const bool is_problem = name == "opb" || name == "cnf";
    const Format* const format = is_problem ? nullptr : &format_asked(arguments);
    OutputFile out = output_of(arguments);
    std::vector<model::DeclaredNetwork> declared;
    const model::Query query = load_question(arguments, out_condition, &declared);
    out.write(naming_file(read::shown_name(arguments.files.back()), [&] {
        if (is_problem) return problem_text(bnn::query_problem(query), name);
        if (name == "vnnlib2") return write::vnnlib2_text(query, declared);
        return arguments.has("get-model") ? smt2_text_with_model(query) : format->text(query);
    }));
    return answered;
}

ExitStatus run_export(const Arguments& arguments) {
    return within_limits(limits_of(arguments), [&] { return write_query(arguments); });
}
}  // namespace

const Command export_command{
    "export",
    "write a query in another format: SMT-LIB, VNN-LIB, dnn text, LP, OPB, DIMACS",
    "export [OPTION...] QUERY.dnn|-\n"
    "export [OPTION...] NETWORK CONDITIONS\n"
    "export [OPTION...] PROBLEM.opb\n"
    "export [OPTION...] NETWORK.npz|FOLDER|NETWORK.bnn",
    "Numbers stay exact, and what a format cannot say is an error, never left out.\n"
    "\n"
    "smt2: linear real arithmetic that z3, cvc5 and sinew itself read. vnnlib: the conditions alone, over X_i and Y_j; "
    "vnnlib2: the same as VNN-LIB 2.0. "
    "dnn: network and conditions as text. lp: a mixed-integer program, where strict comparisons are written as their "
    "closures. opb and cnf: queries over sign and hardlim networks whose inputs are bits, signs or pixels (`sinew "
    "certify --export` writes those about a data set).\n"
    "\n"
    "A pseudo-Boolean problem is written as opb, or without its objective as cnf: counters and adders over variables "
    "behind its own. A binarized network is written in its text form bnn (docs/bnn.md), or as dnn text.",
    "# a question for z3 or cvc5, on standard output\n"
    "sinew export --to smt2 inputs/dnn/two_by_two.dnn\n"
    "# the format is what the file's name says\n"
    "sinew export --out query.smt2 net.onnx property.vnnlib\n"
    "# a binarized network as text\n"
    "sinew export --to bnn mnist.npz",
    describe_export,
    run_export,
    {},
    {},
    "dnn onnx nnet smt2 vnnlib ipq opb npz bnn txt",
    "",
    "0 it is written",
};

}  // namespace sinew::cli
