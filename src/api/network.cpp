// SPDX-License-Identifier: Apache-2.0
// Networks as they are built, and what is in them.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <fmt/core.h>
#include <sinew/network.hpp>

#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "base/error.hpp"
#include "model/evaluate_enclosed.hpp"

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

namespace {
constexpr std::size_t most_components = std::size_t{1} << 31U;

/// UsageError where it is too large, or nothing.
std::size_t product_of(const std::vector<std::size_t>& shape) {
    std::size_t product = 1;
    for (const std::size_t extent : shape) {
        if (extent == 0) throw UsageError("a layer has a component at least");
        if (extent > most_components / product) throw UsageError("a layer has at most 2^31 components");
        product *= extent;
    }
    return product;
}

void push(model::NumberArray& numbers, const Rational& value) {
    numbers.push_back(lowest(value));
}
void push(model::NumberArray& numbers, double value) {
    if (!std::isfinite(value)) throw UsageError(fmt::format("a weight is {}, no finite number", value));
    numbers.push_back(Rational(value));
}
template <class Number>
model::NumberArray array_of(std::span<const Number> values) {
    model::NumberArray numbers;
    for (const Number& value : values) push(numbers, value);
    return numbers;
}

model::LayerId last_layer(const model::Network& network) {
    return model::LayerId(network.layer_count() - 1);
}

/// The last layer becomes the output.
void set_outputs(NetworkData& data) {
    const model::LayerId last = last_layer(data.network);
    data.outputs.clear();
    for (std::size_t i = 0; i < data.network.layer(last).size; ++i)
        data.outputs.push_back(data.network.variable(last, i));
    data.output_names.clear();
}

/// Arguments a…, neurons n…, with the number of the pair.
std::string name_of_next(const model::Network& network, char kind) {
    return fmt::format("{}{}", kind, network.layer_count() / 2);
}

void add_neurons(NetworkData& data, std::vector<std::size_t> shape, model::LinearMap map, model::NumberArray bias,
                 const model::Activation& activation) {
    model::Network& network = data.network;
    const std::string name = name_of_next(network, 'n');
    const model::LayerId sums = network.add_affine(name_of_next(network, 'a'), std::move(shape),
                                                   {{{last_layer(network), std::move(map)}}, std::move(bias)});
    network.add_activation(name, sums, activation);
    set_outputs(data);
}

/// The image before, and how many windows there are.
struct Image {
    std::size_t channels = 0, height = 0, width = 0;
    std::size_t out_height = 0, out_width = 0;
};

std::size_t windows_along(std::size_t extent, std::size_t window, std::size_t stride, std::size_t before,
                          std::size_t behind) {
    if (window == 0 || stride == 0) throw UsageError("windows and their strides are 1 at least");
    if (before > most_components || behind > most_components || window > extent + before + behind)
        throw UsageError(fmt::format("a window of {} does not fit {} components with padding {} and {}", window, extent,
                                     before, behind));
    return (extent + before + behind - window) / stride + 1;
}

Image image_before(const model::Network& network, const Windows& windows) {
    const std::vector<std::size_t>& shape = network.layers().back().shape;
    if (shape.size() != 3) throw UsageError("the layer before is no image of shape [channels, height, width]");
    Image image{shape[0], shape[1], shape[2], 0, 0};
    image.out_height =
        windows_along(image.height, windows.height, windows.stride_height, windows.pad_top, windows.pad_bottom);
    image.out_width =
        windows_along(image.width, windows.width, windows.stride_width, windows.pad_left, windows.pad_right);
    return image;
}

template <class Number>
void add_dense_layer(NetworkData& data, std::span<const Number> weights, std::span<const Number> bias,
                     const Activation& activation) {
    const std::size_t columns = data.network.layers().back().size;
    product_of({bias.size()});
    if (weights.size() != bias.size() * columns)
        throw UsageError(fmt::format("{} weights are given for {} neurons over {} components", weights.size(),
                                     bias.size(), columns));
    model::DenseMap map{bias.size(), columns, array_of(weights)};
    add_neurons(data, {bias.size()}, std::move(map), array_of(bias), to_model(activation));
}

template <class Number>
void add_convolution_layer(NetworkData& data, std::span<const Number> kernel, std::span<const Number> bias,
                           const Windows& windows, const Activation& activation) {
    const Image image = image_before(data.network, windows);
    const std::size_t channels = bias.size();
    const std::size_t positions = image.out_height * image.out_width;
    product_of({channels, image.out_height, image.out_width});
    if (kernel.size() != product_of({channels, image.channels, windows.height, windows.width}))
        throw UsageError(fmt::format("{} weights are given for kernels of {} output channels, {} input channels, {}x{}",
                                     kernel.size(), channels, image.channels, windows.height, windows.width));
    model::ConvolutionMap map;
    map.in_channels = image.channels;
    map.in_height = image.height;
    map.in_width = image.width;
    map.out_channels = channels;
    map.out_height = image.out_height;
    map.out_width = image.out_width;
    map.kernel_height = windows.height;
    map.kernel_width = windows.width;
    map.stride_height = windows.stride_height;
    map.stride_width = windows.stride_width;
    map.pad_top = windows.pad_top;
    map.pad_left = windows.pad_left;
    map.kernel = array_of(kernel);
    model::NumberArray biases;
    for (const Number& value : bias)
        for (std::size_t i = 0; i < positions; ++i) push(biases, value);
    add_neurons(data, {channels, image.out_height, image.out_width}, std::move(map), std::move(biases),
                to_model(activation));
}
}  // namespace

Network::Network(std::size_t inputs) : Network(std::vector<std::size_t>{inputs}) {}

Network::Network(std::vector<std::size_t> input_shape) : data_(std::make_shared<NetworkData>()) {
    product_of(input_shape);
    data_->network.add_input("x", std::move(input_shape));
    data_->inputs = data_->network.input_variables();
    data_->outputs = data_->inputs;
}

/// Its own to change.
NetworkData& Network::own() {
    if (data_.use_count() > 1) data_ = std::make_shared<NetworkData>(*data_);
    return *data_;
}

Network& Network::add_dense(const std::vector<std::vector<Rational>>& weights, const std::vector<Rational>& bias,
                            const Activation& activation) {
    if (bias.size() != weights.size())
        throw UsageError(fmt::format("{} neurons have {} biases", weights.size(), bias.size()));
    const std::size_t columns = data_->network.layers().back().size;
    std::vector<Rational> all;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i].size() != columns)
            throw UsageError(fmt::format("neuron {} has {} weights for {} components", i, weights[i].size(), columns));
        all.insert(all.end(), weights[i].begin(), weights[i].end());
    }
    return add_dense(std::span<const Rational>(all), std::span<const Rational>(bias), activation);
}
Network& Network::add_dense(std::span<const Rational> weights, std::span<const Rational> bias,
                            const Activation& activation) {
    add_dense_layer(own(), weights, bias, activation);
    return *this;
}
Network& Network::add_dense(std::span<const double> weights, std::span<const double> bias,
                            const Activation& activation) {
    add_dense_layer(own(), weights, bias, activation);
    return *this;
}
Network& Network::add_convolution(std::span<const Rational> kernel, std::span<const Rational> bias,
                                  const Windows& windows, const Activation& activation) {
    add_convolution_layer(own(), kernel, bias, windows, activation);
    return *this;
}
Network& Network::add_convolution(std::span<const double> kernel, std::span<const double> bias, const Windows& windows,
                                  const Activation& activation) {
    add_convolution_layer(own(), kernel, bias, windows, activation);
    return *this;
}

Network& Network::add_max_pool(const Windows& windows) {
    NetworkData& data = own();
    const Image image = image_before(data.network, windows);
    if (windows.pad_top >= windows.height || windows.pad_bottom >= windows.height ||
        windows.pad_left >= windows.width || windows.pad_right >= windows.width)
        throw UsageError("a window of padding alone has no greatest member");
    model::MaxPoolLayer pool;
    pool.source = last_layer(data.network);
    const auto inside = [](std::size_t at, std::size_t pad, std::size_t extent) {
        return at >= pad && at - pad < extent;
    };
    for (std::size_t window = 0; window < image.channels * image.out_height * image.out_width; ++window) {
        const std::size_t channel = window / (image.out_height * image.out_width);
        const std::size_t top = window / image.out_width % image.out_height * windows.stride_height;
        const std::size_t left = window % image.out_width * windows.stride_width;
        for (std::size_t y = top; y < top + windows.height; ++y)
            for (std::size_t x = left; x < left + windows.width; ++x)
                if (inside(y, windows.pad_top, image.height) && inside(x, windows.pad_left, image.width))
                    pool.member.push_back(static_cast<std::uint32_t>(
                        (channel * image.height + y - windows.pad_top) * image.width + x - windows.pad_left));
        pool.begin.push_back(pool.member.size());
    }
    data.network.add_max_pool(fmt::format("m{}", data.network.layer_count() / 2),
                              {image.channels, image.out_height, image.out_width}, std::move(pool));
    set_outputs(data);
    return *this;
}

Network& Network::add_activation(const Activation& activation) {
    const model::Activation function = to_model(activation);
    NetworkData& data = own();
    data.network.add_activation(name_of_next(data.network, 'n'), last_layer(data.network), function);
    set_outputs(data);
    return *this;
}

namespace {
/// The shape of the layer that these are in order, all of it.
std::vector<std::size_t> shape_of(const model::Network& network, const std::vector<Variable>& components) {
    if (!components.empty()) {
        const model::Layer& layer = network.layer(network.component(components.front()).layer);
        bool is_layer = layer.size == components.size();
        for (std::size_t i = 0; i < components.size() && is_layer; ++i)
            is_layer = components[i].index() == layer.first.index() + i;
        if (is_layer) return layer.shape;
    }
    return {components.size()};
}

std::string kind_of(const model::LayerOperation& operation) {
    if (std::holds_alternative<model::InputLayer>(operation)) return "input";
    if (std::holds_alternative<model::MaxPoolLayer>(operation)) return "max-pool";
    if (std::holds_alternative<model::ProductLayer>(operation)) return "product";
    if (const auto* neurons = std::get_if<model::ActivationLayer>(&operation))
        return model::to_string(neurons->activation);
    const auto& affine = std::get<model::AffineLayer>(operation);
    if (affine.terms.empty()) return "constant";
    if (affine.terms.size() > 1) return "sum";
    const model::LinearMap& map = affine.terms.front().map;
    if (std::holds_alternative<model::DenseMap>(map)) return "dense";
    if (std::holds_alternative<model::ConvolutionMap>(map)) return "convolution";
    return std::holds_alternative<model::TransposedConvolutionMap>(map) ? "transposed convolution" : "sparse";
}

/// Of a convolution alone with one bias a channel: the channels.
std::size_t biases_of(const model::AffineLayer& affine) {
    if (affine.terms.size() != 1) return affine.bias.size();
    const model::LinearMap& map = affine.terms.front().map;
    std::size_t positions = 1;
    if (const auto* convolution = std::get_if<model::ConvolutionMap>(&map))
        positions = convolution->out_height * convolution->out_width;
    else if (const auto* transposed = std::get_if<model::TransposedConvolutionMap>(&map))
        positions = transposed->convolution.in_height * transposed->convolution.in_width;
    for (std::size_t i = 0; i < affine.bias.size(); ++i)
        if (affine.bias.nearest()[i] != affine.bias.nearest()[i / positions * positions]) return affine.bias.size();
    return affine.bias.size() / positions;
}

std::vector<std::size_t> sources_of(const model::LayerOperation& operation) {
    std::vector<std::size_t> sources;
    if (const auto* affine = std::get_if<model::AffineLayer>(&operation))
        for (const model::AffineTerm& term : affine->terms) sources.push_back(term.source.index());
    if (const auto* neurons = std::get_if<model::ActivationLayer>(&operation)) sources = {neurons->source.index()};
    if (const auto* pool = std::get_if<model::MaxPoolLayer>(&operation)) sources = {pool->source.index()};
    if (const auto* product = std::get_if<model::ProductLayer>(&operation)) sources = {product->source.index()};
    return sources;
}

std::vector<std::string> names_of(const model::Network& network, const std::vector<Variable>& components,
                                  const std::vector<std::string>& names) {
    if (!names.empty()) return names;
    std::vector<std::string> made;
    for (const Variable component : components) {
        const model::Component place = network.component(component);
        made.push_back(fmt::format("{}_{}", network.layer(place.layer).name, place.index));
    }
    return made;
}
}  // namespace

std::size_t Network::input_count() const {
    return data_->inputs.size();
}
std::size_t Network::output_count() const {
    return data_->outputs.size();
}
std::vector<std::size_t> Network::input_shape() const {
    return shape_of(data_->network, data_->inputs);
}
std::vector<std::size_t> Network::output_shape() const {
    return shape_of(data_->network, data_->outputs);
}
std::vector<std::string> Network::input_names() const {
    return names_of(data_->network, data_->inputs, data_->input_names);
}
std::vector<std::string> Network::output_names() const {
    return names_of(data_->network, data_->outputs, data_->output_names);
}
std::size_t Network::layer_count() const {
    return data_->network.layer_count();
}
std::size_t Network::layer_size(std::size_t layer) const {
    if (layer >= layer_count()) throw UsageError(fmt::format("a network has no layer {}", layer));
    return data_->network.layer(model::LayerId(layer)).size;
}
LayerInfo Network::layer(std::size_t layer) const {
    if (layer >= layer_count()) throw UsageError(fmt::format("a network has no layer {}", layer));
    const model::Layer& of = data_->network.layers()[layer];
    LayerInfo info{of.name, kind_of(of.operation), of.shape, of.size, sources_of(of.operation), 0};
    if (const auto* affine = std::get_if<model::AffineLayer>(&of.operation)) {
        info.parameters = biases_of(*affine);
        for (const model::AffineTerm& term : affine->terms) info.parameters += model::weights(term.map).size();
    }
    return info;
}
std::vector<LayerInfo> Network::layers() const {
    std::vector<LayerInfo> all;
    for (std::size_t l = 0; l < layer_count(); ++l) all.push_back(layer(l));
    return all;
}
std::size_t Network::parameter_count() const {
    std::size_t count = 0;
    for (const LayerInfo& info : layers()) count += info.parameters;
    return count;
}
bool Network::is_piecewise_linear() const {
    return !model::is_smooth(data_->network);
}
const std::optional<Precision>& Network::precision() const {
    return data_->precision;
}

}  // namespace sinew
