// SPDX-License-Identifier: Apache-2.0
#include "threshold/recognise.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/error.hpp"

namespace sinew::threshold {

namespace {
using model::BinarizedLinear;
using model::BinarizedNetwork;

class Recognition {
  public:
    Recognition(const model::Network& network, model::InputKind input) : network_(network) { result_.input = input; }

    BinarizedNetwork run() {
        const std::vector<model::Layer>& layers = network_.layers();
        for (std::size_t l = 0; l < layers.size(); ++l) {
            layer_ = l;
            if (l == 0) {
                if (!std::holds_alternative<model::InputLayer>(layers[l].operation)) fail("it is no input");
                result_.input_shape = layers[l].shape;
            } else {
                std::visit([&](const auto& operation) { add(operation); }, layers[l].operation);
            }
        }
        result_.origin = "layers of a general network";
        return std::move(result_);
    }

  private:
    [[noreturn]] void fail(const std::string& why) const {
        throw UsageError(
            fmt::format("this is no binarized network: layer '{}': {}", network_.layers()[layer_].name, why));
    }

    void check_source(model::LayerId source) const {
        if (source.index() + 1 != layer_) fail("it reads another layer than the one before it");
    }

    void add(const model::InputLayer&) { fail("there is a second input"); }

    void add(const model::ProductLayer&) { fail("it multiplies components"); }
    void add(const model::MaxPoolLayer& pool) {
        check_source(pool.source);
        result_.operations.emplace_back(model::WindowMaximum{pool.begin, pool.member});
    }

    void add(const model::ActivationLayer& layer) {
        check_source(layer.source);
        if (layer.activation.kind == model::ActivationKind::sign)
            result_.operations.emplace_back(model::BinaryActivation::sign);
        else if (layer.activation.kind == model::ActivationKind::hardlim)
            result_.operations.emplace_back(model::BinaryActivation::step);
        else
            fail(fmt::format("the activation {} is none of sign and hardlim", model::to_string(layer.activation)));
    }

    void add(const model::AffineLayer& affine) {
        if (affine.terms.size() != 1) fail("it adds several layers");
        check_source(affine.terms[0].source);
        const model::LinearMap& map = affine.terms[0].map;
        if (const auto* sparse = std::get_if<model::SparseMap>(&map))
            add_sparse(*sparse, affine.bias);
        else
            add_linear(map, affine.bias);
    }

    /// One entry a row: a line of each component, or a reordering. Others are matrices of mostly zeros, which readers
    /// keep without them.
    void add_sparse(const model::SparseMap& map, const model::NumberArray& bias) {
        const std::size_t rows = map.rows();
        bool diagonal = rows == map.columns;
        bool selection = true;
        for (std::size_t r = 0; r < rows; ++r) {
            if (map.row_begin[r + 1] != map.row_begin[r] + 1) return add_linear(with_zeros(map), bias);
            const std::size_t k = map.row_begin[r];
            diagonal = diagonal && map.column[k] == r;
            selection = selection && map.weight.holds_double(k) && map.weight.nearest()[k] == 1 &&
                        bias.holds_double(r) && bias.nearest()[r] == 0;
        }
        if (!diagonal && !selection) return add_linear(with_zeros(map), bias);
        if (!diagonal) {
            result_.operations.emplace_back(model::Selection{map.column});
        } else if (!selection) {
            model::ChannelLine line{map.weight, bias};
            result_.operations.emplace_back(std::move(line));
        }
    }

    model::DenseMap with_zeros(const model::SparseMap& map) const {
        constexpr std::size_t most_weights = std::size_t{1} << 26;
        const std::size_t rows = map.rows();
        if (map.columns > 0 && rows > most_weights / map.columns) fail("it is sparse, and too large for a matrix");
        if (!map.weight.all_doubles()) fail("it has weights that are no doubles");
        model::DenseMap dense{rows, map.columns, {}};
        std::vector<double> numbers(rows * map.columns, 0.0);
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t k = map.row_begin[r]; k < map.row_begin[r + 1]; ++k)
                numbers[r * map.columns + map.column[k]] = map.weight.nearest()[k];
        dense.weights = model::NumberArray(std::move(numbers));
        return dense;
    }

    void add_linear(const model::LinearMap& map, const model::NumberArray& bias) {
        BinarizedLinear linear;
        if (const auto* dense = std::get_if<model::DenseMap>(&map)) {
            linear.geometry = model::DenseShape{dense->rows, dense->columns};
        } else {
            const auto* convolution = std::get_if<model::ConvolutionMap>(&map);
            if (convolution == nullptr) fail("it is a transposed convolution");
            model::ConvolutionMap geometry = *convolution;
            geometry.kernel = {};
            linear.geometry = std::move(geometry);
        }
        model::NumberArray weights = model::weights(map);
        weights.widen();
        if (!weights.all_doubles()) fail("it has weights that are no doubles");
        const std::size_t channels = linear.channels();
        const std::size_t each = weights.size() / channels;
        linear.weights.resize(weights.size());
        model::NumberArray scale(channels);
        bool scaled = false;
        for (std::size_t c = 0; c < channels; ++c) {
            const double unit =
                whole_multiples(weights.nearest().data() + c * each, each, linear.weights.data() + c * each);
            scale.set_double(c, unit);
            scaled = scaled || unit != 1;
        }
        if (scaled) linear.scale = std::move(scale);
        add_bias(linear, bias);
        result_.operations.emplace_back(std::move(linear));
    }

    /// The number of which all weights of a channel are whole multiples.
    double whole_multiples(const double* weight, std::size_t count, std::int8_t* multiple) const {
        double unit = 0;
        for (std::size_t i = 0; i < count; ++i) {  // Euclid's algorithm: remainders of doubles are exact
            double rest = std::fabs(weight[i]);
            while (rest != 0 && rest != unit) {
                const double next = std::fmod(unit, rest);
                unit = rest;
                rest = next;
            }
        }
        if (unit == 0) unit = 1;
        for (std::size_t i = 0; i < count; ++i) {
            const double quotient = std::nearbyint(weight[i] / unit);
            if (std::fabs(quotient) > 127 || std::fma(quotient, unit, -weight[i]) != 0)
                fail(fmt::format("the weights {} and {} of one neuron are no whole multiples of one number", unit,
                                 weight[i]));
            multiple[i] = static_cast<std::int8_t>(quotient);
        }
        return unit;
    }

    void add_bias(BinarizedLinear& linear, const model::NumberArray& bias) {
        const std::size_t each = linear.rows_per_channel();
        bool alike = true;
        for (std::size_t r = 0; r < bias.size(); ++r) alike = alike && bias.exact(r) == bias.exact(r / each * each);
        if (!alike) fail("the neurons of one channel have different biases");
        for (std::size_t c = 0; c < linear.channels(); ++c) linear.bias.push_back(bias.exact(c * each));
    }

    const model::Network& network_;
    BinarizedNetwork result_;
    std::size_t layer_ = 0;
};
}  // namespace

BinarizedNetwork recognise(const model::Network& network, model::InputKind input) {
    return Recognition(network, input).run();
}

}  // namespace sinew::threshold
