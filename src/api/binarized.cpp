// Binarized networks: files, rows, classes.
#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/core.h>
#include <sinew/binarized.hpp>

#include "api/binarized_data.hpp"
#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "read/bnn/read_bnn.hpp"
#include "read/bnn_text/read_bnn_text.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/onnx/onnx.hpp"
#include "read/query/load_query.hpp"
#include "threshold/recognise.hpp"
#include "train/preparation_text.hpp"
#include "train/to_network.hpp"
#include "write/bnn_text.hpp"
#include "write/npz.hpp"
#include "write/onnx.hpp"

namespace sinew {

namespace {
using model::InputKind;

/// What the domains of all inputs say they are; pixels where they say nothing.
InputKind kind_of_domains(const model::Query& query) {
    for (const InputKind kind : {InputKind::bits, InputKind::signs, InputKind::pixels, InputKind::unit}) {
        const model::InputRange range = model::range_of(kind);
        const bool all = std::ranges::all_of(query.domains, [&](const auto& entry) {
            const model::Domain& domain = entry.second;
            if ((domain.kind == model::DomainKind::integer) != range.whole) return false;
            if (kind == InputKind::signs) return domain.values == std::vector<Rational>{-1, 1};
            return domain.values.empty() && domain.lower == range.lower && domain.upper == range.upper;
        });
        if (all && query.domains.size() == query.network.input_variables().size()) return kind;
    }
    return InputKind::pixels;
}

model::BinarizedNetwork recognised(const read::OnnxNetwork& onnx) {
    const auto note = [&](const char* key) {
        const auto found = onnx.metadata.find(key);
        return found == onnx.metadata.end() ? std::string() : found->second;
    };
    model::BinarizedNetwork network =
        threshold::recognise(onnx.query.network, model::input_kind(note("sinew.input")).value_or(InputKind::pixels));
    network.origin = "ONNX";
    network.preparation = note("sinew.preparation");
    return network;
}

model::BinarizedNetwork recognised(const model::Query& query) {
    model::BinarizedNetwork network = threshold::recognise(query.network, kind_of_domains(query));
    network.origin = "dnn text";
    return network;
}

model::BinarizedNetwork read_network(const std::string& path) {
    const std::string format = read::format_of(path);
    if (format == "onnx") return recognised(read::read_onnx(path, {read::TrailingSoftmax::skip}));
    if (format == "dnn") return recognised(read::read_dnn(path));
    if (format == "bnn") return read::read_bnn_text(path);
    std::error_code ignored;
    if (format != "npz" && !std::filesystem::is_directory(path, ignored))
        throw UsageError(path + ": a binarized network is a folder, or a file that ends in .npz, .bnn, .onnx or .dnn");
    return read::read_binarized(path);
}

using Writer = std::string (*)(const model::BinarizedNetwork&);
Writer writer_of(const std::string& format) {
    if (format == "onnx") return write::onnx;
    if (format == "npz") return write::npz;
    if (format == "bnn") return write::bnn_text;
    throw UsageError(fmt::format("a binarized network is written as onnx, npz or bnn, not as '{}'", format));
}
}  // namespace

BinarizedNetwork made_binarized(model::BinarizedNetwork network, const std::string& name) {
    auto data = std::make_shared<BinarizedData>();
    if (!network.preparation.empty()) {
        train::Preparation preparation = train::parse_preparation(network.preparation, name);
        if (preparation.features.size() != network.input_size())
            throw InputError({name, 0, 0}, fmt::format("its preparation makes {} inputs", preparation.features.size()),
                             fmt::format("{} as the network has", network.input_size()));
        if (network.input == InputKind::integers && network.sign_inputs.empty())
            for (const train::Feature& feature : preparation.features)
                network.sign_inputs.push_back(feature.rule != train::Feature::Rule::whole);
        data->preparation = std::move(preparation);
    }
    data->network = std::move(network);
    return BinarizedNetwork(std::move(data));
}

BinarizedNetwork load_binarized_network(const std::string& path, const std::string& input_kind) {
    std::optional<InputKind> kind;
    if (!input_kind.empty()) {
        kind = model::input_kind(input_kind);
        if (!kind)
            throw UsageError(fmt::format("inputs are bits, signs, pixels, unit or integers, not '{}'", input_kind));
    }
    model::BinarizedNetwork network = naming_file(path, [&] {
        try {
            return read_network(path);
        } catch (const UsageError&) {
            if (!std::filesystem::exists(path)) throw InputError({path, 0, 0}, "there is no such file");
            throw;
        }
    });
    if (kind) network.input = *kind;
    return made_binarized(std::move(network), path);
}

std::size_t BinarizedNetwork::input_count() const {
    return data_->network.input_size();
}
std::vector<std::size_t> BinarizedNetwork::input_shape() const {
    return data_->network.input_shape.empty() ? std::vector<std::size_t>{input_count()} : data_->network.input_shape;
}
std::size_t BinarizedNetwork::class_count() const {
    return std::max<std::size_t>(data_->network.output_size(), 2);
}
std::string BinarizedNetwork::input_kind() const {
    return std::string(model::to_string(data_->network.input));
}
std::size_t BinarizedNetwork::weight_count() const {
    return data_->network.weight_count();
}

std::vector<Rational> BinarizedNetwork::scores(const std::vector<Rational>& inputs) const {
    if (inputs.size() != input_count())
        throw UsageError(fmt::format("a network with {} inputs is given {}", input_count(), inputs.size()));
    std::vector<Rational> exact;
    for (const Rational& input : inputs) exact.push_back(lowest(input));
    return model::evaluate(data_->network, exact);
}
std::size_t BinarizedNetwork::predict(const std::vector<Rational>& inputs) const {
    return model::class_of(scores(inputs));
}

std::vector<std::string> BinarizedNetwork::class_names() const {
    return data_->preparation ? data_->preparation->classes : std::vector<std::string>();
}
std::vector<std::string> BinarizedNetwork::columns() const {
    std::vector<std::string> names;
    if (data_->preparation)
        for (const train::Column& column : data_->preparation->columns) names.push_back(column.name);
    return names;
}

namespace {
/// One row of features each.
train::Examples features_of(const BinarizedData& data, std::span<const std::vector<std::string>> rows) {
    if (!data.preparation) throw UsageError("this network does not know how a row becomes its inputs");
    const train::Preparation& preparation = *data.preparation;
    model::TextTable table;
    table.file = "rows";
    for (const train::Column& column : preparation.columns) table.names.push_back(column.name);
    table.has_header = true;
    auto words = std::make_shared<model::Words>();
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows[row].size() != table.names.size())
            throw UsageError(fmt::format("row {} has {} cells where the network reads {} columns", row,
                                         rows[row].size(), table.names.size()));
        for (const std::string& cell : rows[row]) table.cells.push_back(words->number_of(cell));
        table.lines.push_back(row + 1);
    }
    table.words = std::move(words);
    return train::apply(preparation, table).examples;
}
}  // namespace

std::vector<Rational> BinarizedNetwork::inputs_of(const std::vector<std::string>& row) const {
    std::vector<Rational> inputs;
    for (const std::int32_t value : features_of(*data_, {&row, 1}).values) inputs.emplace_back(value);
    return inputs;
}

std::vector<std::size_t> BinarizedNetwork::predict_rows(const std::vector<std::vector<std::string>>& rows) const {
    std::vector<std::size_t> classes;
    if (rows.empty()) return classes;
    const train::Examples examples = features_of(*data_, rows);
    const train::Weights weights = train::weights_of(data_->network);
    for (std::size_t k = 0; k < examples.rows(); ++k)
        classes.push_back(train::class_of(train::sums_of(weights, examples.row(k)).back()));
    return classes;
}

Network BinarizedNetwork::network() const {
    auto data = std::make_shared<NetworkData>();
    data->network = model::to_network(data_->network);
    data->inputs = data->network.input_variables();
    const model::LayerId last(data->network.layer_count() - 1);
    for (std::size_t i = 0; i < data->network.layer(last).size; ++i)
        data->outputs.push_back(data->network.variable(last, i));
    return Network(std::move(data));
}

std::string BinarizedNetwork::encode(const std::string& format) const {
    return writer_of(format)(data_->network);
}

void BinarizedNetwork::save(const std::string& path) const {
    const std::string bytes = encode(read::format_of(path));
    AtomicFile file(path);
    file.append(bytes);
    file.finish();
}

}  // namespace sinew
