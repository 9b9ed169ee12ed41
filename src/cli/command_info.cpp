// SPDX-License-Identifier: Apache-2.0
// sinew info: what the readers have understood of files.
#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "cli/command.hpp"
#include "cli/common_options.hpp"
#include "cli/examples.hpp"
#include "cli/print.hpp"
#include "cli/question_options.hpp"
#include "cli/within_limits.hpp"
#include "read/dimacs/read_dimacs.hpp"
#include "read/flatzinc/read_flatzinc.hpp"
#include "read/onnx/onnx.hpp"
#include "read/opb/read_opb.hpp"
#include "threshold/describe.hpp"
#include "train/preparation_text.hpp"
#include "write/query_summary.hpp"

namespace sinew::cli {

extern const Command info_command;

namespace {

void describe_info(OptionGroups& options) {
    describe_question(options, Objectives::none, OtherFormats::all);
    describe_examples(options);
    describe_reading_limits(options);
}

/// What rows a network's own preparation takes.
void tell_preparation(const model::BinarizedNetwork& network, const std::string& file) {
    const train::Preparation preparation = train::parse_preparation(network.preparation, file);
    print_out("rows: label {} ({})\n", preparation.label, joined(preparation.classes, ", "));
    for (const train::Column& column : preparation.columns) {
        std::vector<std::string> inputs;
        for (const std::uint32_t feature : preparation.features_of(column.name))
            inputs.push_back(preparation.features[feature].name(preparation.columns));
        print_out("  {}: {}\n", column.name, joined(inputs, ", "));
    }
}

/// The network, and how often it is right on the data set.
void tell_binarized(const Arguments& arguments) {
    const model::BinarizedNetwork network = load_binarized(arguments.files[0], arguments);
    write_output(threshold::describe(network));
    if (!network.preparation.empty()) tell_preparation(network, arguments.files[0]);
    if (arguments.files.size() == 1) return;
    const Examples examples(std::vector<std::string>(arguments.files.begin() + 1, arguments.files.end()), arguments,
                            network);
    for (const std::string& note : examples.notes()) print_error("note: {}\n", note);
    const threshold::ThresholdNetwork folded = fold(network, arguments.files[0]);
    std::size_t labelled = 0;
    std::size_t right = 0;
    for (std::size_t i = 0; i < examples.count(); ++i) {
        const std::optional<std::size_t> label = examples.label(i);
        if (!label) continue;
        ++labelled;
        const threshold::Activity activity = threshold::evaluate(folded, folded.digits_of(examples.input(i)));
        right += threshold::class_of(folded, activity.scores) == *label ? 1 : 0;
    }
    print_out("examples: {}\n", examples.count());
    if (labelled == 0)
        print_out("accuracy: no labels (--labels FILE, --label-column COLUMN)\n");
    else
        print_out("accuracy: {} of {} ({:.2f} %)\n", right, labelled,
                  100.0 * static_cast<double>(right) / static_cast<double>(labelled));
}

/// What the second file is: data for the network, or a part of the question.
bool is_data(const Arguments& arguments) {
    if (arguments.files.size() < 2) return false;
    const read::Format format = format_of_argument(arguments, 1);
    return format == read::Format::unknown || format == read::Format::instances;
}

/// An option that says nothing about what is told is refused.
void refuse_unused(const Arguments& arguments, std::initializer_list<const char*> options, std::string_view why) {
    for (const char* option : options)
        if (arguments.has(option)) throw UsageError(fmt::format("info: --{} {}", option, why));
}

/// Formulas and programs, which are one file each; false for other formats.
bool tell_formula(const Arguments& arguments, read::Format format) {
    const std::string& file = arguments.files[0];
    if (format != read::Format::dimacs && format != read::Format::opb && format != read::Format::flatzinc) return false;
    refuse_unused(arguments, {"in", "out", "input"},
                  "is about networks; here is " + std::string(read::description(format)));
    if (arguments.files.size() > 1)
        throw UsageError(
            fmt::format("info: {} is {}: what is {} beside it?", file, read::description(format), arguments.files[1]));
    if (format == read::Format::dimacs) {
        const model::Cnf cnf = read::read_dimacs(file);
        print_out("formula: {} variables, {} clauses, {} literals\n", cnf.variable_count, cnf.clause_count(),
                  cnf.literals.size());
    } else if (format == read::Format::opb) {
        const model::PseudoBoolean problem = read::read_opb(file);
        print_out("pseudo-Boolean problem: {} variables, {} constraints, {} objective\n", problem.variable_count,
                  problem.relations.size(), problem.has_objective ? "an" : "no");
    } else {
        const model::ConstraintProgram program = read::read_flatzinc(file);
        print_out("constraint program: {} variables, {} constraints\n", program.variables.size(),
                  program.constraints.size());
    }
    return true;
}

ExitStatus tell(const Arguments& arguments) {
    if (arguments.files.empty()) throw UsageError("no file is named; see sinew help info");
    const read::Format format = format_of_argument(arguments, 0);
    const bool asks = question_of(arguments).asks();
    const bool is_alone = arguments.files.size() == 1 && !asks;
    const bool is_binarized =
        format == read::Format::npz || format == read::Format::bnn || format == read::Format::folder;
    if (is_data(arguments)) {
        refuse_unused(arguments, {"in", "out"}, "is a part of a question; a network with data has none");
        tell_binarized(arguments);
        return answered;
    }
    refuse_unused(arguments, {"labels", "label", "label-column", "header", "binarize", "resize", "skip", "limit"},
                  "is about examples, and no data is named");
    if (tell_formula(arguments, format)) return answered;
    if (is_alone && (is_binarized || arguments.has("input"))) {
        tell_binarized(arguments);
        return answered;
    }
    refuse_unused(arguments, {"input"}, "is about a binarized network, alone or with data");
    if (is_alone && format == read::Format::onnx) {
        const read::OnnxNetwork network = read::read_onnx(arguments.files[0], {read::TrailingSoftmax::skip});
        if (network.metadata.contains("sinew.input")) {
            tell_binarized(arguments);
            return answered;
        }
        write_output(write::query_summary(network.query));
        for (const std::string& node : network.skipped_softmax) print_out("left out: {} (keeps the order)\n", node);
    } else {
        write_output(write::query_summary(load_question(arguments)));
    }
    return answered;
}

ExitStatus run_info(const Arguments& arguments) {
    return within_limits(limits_of(arguments), [&] { return tell(arguments); });
}
}  // namespace

const Command info_command{
    "info",
    "tell what sinew understands of a file: layers, inputs, conditions",
    "info [OPTION...] QUERY.dnn\n"
    "info [OPTION...] NETWORK [CONDITIONS]\n"
    "info [OPTION...] SCRIPT.smt2|FORMULA.cnf|PROBLEM.opb|PROGRAM.fzn\n"
    "info [OPTION...] NETWORK DATA...",
    "Lists the layers with their shapes, activations and numbers of parameters, the inputs with their domains, and the "
    "conditions with what they count; of formulas, problems and programs how large they are. With DATA, also how many "
    "examples a binarized network classifies as their labels say.",
    "# what is asked in this file?\n"
    "sinew info inputs/dnn/two_by_two.dnn\n"
    "# how was this binarized network understood, and does it classify these images as it should?\n"
    "sinew info inputs/bnn/strokes.bnn inputs/bnn/strokes.csv",
    describe_info,
    run_info,
    {},
    {},
    "dnn onnx nnet smt2 vnnlib ipq npz bnn cnf opb fzn csv txt",
    "",
    "0 it was understood",
};

}  // namespace sinew::cli
