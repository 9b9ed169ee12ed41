#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <sinew/network.hpp>

#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"
#include "read/dnn/read_dnn.hpp"
#include "read/onnx/onnx.hpp"

namespace sinew {

namespace {
model::ActivationKind kind_of(Activation::Kind kind) {
    switch (kind) {
        case Activation::Kind::identity:
            return model::ActivationKind::identity;
        case Activation::Kind::relu:
            return model::ActivationKind::relu;
        case Activation::Kind::leaky_relu:
            return model::ActivationKind::leaky_relu;
        case Activation::Kind::clip:
            return model::ActivationKind::clip;
        case Activation::Kind::sign:
            return model::ActivationKind::sign;
        case Activation::Kind::signum:
            return model::ActivationKind::signum;
        case Activation::Kind::hardlim:
            return model::ActivationKind::hardlim;
        case Activation::Kind::sigmoid:
            return model::ActivationKind::sigmoid;
        case Activation::Kind::tansig:
            return model::ActivationKind::tanh;
    }
    throw UsageError("there is no such activation");
}
}  // namespace

model::Activation to_model(const Activation& activation) {
    model::Activation result{kind_of(activation.kind), lowest(activation.slope), activation.lower, activation.upper};
    if (result.lower) result.lower = lowest(*result.lower);
    if (result.upper) result.upper = lowest(*result.upper);
    if (result.lower && result.upper && *result.lower > *result.upper)
        throw UsageError(fmt::format("a clip's lower bound {} is above its upper bound {}", result.lower->get_str(),
                                     result.upper->get_str()));
    return result;
}

model::Precision to_model(const Precision& precision) {
    return {precision.steps, precision.reading == PrecisionReading::scaled ? model::PrecisionReading::scaled
                                                                           : model::PrecisionReading::literal};
}

AddedNetwork added_network(const NetworkData& data, std::vector<Expression> values) {
    std::vector<Expression> outputs;
    for (const Variable output : data.outputs) outputs.push_back(values[output.index()]);
    std::vector<std::vector<Expression>> layers;
    for (const model::Layer& layer : data.network.layers()) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(layer.first.index());
        layers.emplace_back(std::make_move_iterator(begin),
                            std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(layer.size)));
    }
    return {std::move(layers), std::move(outputs)};
}

Network::Network(std::size_t inputs) : data_(std::make_shared<NetworkData>()) {
    const model::LayerId input = data_->network.add_input("x", {inputs});
    data_->inputs = data_->network.input_variables();
    for (std::size_t i = 0; i < inputs; ++i) data_->outputs.push_back(data_->network.variable(input, i));
}

Network& Network::add_dense(const std::vector<std::vector<Rational>>& weights, const std::vector<Rational>& bias,
                            const Activation& activation) {
    if (bias.size() != weights.size())
        throw UsageError(fmt::format("{} neurons have {} biases", weights.size(), bias.size()));
    if (data_.use_count() > 1) data_ = std::make_shared<NetworkData>(*data_);
    model::Network& network = data_->network;
    const model::LayerId before(network.layer_count() - 1);
    const std::size_t columns = network.layer(before).size;
    model::DenseMap map{weights.size(), columns, {}};
    model::NumberArray biases;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i].size() != columns)
            throw UsageError(fmt::format("neuron {} has {} weights for {} components", i, weights[i].size(), columns));
        for (const Rational& weight : weights[i]) map.weights.push_back(lowest(weight));
        biases.push_back(lowest(bias[i]));
    }
    const model::Activation function = to_model(activation);
    const std::size_t number = network.layer_count() / 2;
    const model::LayerId sums = network.add_affine(fmt::format("a{}", number), {weights.size()},
                                                   {{{before, std::move(map)}}, std::move(biases)});
    const model::LayerId neurons = network.add_activation(fmt::format("n{}", number), sums, function);
    data_->outputs.clear();
    for (std::size_t i = 0; i < weights.size(); ++i) data_->outputs.push_back(network.variable(neurons, i));
    return *this;
}

std::size_t Network::input_count() const {
    return data_->inputs.size();
}
std::size_t Network::output_count() const {
    return data_->outputs.size();
}
std::size_t Network::layer_count() const {
    return data_->network.layer_count();
}
std::size_t Network::layer_size(std::size_t layer) const {
    if (layer >= layer_count()) throw UsageError(fmt::format("a network has no layer {}", layer));
    return data_->network.layer(model::LayerId(layer)).size;
}
const std::optional<Precision>& Network::precision() const {
    return data_->precision;
}

std::vector<std::vector<Rational>> Network::evaluate(const std::vector<Rational>& inputs) const {
    const model::Network& network = data_->network;
    if (inputs.size() != input_count())
        throw UsageError(fmt::format("a network with {} inputs is given {}", input_count(), inputs.size()));
    if (model::is_smooth(network)) throw UsageError("what sigmoid and tansig neurons give is no rational");
    std::vector<Rational> ordered(network.variable_count());
    for (std::size_t i = 0; i < inputs.size(); ++i) ordered[data_->inputs[i].index()] = lowest(inputs[i]);
    std::vector<Rational> free;
    for (const Variable variable : network.input_variables()) free.push_back(ordered[variable.index()]);
    const std::vector<Rational> values = model::evaluate(network, free);
    std::vector<std::vector<Rational>> layers;
    for (const model::Layer& layer : network.layers()) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(layer.first.index());
        layers.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(layer.size));
    }
    return layers;
}

Network load_network(const std::string& path) {
    std::string_view name = path;
    if (name.ends_with(".gz")) name.remove_suffix(3);
    auto data = std::make_shared<NetworkData>();
    if (name.ends_with(".onnx")) {
        read::OnnxNetwork onnx = read::read_onnx(path);
        *data = {std::move(onnx.query.network), std::move(onnx.inputs), std::move(onnx.outputs), std::nullopt};
        return Network(std::move(data));
    }
    if (!name.ends_with(".dnn")) throw UsageError(path + ": a network is a file that ends in .onnx or .dnn");
    model::Query query = read::read_dnn(path);
    data->inputs = query.network.input_variables();
    data->network = std::move(query.network);
    data->outputs = std::move(query.outputs);
    if (query.precision)
        data->precision = Precision{query.precision->steps, query.precision->reading == model::PrecisionReading::scaled
                                                                ? PrecisionReading::scaled
                                                                : PrecisionReading::literal};
    return Network(std::move(data));
}

}  // namespace sinew
