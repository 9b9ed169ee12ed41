// SPDX-License-Identifier: Apache-2.0
// Networks from texts and files, and back.
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <sinew/network.hpp>

#include "api/network_data.hpp"
#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "read/bnn/read_bnn.hpp"
#include "read/bnn_text/read_bnn_text.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/format.hpp"
#include "read/nnet/read_nnet.hpp"
#include "read/onnx/onnx.hpp"
#include "read/query/binarized_query.hpp"
#include "write/dnn.hpp"

namespace sinew {

namespace {
std::vector<std::string> names_in(const model::Query& query, const std::vector<Variable>& components) {
    std::vector<std::string> names;
    for (const Variable component : components) names.push_back(query.name(component));
    return names;
}

Network network_from(model::Query query, std::vector<Variable> inputs) {
    auto data = std::make_shared<NetworkData>();
    data->inputs = std::move(inputs);
    data->outputs = query.outputs;
    data->input_names = names_in(query, data->inputs);
    data->output_names = names_in(query, data->outputs);
    if (query.precision)
        data->precision = Precision{query.precision->steps, query.precision->reading == model::PrecisionReading::scaled
                                                                ? PrecisionReading::scaled
                                                                : PrecisionReading::literal};
    data->network = std::move(query.network);
    return Network(std::move(data));
}
Network network_from(read::OnnxNetwork onnx) {
    return network_from(std::move(onnx.query), std::move(onnx.inputs));
}

model::Query query_of(const NetworkData& data) {
    model::Query query;
    query.network = data.network;
    query.outputs = data.outputs;
    if (data.precision) query.precision = to_model(*data.precision);
    for (std::size_t i = 0; i < data.input_names.size(); ++i) query.names.emplace(data.inputs[i], data.input_names[i]);
    for (std::size_t i = 0; i < data.output_names.size(); ++i)
        query.names.emplace(data.outputs[i], data.output_names[i]);
    return query;
}
}  // namespace

Network network_of(model::Query query) {
    std::vector<Variable> inputs = query.network.input_variables();
    return network_from(std::move(query), std::move(inputs));
}
Network parse_network(std::string_view dnn_text, const std::string& name) {
    return network_of(read::parse_dnn(dnn_text, name));
}
namespace {
read::OnnxOptions onnx_options(FinalSoftmax softmax) {
    return {softmax == FinalSoftmax::leave_out ? read::TrailingSoftmax::skip : read::TrailingSoftmax::error};
}
}  // namespace

Network parse_onnx_network(std::string_view bytes, const std::string& name, FinalSoftmax softmax) {
    return network_from(read::parse_onnx(bytes, name, onnx_options(softmax)));
}

Network load_network(const std::string& path, FinalSoftmax softmax) {
    switch (read::find_format(path)) {
        case read::Format::onnx:
            return network_from(read::read_onnx(path, onnx_options(softmax)));
        case read::Format::dnn:
            return network_of(read::read_dnn(path));
        case read::Format::nnet:
            return network_of(read::read_nnet(path, read::NnetValues::network).query);
        case read::Format::bnn:
            return network_of(naming_file(path, [&] { return read::binarized_query(read::read_bnn_text(path)); }));
        case read::Format::npz:
        case read::Format::folder:
            return network_of(naming_file(path, [&] { return read::binarized_query(read::read_binarized(path)); }));
        default:
            throw UsageError(path + ": this is no network (ONNX, NNet, dnn text, or a binarized network: .npz, .bnn)");
    }
}

std::string Network::dnn_text() const {
    return write::dnn_text(query_of(*data_));
}

void save_network(const Network& network, const std::string& path) {
    if (!path.ends_with(".dnn")) throw UsageError(path + ": a network is written to a file that ends in .dnn");
    AtomicFile file(path);
    file.append(network.dnn_text());
    file.finish();
}

}  // namespace sinew
