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

using Writer = Format<std::string (*)(const model::Query&)>;
constexpr std::array<Writer, 4> writers{{{"smt2", [](const model::Query& query) { return write::smtlib_text(query); }},
                                         {"vnnlib", write::vnnlib_text},
                                         {"dnn", write::dnn_text},
                                         {"lp", write::lp_text}}};

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

Query Query::from_files(const std::vector<std::string>& files) {
    Query result;
    result.state_->query = read::load_query(files);
    return result;
}

Query Query::from_text(std::string_view text, const std::string& format, const std::string& name) {
    Query result;
    result.state_->query = function_of(readers, format)(text, name);
    return result;
}

Query Query::from_property(const Network& network, std::string_view vnnlib, const std::string& name) {
    Query result;
    model::Query& query = result.state_->query;
    const NetworkData& data = network.data();
    query.network = data.network;
    query.outputs = data.outputs;
    for (std::size_t i = 0; i < data.inputs.size(); ++i) query.names.emplace(data.inputs[i], fmt::format("X_{}", i));
    for (std::size_t i = 0; i < data.outputs.size(); ++i) query.names.emplace(data.outputs[i], fmt::format("Y_{}", i));
    read::parse_vnnlib(vnnlib, name, data.inputs, data.outputs, query);
    return result;
}

std::string Query::export_as(const std::string& format) const {
    return function_of(writers, format)(state_->query);
}

void Query::save(const std::string& path) const {
    const std::string text = export_as(read::format_of(path));
    AtomicFile file(path);
    file.append(text);
    file.finish();
}

}  // namespace sinew
