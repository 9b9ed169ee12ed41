// SPDX-License-Identifier: Apache-2.0
#include "cli/question_options.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/suggest.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"

namespace sinew::cli {

namespace {
Option format_option(OtherFormats others) {
    std::vector<std::string> words = read::format_names();
    const auto has_not = [&](std::initializer_list<std::string_view> names) {
        std::erase_if(words, [&](const std::string& word) { return std::ranges::count(names, word) != 0; });
    };
    if (others == OtherFormats::none) has_not({"fzn", "cnf", "opb", "csv"});
    if (others == OtherFormats::lists) has_not({"fzn", "cnf", "opb"});
    if (others == OtherFormats::problems) has_not({"fzn", "cnf", "csv"});
    if (others == OtherFormats::all) has_not({"csv"});
    const OptionValue value = takes_texts("NAME").among(words);
    // clang-format off
    switch (others) {
        case OtherFormats::none:
            return {"format", value, "the file's format where its content does not tell: dnn, conditions, smt2, vnnlib, ipq, onnx, nnet, nnet-data (its normalisation included), npz or bnn; with several files once for each, or auto"};
        case OtherFormats::lists:
            return {"format", value, "the file's format where its content does not tell: dnn, conditions, smt2, vnnlib, ipq, onnx, nnet, nnet-data (its normalisation included), npz, bnn, or csv (a list of questions); with several files once for each, or auto"};
        case OtherFormats::problems:
            return {"format", value, "the file's format where its content does not tell: dnn, conditions, smt2, vnnlib, ipq, onnx, nnet, nnet-data (its normalisation included), npz, bnn or opb; with several files once for each, or auto"};
        case OtherFormats::all: break;
    }
    return {"format", value, "the file's format where its content does not tell: dnn, conditions, smt2, vnnlib, ipq, onnx, nnet, nnet-data (its normalisation included), npz, bnn, fzn, cnf or opb; with several files once for each, or auto"};
    // clang-format on
}
}  // namespace

void describe_question(OptionGroups& options, Objectives objectives, OtherFormats others,
                       std::string_view output_condition) {
    OptionGroup group("question");
    // clang-format off
    group.options = {
        {"in", takes_text("CONDITION"), "what has to hold of the inputs, such as '(and (x0 < 0) (x1 > 1))'; takes the place of the file's"},
        {output_condition, takes_text("CONDITION"), "what has to hold of the outputs (and of anything else), such as '(y0 > y1)'"},
        format_option(others),
        {"output", takes_texts("NAME"), "of an ONNX network: the output that is asked about (any value of its graph by name); several times for several, in this order; without it all that the file names"}};
    if (objectives == Objectives::allowed) {
        group.options.emplace_back("minimize", takes_text("EXPRESSION"), "the objective, such as '3x0 + y1'; takes the place of the file's");
        group.options.emplace_back("maximize", takes_text("EXPRESSION"), "likewise");
    }
    // clang-format on
    options.push_back(group);
}

namespace {
read::Format parse_format(const std::string& word) {
    if (word == "auto") return read::Format::unknown;
    if (const auto format = read::format_named(word)) return *format;
    throw UsageError(fmt::format("--format cannot be '{}'{} (expected {})", word,
                                 did_you_mean(word, read::format_names()), joined(read::format_names(), ", ")));
}

std::vector<read::Format> formats_of(const Arguments& arguments) {
    std::vector<read::Format> formats;
    if (!arguments.has("format")) return formats;
    for (const std::string& word : arguments.get<std::vector<std::string>>("format"))
        formats.push_back(parse_format(word));
    if (formats.size() != arguments.files.size())
        throw UsageError(fmt::format("--format is given {} time{} for {} file{} (once for each; auto: by its content)",
                                     formats.size(), formats.size() == 1 ? "" : "s", arguments.files.size(),
                                     arguments.files.size() == 1 ? "" : "s"));
    return formats;
}
}  // namespace

Option network_option() {
    return {"network", takes_texts("NAME=FILE"),
            "of a text of VNN-LIB 2.0: the ONNX file of the network that it calls NAME; once for each, without those "
            "that are equal-to another"};
}

std::vector<read::NetworkFile> networks_of(const Arguments& arguments) {
    std::vector<read::NetworkFile> networks;
    if (!arguments.has("network")) return networks;
    for (const std::string& text : arguments.get<std::vector<std::string>>("network"))
        networks.push_back(read::parse_network_file(text));
    return networks;
}

read::QueryOptions question_of(const Arguments& arguments, std::string_view output_condition) {
    read::QueryOptions question;
    question.formats = formats_of(arguments);
    question.networks = networks_of(arguments);
    question.output_option = fmt::format("--{}", output_condition);
    if (arguments.has("output")) question.outputs = arguments.get<std::vector<std::string>>("output");
    if (arguments.has("in")) question.input_condition = arguments.get<std::string>("in");
    if (arguments.has(output_condition)) question.output_condition = arguments.get<std::string>(output_condition);
    if (arguments.has("minimize") && arguments.has("maximize"))
        throw UsageError("--minimize and --maximize: one objective at a time");
    for (const char* option : {"minimize", "maximize"}) {
        if (!arguments.has(option)) continue;
        question.objective = arguments.get<std::string>(option);
        question.sense = option[1] == 'i' ? model::Sense::minimize : model::Sense::maximize;
    }
    return question;
}

read::Format format_of_argument(const Arguments& arguments, std::size_t file) {
    const std::vector<read::Format> formats = formats_of(arguments);
    if (file < formats.size() && formats[file] != read::Format::unknown) return formats[file];
    return read::find_format(arguments.files[file]);
}

model::Query load_question(const Arguments& arguments, std::string_view output_condition,
                           std::vector<model::DeclaredNetwork>* declared) {
    read::QueryOptions question = question_of(arguments, output_condition);
    std::vector<std::string> notes;
    question.notes = &notes;
    question.declared = declared;
    model::Query query = read::load_query(arguments.files, question);
    if (!quiet(arguments))
        for (const std::string& note : notes) print_error("note: {}\n", note);
    return query;
}

}  // namespace sinew::cli
