// SPDX-License-Identifier: Apache-2.0
// Binarized networks: files, rows, classes.
#include <algorithm>

#include <fmt/core.h>
#include <sinew/binarized.hpp>

#include "api/binarized_data.hpp"
#include "api/classifier_file.hpp"
#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "read/format.hpp"
#include "train/preparation_text.hpp"
#include "train/to_network.hpp"
#include "write/bnn_text.hpp"
#include "write/npz.hpp"
#include "write/onnx.hpp"

namespace sinew {

namespace {
using model::InputKind;

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

namespace {
std::optional<InputKind> kind_called(const std::string& name) {
    if (name.empty()) return std::nullopt;
    const std::optional<InputKind> kind = model::input_kind(name);
    if (!kind) throw UsageError(fmt::format("inputs are bits, signs, pixels, unit or integers, not '{}'", name));
    return kind;
}
}  // namespace

BinarizedNetwork load_binarized_network(const std::string& path, const std::string& input_kind) {
    return made_binarized(read_binarized_file(path, kind_called(input_kind)), path);
}

std::variant<Network, BinarizedNetwork> load_classifier(const std::string& path, const std::string& input_kind) {
    ReadClassifier classifier = read_classifier(path, kind_called(input_kind));
    if (classifier.binarized) return made_binarized(std::move(*classifier.binarized), path);
    return network_of(std::move(*classifier.network));
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
