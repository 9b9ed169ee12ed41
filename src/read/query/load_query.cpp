// SPDX-License-Identifier: Apache-2.0
#include "read/query/load_query.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "read/bnn/read_bnn.hpp"
#include "read/bnn_text/read_bnn_text.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/file.hpp"
#include "read/marabou/read_ipq.hpp"
#include "read/nnet/read_nnet.hpp"
#include "read/onnx/onnx.hpp"
#include "read/query/binarized_query.hpp"
#include "read/smtlib/script.hpp"
#include "read/vnnlib/conditions.hpp"
#include "read/vnnlib/vnnlib.hpp"

namespace sinew::read {

namespace {
constexpr std::string_view wanted =
    "one .dnn, .smt2 or .ipq file, or a network (.onnx, .nnet, .dnn, .bnn, .npz) and its conditions (.vnnlib, "
    "text, "
    "--in, --out)";

/// A file as far as it has to be read to know what it is.
struct File {
    std::string path;
    std::string name;
    Format format = Format::unknown;
    FileRole role = FileRole::none;
    FileContent content;          ///< of a dnn text
    std::optional<DnnText> text;  ///< likewise
};

FileRole role_of_parts(const DnnParts& parts) {
    if (!parts.network) return parts.domains ? FileRole::either : FileRole::conditions;
    return parts.conditions || parts.objective ? FileRole::question : FileRole::network;
}

void parse(File& file) {
    file.content = read_text(file.path);
    file.text.emplace(file.content.view(), file.name);
}

/// With `looks_inside`, dnn texts are parsed to know what they are; without, they are taken for whole questions.
File open(const std::string& path, Format forced, bool looks_inside) {
    File file{path, shown_name(path), forced == Format::unknown ? find_format(path) : forced, FileRole::none, {}, {}};
    switch (file.format) {
        case Format::dnn:
            file.role = FileRole::question;
            if (!looks_inside || is_missing(path)) break;
            parse(file);
            file.role = role_of_parts(file.text->parts());
            break;
        case Format::smtlib:
        case Format::ipq:
            file.role = FileRole::question;
            break;
        case Format::onnx:
        case Format::nnet:
        case Format::nnet_data:
        case Format::npz:
        case Format::bnn:
        case Format::folder:
            file.role = FileRole::network;
            break;
        case Format::vnnlib:
            file.role = FileRole::conditions;
            break;
        default:
            break;
    }
    return file;
}

model::Query load_script(const std::string& path) {
    const SmtScript script = read_smtlib(path);
    if (script.check_count() != 1)
        throw InputError({shown_name(path), 0, 0}, fmt::format("this script has {} check-sat", script.check_count()),
                         "a query is a script with one; sinew solve runs any");
    return std::move(script.query(0).query);
}

/// What solve answers and no query is.
[[noreturn]] void refuse(const File& file) {
    const bool is_for_solve =
        file.format == Format::dimacs || file.format == Format::opb || file.format == Format::flatzinc;
    if (is_missing(file.path)) read_file(file.path);  // throws
    fail_format(file.path, file.format,
                is_for_solve ? std::string("a network and conditions; sinew solve answers this") : std::string(wanted));
}

/// A network, what it has of a question, and how others call its variables.
struct Base {
    model::Query query;
    std::vector<NamedTensor> tensors;
    bool names_positions = true;
    std::vector<std::string> skipped_softmax;
};

/// Where the question's conditions on single inputs say that these lie, before the network has been read.
std::vector<model::Domain> asked_domains(const UnboundedSteps& steps, const QueryOptions& options,
                                         const File* conditions) {
    const std::size_t count = steps.input_count();
    if (!options.input_condition) {
        if (conditions == nullptr || conditions->format != Format::vnnlib) throw steps;
        return vnnlib_domains(read_text(conditions->path), conditions->name, count);
    }
    model::Query query;
    query.network.add_input("X", {count});
    for (std::size_t i = 0; i < count; ++i) query.names.emplace(Variable(i), fmt::format("X_{}", i));
    NetworkNames names(query, true);
    for (const NamedTensor& input : steps.inputs) names.add(input);
    DnnText::bare(*options.input_condition, "--in").ask(query, names, DnnText::Side::input);
    return model::demanded_domains(query);
}

/// `conditions` is another file, or null.
Base load_base(File& file, const QueryOptions& options, const File* conditions) {
    Base base;
    if (!options.outputs.empty() && file.format != Format::onnx)
        throw UsageError(
            fmt::format("--output names outputs of an ONNX network: {} is {}", file.name, description(file.format)));
    switch (file.format) {
        case Format::onnx: {
            OnnxNetwork network = read_onnx_inside(
                file.path, {TrailingSoftmax::skip, options.outputs, {}},
                [&](const UnboundedSteps& steps) { return asked_domains(steps, options, conditions); });
            base.query = std::move(network.query);
            base.tensors = std::move(network.tensors);
            base.skipped_softmax = std::move(network.skipped_softmax);
            break;
        }
        case Format::nnet:
        case Format::nnet_data: {
            NnetNetwork network =
                read_nnet(file.path, file.format == Format::nnet ? NnetValues::network : NnetValues::data);
            base.query = std::move(network.query);
            if (options.notes != nullptr)
                options.notes->insert(options.notes->end(), network.notes.begin(), network.notes.end());
            break;
        }
        case Format::dnn:
            if (!file.text) parse(file);
            base.query = file.text->query();
            base.names_positions = false;
            break;
        case Format::bnn:
            base.query = naming_file(file.name, [&] { return binarized_query(read_bnn_text(file.path)); });
            break;
        default:
            base.query = naming_file(file.name, [&] {
                const model::BinarizedNetwork network = read_binarized(file.path);
                if (options.notes != nullptr)
                    options.notes->insert(options.notes->end(), network.notes.begin(), network.notes.end());
                return binarized_query(network);
            });
    }
    return base;
}

class Asker {
  public:
    Asker(Base& base, const File& network, const QueryOptions& options)
        : base_(base),
          query_(base.query),
          network_(network),
          options_(options),
          names_(base.query, base.names_positions) {
        for (NamedTensor& tensor : base.tensors) names_.add(std::move(tensor));
    }

    void ask(File& file) {
        if (file.format == Format::vnnlib) return ask_vnnlib(file);
        if (!file.text) parse(file);
        note(file.text->ask(query_, names_), file.name);
        asked_in_ = file.name;
    }

    void ask_options() {
        if (options_.input_condition) ask_bare(*options_.input_condition, "--in", DnnText::Side::input);
        if (options_.output_condition)
            ask_bare(*options_.output_condition, options_.output_option, DnnText::Side::output);
        if (!options_.objective) return;
        const std::string option = options_.sense == model::Sense::minimize ? "--minimize" : "--maximize";
        query_.objective =
            model::Objective{options_.sense, DnnText::bare(*options_.objective, option).expression(names_)};
        asked_in_ = option;
    }

    /// What was left out at the network's end must not matter.
    void check_softmax() const {
        if (base_.skipped_softmax.empty()) return;
        if (!query_.objective && vnnlib::only_compares_outputs(query_)) return;
        throw InputError(
            {asked_in_, 0, 0},
            fmt::format("{} does more than compare two outputs with each other, and the network ends in a "
                        "softmax, which is not piecewise linear ({})",
                        query_.objective ? "the objective" : "an assertion", base_.skipped_softmax.front()));
    }

  private:
    void ask_vnnlib(const File& file) {
        const FileContent text = read_text(file.path);
        const auto is_said = [&](model::FormulaId condition) {
            return query_.formulas.node(condition).kind != model::FormulaKind::constant;
        };
        note({is_said(query_.input_condition), is_said(query_.output_condition)}, file.name);
        query_.input_condition = query_.output_condition = query_.formulas.constant(true);
        parse_vnnlib(text, file.name, query_.network.input_variables(), query_.outputs, query_);
        asked_in_ = file.name;
    }

    void ask_bare(const std::string& text, const std::string& option, DnnText::Side side) {
        note(DnnText::bare(text, option).ask(query_, names_, side), option);
        asked_in_ = option;
    }

    void note(DnnText::Replaced replaced, const std::string& by) {
        if (options_.notes == nullptr || (!replaced.input && !replaced.output)) return;
        options_.notes->push_back(fmt::format("{}: its {} not asked: {} {}", network_.name,
                                              replaced.input && replaced.output ? "conditions are"
                                              : replaced.input                  ? "condition 'in' is"
                                                                                : "condition 'out' is",
                                              by, by.starts_with("--") ? "is given" : "has others"));
    }

    Base& base_;
    model::Query& query_;
    const File& network_;
    const QueryOptions& options_;
    NetworkNames names_;
    std::string asked_in_;
};

bool has_network(const File& file) {
    return file.role == FileRole::network || file.role == FileRole::question;
}

bool is_about_another(const File& file) {
    return file.role == FileRole::conditions || file.role == FileRole::either;
}

bool is_closed(const File& file) {
    return file.format == Format::smtlib || file.format == Format::ipq;
}

[[noreturn]] void refuse_pair(const File& a, const File& b) {
    for (const File* file : {&a, &b})
        if (file->role == FileRole::none) refuse(*file);
    const bool two_networks = has_network(a) && has_network(b);
    const bool two_conditions = is_about_another(a) && is_about_another(b);
    throw UsageError(fmt::format("{} and {} are no pair of network and property{} (a query is {})", a.name, b.name,
                                 two_networks     ? ": both have a network"
                                 : two_conditions ? ": neither has a network"
                                                  : "",
                                 wanted));
}

model::Query load_one(File file, const QueryOptions& options) {
    if (is_closed(file)) {
        if (!options.outputs.empty())
            throw UsageError(fmt::format("--output names outputs of an ONNX network: {} is {}", file.name,
                                         description(file.format)));
        if (options.asks())
            throw UsageError(
                fmt::format("--in, --out and objectives are asked about networks: {} is {}, a whole question",
                            file.name, description(file.format)));
        return file.format == Format::smtlib ? load_script(file.path) : read_ipq(file.path);
    }
    if (file.role == FileRole::none || (file.format == Format::folder && !options.asks())) refuse(file);
    if (file.role == FileRole::conditions && file.format != Format::dnn)
        throw UsageError(fmt::format("{}: the network is missing (a query is {})", file.name, wanted));
    if (file.role == FileRole::network && file.format != Format::dnn && !options.asks())
        throw UsageError(fmt::format("{}: a network alone asks nothing (a query is {})", file.name, wanted));
    Base base = load_base(file, options, nullptr);
    Asker asker(base, file, options);
    asker.ask_options();
    asker.check_softmax();
    return std::move(base.query);
}

/// A question of VNN-LIB 2.0: its networks are named, or there is one, which is a file of its own.
model::Query load_standard(const std::string& text, const std::vector<std::string>& files,
                           const QueryOptions& options) {
    if (options.asks() || !options.outputs.empty())
        throw UsageError(fmt::format(
            "--in, --out, --output and objectives are asked about networks: {} is a whole question", shown_name(text)));
    std::vector<NetworkFile> networks = options.networks;
    for (const std::string& file : files)
        if (file != text) networks.push_back({{}, file});
    StandardQuestion question = read_vnnlib2(text, networks, options.notes);
    if (options.declared != nullptr) *options.declared = std::move(question.declared);
    return std::move(question.query);
}
}  // namespace

std::optional<std::string> vnnlib2_among(const std::vector<std::string>& files, const QueryOptions& options) {
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (files[i] != "-" && is_missing(files[i])) continue;
        const Format format = options.format(i) == Format::unknown ? find_format(files[i]) : options.format(i);
        if (format != Format::vnnlib) continue;
        std::string begin = beginning_of(files[i]);
        if (is_vnnlib2(std::string_view(begin).substr(byte_order_mark(begin, shown_name(files[i]))))) return files[i];
    }
    return std::nullopt;
}

FileRole role_of(const std::string& path, Format format) {
    return open(path, format, true).role;
}

model::Query load_query(const std::vector<std::string>& files, const QueryOptions& options) {
    if (files.empty()) throw UsageError(fmt::format("no file is named (a query is {})", wanted));
    if (files.size() > 2) throw UsageError(fmt::format("{} is one file too many (a query is {})", files[2], wanted));
    if (const auto text = vnnlib2_among(files, options)) return load_standard(*text, files, options);
    if (!options.networks.empty())
        throw InputError({shown_name(files.back()), 0, 0},
                         "--network is for the networks that a text of VNN-LIB 2.0 declares, and this is none");
    if (files.size() == 1) return load_one(open(files[0], options.format(0), false), options);
    File first = open(files[0], options.format(0), true);
    File second = open(files[1], options.format(1), true);
    if (is_about_another(first)) std::swap(first, second);
    if (!has_network(first) || !is_about_another(second) || is_closed(first)) refuse_pair(first, second);
    Base base = load_base(first, options, &second);
    Asker asker(base, first, options);
    asker.ask(second);
    asker.ask_options();
    asker.check_softmax();
    return std::move(base.query);
}

}  // namespace sinew::read
