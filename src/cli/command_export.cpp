// sinew export: a query in the words of another format.
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/error.hpp"
#include "bnn/query_problem.hpp"
#include "cli/command.hpp"
#include "cli/export_question.hpp"
#include "cli/load_query.hpp"
#include "cli/output_file.hpp"
#include "cli/suggest.hpp"
#include "read/opb/read_opb.hpp"
#include "write/dimacs.hpp"
#include "write/dnn.hpp"
#include "write/lp.hpp"
#include "write/opb.hpp"
#include "write/smtlib.hpp"
#include "write/vnnlib.hpp"

namespace sinew::cli {

extern const Command export_command;

namespace {
namespace po = boost::program_options;

void describe(po::options_description& options) {
    po::options_description output("output");
    // clang-format off
    output.add_options()
        ("to", po::value<std::string>()->value_name("FORMAT"), "smt2, vnnlib, dnn, lp, opb or cnf (without it: what the ending of --out says)")
        ("out", po::value<std::string>()->value_name("FILE"), "the file to write; standard output without it");
    // clang-format on
    options.add(output);
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
    return arguments.has("out") ? format_of(arguments.get<std::string>("out")) : std::string();
}

const Format& format_asked(const Arguments& arguments) {
    const std::string name = format_name(arguments);
    if (!arguments.has("to") && !arguments.has("out"))
        throw UsageError("export wants --to FORMAT: smt2, vnnlib, dnn, lp, opb or cnf");
    std::vector<std::string> names;
    for (const Format& format : formats) {
        if (name == format.name) return format;
        names.emplace_back(format.name);
    }
    throw UsageError(fmt::format("no format to write is called '{}'{}; there are smt2, vnnlib, dnn, lp, opb and cnf",
                                 name, did_you_mean(name, names)));
}

/// A pseudo-Boolean problem has formats of its own.
ExitStatus export_problem(const Arguments& arguments) {
    const std::string name = format_name(arguments);
    if (name != "opb" && name != "cnf") throw UsageError("a pseudo-Boolean problem is written as opb or cnf");
    OutputFile out(arguments.has("out") ? arguments.get<std::string>("out") : "-");
    const model::PseudoBoolean problem = read::read_opb(arguments.files[0]);
    std::string text;
    if (name == "opb") {
        text = write::opb_text(problem);
    } else {
        if (problem.has_objective) text = "c the objective is left out\n";
        text += write::dimacs_text(write::to_cnf(problem));
    }
    out.write(text);
    return answered;
}

ExitStatus run(const Arguments& arguments) {
    if (arguments.files.size() == 1 && format_of(arguments.files[0]) == "opb") return export_problem(arguments);
    const std::string name = format_name(arguments);
    if (name == "opb" || name == "cnf") {
        OutputFile out(arguments.has("out") ? arguments.get<std::string>("out") : "-");
        out.write(problem_text(bnn::query_problem(load_query(arguments.files)), name));
        return answered;
    }
    const Format& format = format_asked(arguments);
    OutputFile out(arguments.has("out") ? arguments.get<std::string>("out") : "-");
    out.write(format.text(load_query(arguments.files)));
    return answered;
}
}  // namespace

const Command export_command{
    "export",
    "write a query in another format: SMT-LIB, VNN-LIB, dnn text, LP, OPB, DIMACS",
    "export [OPTION...] QUERY.dnn\nexport [OPTION...] NETWORK.onnx PROPERTY.vnnlib\nexport [OPTION...] PROBLEM.opb",
    "Numbers stay exact. smt2: linear real arithmetic that z3, cvc5 and sinew itself read. vnnlib: the conditions "
    "alone,\n"
    "over X_i and Y_j. dnn: network and conditions as text. lp: a mixed-integer program, where strict comparisons are\n"
    "written as their closures. opb and cnf: queries over sign and hardlim networks whose inputs are bits, signs or\n"
    "pixels (sinew certify --export writes those about a data set). What a format cannot say is an error, never left\n"
    "out. A pseudo-Boolean problem is written as opb, or without its objective as cnf: counters and adders over\n"
    "variables behind its own.",
    "sinew export --to smt2 inputs/dnn/two_by_two.dnn\n"
    "sinew export --out query.smt2 net.onnx property.vnnlib",
    describe,
    run,
};

}  // namespace sinew::cli
