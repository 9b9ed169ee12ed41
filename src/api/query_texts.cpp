// SPDX-License-Identifier: Apache-2.0
// Queries from texts and files, and back.
#include <array>

#include <fmt/core.h>
#include <sinew/query.hpp>

#include "api/network_data.hpp"
#include "api/query_state.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/suggest.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/marabou/read_ipq.hpp"
#include "read/query/load_query.hpp"
#include "read/smtlib/script.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "write/dnn.hpp"
#include "write/lp.hpp"
#include "write/smtlib.hpp"
#include "write/vnnlib.hpp"
#include "write/vnnlib2.hpp"

namespace sinew {

namespace {
model::Query parse_script(std::string_view text, const std::string& name) {
    const read::SmtScript script = read::parse_smtlib(text, name);
    if (script.check_count() != 1)
        throw InputError({name, 0, 0}, fmt::format("this script has {} check-sat", script.check_count()),
                         "a query is a script with one");
    return std::move(script.query(0).query);
}

template <class Function>
struct Format {
    const char* name;
    Function function;
};
using Reader = Format<model::Query (*)(std::string_view, const std::string&)>;
constexpr std::array<Reader, 3> readers{{{"dnn", read::parse_dnn}, {"smt2", parse_script}, {"ipq", read::parse_ipq}}};

using QueryWriter = Format<std::string (*)(const model::Query&)>;
constexpr std::array<QueryWriter, 5> writers{
    {{"smt2", [](const model::Query& query) { return write::smtlib_text(query); }},
     {"vnnlib", write::vnnlib_text},
     {"vnnlib2", [](const model::Query& query) { return write::vnnlib2_text(query); }},
     {"dnn", write::dnn_text},
     {"lp", write::lp_text}}};

/// Whether it is one condition: a file of them has a section, name = ….
bool is_bare(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin != std::string_view::npos && text[begin] == '(';
}

/// UsageError for a name that is none of them.
template <class Formats>
auto function_of(const Formats& formats, const std::string& name) {
    std::vector<std::string> names;
    std::string list;
    for (const auto& format : formats) {
        if (name == format.name) return format.function;
        names.emplace_back(format.name);
        list += (list.empty() ? "" : ", ") + names.back();
    }
    throw UsageError(fmt::format("no format is called '{}'{}; there are {}", name, did_you_mean(name, names), list));
}
}  // namespace

Query Query::from_files(const std::vector<std::string>& files, const FileOptions& options) {
    read::QueryOptions how;
    for (const std::string& name : options.formats) {
        const std::optional<read::Format> format =
            name.empty() ? std::optional(read::Format::unknown) : read::format_named(name);
        if (!format) throw UsageError(fmt::format("no format is called '{}'", name));
        how.formats.push_back(*format);
    }
    how.input_condition = options.input_condition;
    how.output_condition = options.output_condition;
    if (options.minimize && options.maximize) throw UsageError("a query has one objective");
    how.objective = options.minimize ? options.minimize : options.maximize;
    how.sense = options.minimize ? model::Sense::minimize : model::Sense::maximize;
    Query result;
    result.state_->query = read::load_query(files, how);
    return result;
}

Query Query::from_text(std::string_view text, const std::string& format, const std::string& name) {
    Query result;
    result.state_->query = function_of(readers, format)(text, name);
    return result;
}

Query Query::about(const Network& network) {
    Query result;
    model::Query& query = result.state_->query;
    const NetworkData& data = network.data();
    query.network = data.network;
    query.outputs = data.outputs;
    const std::vector<std::string> inputs = network.input_names();
    const std::vector<std::string> outputs = network.output_names();
    for (std::size_t i = 0; i < inputs.size(); ++i) query.names.emplace(data.inputs[i], inputs[i]);
    for (std::size_t i = 0; i < outputs.size(); ++i) query.names.emplace(data.outputs[i], outputs[i]);
    return result;
}

Query Query::from_property(const Network& network, std::string_view vnnlib, const std::string& name) {
    Query result = about(network);
    model::Query& query = result.state_->query;
    const NetworkData& data = network.data();
    query.names.clear();
    for (std::size_t i = 0; i < data.inputs.size(); ++i) query.names.emplace(data.inputs[i], fmt::format("X_{}", i));
    for (std::size_t i = 0; i < data.outputs.size(); ++i) query.names.emplace(data.outputs[i], fmt::format("Y_{}", i));
    read::parse_vnnlib(vnnlib, name, data.inputs, data.outputs, query);
    return result;
}

void Query::add_text(std::string_view conditions, const std::string& name) {
    model::Query& query = state_->query;
    // A text takes the place of what is there: both together are asked.
    const model::FormulaId input_condition = query.input_condition;
    const model::FormulaId output_condition = query.output_condition;
    query.input_condition = query.output_condition = query.formulas.constant(true);
    const auto domains = query.domains;
    const auto objective = query.objective;
    const auto precision = query.precision;
    const auto restore = [&] {
        query.input_condition = query.formulas.conjunction({input_condition, query.input_condition});
        query.output_condition = query.formulas.conjunction({output_condition, query.output_condition});
    };
    const read::NetworkNames names(query, true);
    try {
        if (is_bare(conditions))
            read::DnnText::bare(conditions, name).ask(query, names, read::DnnText::Side::output);
        else
            read::DnnText(conditions, name).ask(query, names);
    } catch (...) {
        query.input_condition = query.output_condition = query.formulas.constant(true);
        restore();
        query.domains = domains;
        query.objective = objective;
        query.precision = precision;
        throw;
    }
    restore();
}

std::string text_of(const model::Query& query, const std::string& format) {
    return function_of(writers, format)(query);
}

std::string Query::export_as(const std::string& format) const {
    return text_of(state_->query, format);
}

void Query::save(const std::string& path) const {
    const std::string text = export_as(read::format_of(path));
    AtomicFile file(path);
    file.append(text);
    file.finish();
}

}  // namespace sinew
