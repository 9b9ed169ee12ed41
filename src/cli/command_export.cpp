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
#include "cli/within_limits.hpp"
#include "read/opb/read_opb.hpp"
#include "read/query/load_query.hpp"
#include "write/bnn_text.hpp"
#include "write/dimacs.hpp"
#include "write/dnn.hpp"
#include "write/lp.hpp"
#include "write/opb.hpp"
#include "write/smtlib.hpp"
#include "write/vnnlib.hpp"

namespace sinew::cli {

extern const Command export_command;

namespace {

void describe(OptionGroups& options) {
    OptionGroup output("output");
    // clang-format off
    output.options = {
        {"to", takes_text("FORMAT"), "smt2, vnnlib, dnn, lp, opb or cnf; of a binarized network bnn or dnn (without it: what the ending of --out says)"},
        {"input", takes_text("KIND"), "what a binarized network's inputs are, where its file does not tell: bits, signs, pixels, unit or integers"},
        {"out", takes_text("FILE"), "the file to write; standard output without it"}};
    // clang-format on
    options.push_back(output);
    describe_reading_limits(options);
}

std::string smt2_text(const model::Query& query) {
    return write::smtlib_text(query);
}

struct Format {
    const char* name;
    std::string (*text)(const model::Query&);
};
constexpr std::array<Format, 4> formats{
    {{"smt2", smt2_text}, {"vnnlib", write::vnnlib_text}, {"dnn", write::dnn_text}, {"lp", write::lp_text}}};

/// The format that is asked for; empty if nothing says it.
std::string format_name(const Arguments& arguments) {
    if (arguments.has("to")) return arguments.get<std::string>("to");
    return arguments.has("out") ? read::format_of(arguments.get<std::string>("out")) : std::string();
}

const Format& format_asked(const Arguments& arguments) {
    const std::string name = format_name(arguments);
    if (!arguments.has("to") && !arguments.has("out"))
        throw UsageError("export wants --to FORMAT: smt2, vnnlib, dnn, lp, opb, cnf or bnn");
    std::vector<std::string> names;
    for (const Format& format : formats) {
        if (name == format.name) return format;
        names.emplace_back(format.name);
    }
    throw UsageError(
        fmt::format("no format to write is called '{}'{}; there are smt2, vnnlib, dnn, lp, opb, cnf and bnn", name,
                    did_you_mean(name, names)));
}

/// A pseudo-Boolean problem has formats of its own.
ExitStatus export_problem(const Arguments& arguments) {
    const std::string name = format_name(arguments);
    if (name != "opb" && name != "cnf") throw UsageError("a pseudo-Boolean problem is written as opb or cnf");
    OutputFile out(arguments.has("out") ? arguments.get<std::string>("out") : "-");
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

/// The network as a query that asks nothing: layers of the general model, and what its inputs may be as domains.
model::Query query_of(const model::BinarizedNetwork& network) {
    model::Query query;
    query.network = model::to_network(network);
    const model::InputRange range = model::range_of(network.input);
    model::Domain domain;
    domain.kind = range.whole ? model::DomainKind::integer : model::DomainKind::real;
    if (network.input == model::InputKind::signs) {
        domain.values = {-1, 1};
    } else {
        domain.lower = range.lower;
        domain.upper = range.upper;
    }
    for (const Variable input : query.network.input_variables()) query.domains.emplace_back(input, domain);
    const model::Layer& last = query.network.layers().back();
    for (std::size_t i = 0; i < last.size; ++i) query.outputs.emplace_back(last.first.index() + i);
    return query;
}

/// A binarized network has two text forms.
ExitStatus export_network(const Arguments& arguments, const std::string& name) {
    if (name != "bnn" && name != "dnn")
        throw UsageError("a binarized network alone is written as bnn or dnn; sinew certify --export writes questions");
    OutputFile out(arguments.has("out") ? arguments.get<std::string>("out") : "-");
    const model::BinarizedNetwork network = load_binarized(arguments.files[0], arguments);
    out.write(naming_file(arguments.files[0], [&] {
        return name == "bnn" ? write::bnn_text(network) : write::dnn_text(query_of(network));
    }));
    return answered;
}

ExitStatus write_query(const Arguments& arguments) {
    if (arguments.files.size() == 1 && read::format_of(arguments.files[0]) == "opb") return export_problem(arguments);
    const std::string name = format_name(arguments);
    if (arguments.files.size() == 1 && (name == "bnn" || is_binarized_network(arguments.files[0])))
        return export_network(arguments, name);
    if (name == "opb" || name == "cnf") {
        OutputFile out(arguments.has("out") ? arguments.get<std::string>("out") : "-");
        const model::Query query = read::load_query(arguments.files);
        out.write(naming_file(arguments.files[0], [&] { return problem_text(bnn::query_problem(query), name); }));
        return answered;
    }
    const Format& format = format_asked(arguments);
    OutputFile out(arguments.has("out") ? arguments.get<std::string>("out") : "-");
    const model::Query query = read::load_query(arguments.files);
    out.write(naming_file(arguments.files.back(), [&] { return format.text(query); }));
    return answered;
}

ExitStatus run(const Arguments& arguments) {
    return within_limits(limits_of(arguments), [&] { return write_query(arguments); });
}
}  // namespace

const Command export_command{
    "export",
    "write a query in another format: SMT-LIB, VNN-LIB, dnn text, LP, OPB, DIMACS",
    "export [OPTION...] QUERY.dnn\nexport [OPTION...] NETWORK.onnx PROPERTY.vnnlib\nexport [OPTION...] "
    "PROBLEM.opb\nexport "
    "[OPTION...] NETWORK.npz|FOLDER|NETWORK.bnn",
    "Numbers stay exact. smt2: linear real arithmetic that z3, cvc5 and sinew itself read. vnnlib: the conditions "
    "alone,\n"
    "over X_i and Y_j. dnn: network and conditions as text. lp: a mixed-integer program, where strict comparisons are\n"
    "written as their closures. opb and cnf: queries over sign and hardlim networks whose inputs are bits, signs or\n"
    "pixels (sinew certify --export writes those about a data set). What a format cannot say is an error, never left\n"
    "out. A pseudo-Boolean problem is written as opb, or without its objective as cnf: counters and adders over\n"
    "variables behind its own. A binarized network is written in its text form bnn (docs/bnn.md), or as dnn text.",
    "sinew export --to smt2 inputs/dnn/two_by_two.dnn\n"
    "sinew export --out query.smt2 net.onnx property.vnnlib\n"
    "sinew export --to bnn mnist.npz",
    describe,
    run,
};

}  // namespace sinew::cli
