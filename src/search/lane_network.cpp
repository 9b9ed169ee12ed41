// SPDX-License-Identifier: Apache-2.0
#include "search/lane_network.hpp"

#include <algorithm>
#include <cmath>

#include "exact/rational.hpp"

namespace sinew::search {

using bounds::lanes;
using model::ActivationKind;

LaneNetwork::LaneNetwork(const model::Network& network)
    : network_(&network), values_(network.variable_count()), adjoints_(network.variable_count()) {}

namespace {
/// d act(s)/ds; for steps a soft slope of width `scale`.
double derivative(const model::Activation& activation, double s, double output, double scale, double lower,
                  double upper) {
    switch (activation.kind) {
        case ActivationKind::identity:
            return 1;
        case ActivationKind::relu:
            return s > 0 ? 1 : 0;
        case ActivationKind::leaky_relu:
            return s > 0 ? 1 : lower;
        case ActivationKind::clip:
            return s >= lower && s <= upper ? 1 : 0;
        case ActivationKind::sign:
        case ActivationKind::signum:
        case ActivationKind::hardlim: {
            const double t = s / scale;
            return 1 / (scale * (1 + t * t));
        }
        case ActivationKind::sigmoid:
            return output * (1 - output);
        case ActivationKind::tanh:
            return 1 - output * output;
        default:
            return model::derivative(activation, s);
    }
}

/// The parameters of an activation as doubles: slope, or the ends of the clip.
std::pair<double, double> parameters(const model::Activation& activation) {
    if (activation.kind == ActivationKind::leaky_relu) return {to_nearest(activation.slope), 0};
    return {activation.lower ? to_nearest(*activation.lower) : -HUGE_VAL,
            activation.upper ? to_nearest(*activation.upper) : HUGE_VAL};
}
}  // namespace

bool is_step(model::ActivationKind kind) {
    return kind == ActivationKind::sign || kind == ActivationKind::signum || kind == ActivationKind::hardlim;
}

bool LaneNetwork::is_large() const {
    return values_.rows() >= std::size_t{1} << 16;
}

void LaneNetwork::clear_adjoints() {
    if (is_large())
        adjoints_.forget();
    else
        adjoints_.fill(0);
}

void LaneNetwork::rest() {
    if (!is_large()) return;
    values_.forget();
    adjoints_.forget();
}

void LaneNetwork::forward_layer(const model::Layer& layer) {
    double* out = values_.row(layer.first.index());
    const std::size_t count = layer.size * lanes;
    if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
        const double* bias = affine->bias.nearest().data();
        for (std::size_t i = 0; i < layer.size; ++i) std::fill_n(out + i * lanes, lanes, bias[i]);
        for (const model::AffineTerm& term : affine->terms) bounds::multiply(term.map, value(term.source), out);
    } else if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
        const double* in = value(operation->source);
        const model::Activation& activation = operation->activation;
        if (activation.kind == ActivationKind::relu) {
            for (std::size_t i = 0; i < count; ++i) out[i] = std::max(in[i], 0.0);
        } else if (activation.kind == ActivationKind::clip) {
            const auto [lower, upper] = parameters(activation);
            for (std::size_t i = 0; i < count; ++i) out[i] = std::min(std::max(in[i], lower), upper);
        } else if (activation.kind == ActivationKind::leaky_relu) {
            const double slope = parameters(activation).first;
            for (std::size_t i = 0; i < count; ++i) out[i] = in[i] > 0 ? in[i] : slope * in[i];
        } else {
            for (std::size_t i = 0; i < count; ++i) out[i] = model::apply(activation, in[i]);
        }
    } else if (const auto* product = std::get_if<model::ProductLayer>(&layer.operation)) {
        const double* in = value(product->source);
        for (std::size_t i = 0; i < layer.size; ++i) {
            const double* left = in + product->left[i] * lanes;
            const double* right = in + product->right[i] * lanes;
            for (std::size_t j = 0; j < lanes; ++j) out[i * lanes + j] = left[j] * right[j];
        }
    } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
        const double* in = value(pool->source);
        for (std::size_t w = 0; w < layer.size; ++w) {
            double* best = out + w * lanes;
            std::copy_n(in + pool->member[pool->begin[w]] * lanes, lanes, best);
            for (std::size_t k = pool->begin[w] + 1; k < pool->begin[w + 1]; ++k) {
                const double* member = in + pool->member[k] * lanes;
                for (std::size_t j = 0; j < lanes; ++j) best[j] = std::max(best[j], member[j]);
            }
        }
    }
}

void LaneNetwork::activation_backward(const model::Layer& layer, const model::ActivationLayer& operation) {
    const double* out_adjoint = adjoints_.row(layer.first.index());
    const double* out = values_.row(layer.first.index());
    const double* in = value(operation.source);
    double* in_adjoint = adjoint(operation.source);
    const std::size_t count = layer.size * lanes;
    if (operation.activation.kind == ActivationKind::relu) {
        double passed[lanes] = {};
        for (std::size_t i = 0; i < count; i += lanes) {
            for (std::size_t j = 0; j < lanes; ++j) {
                const double through = in[i + j] > 0 ? out_adjoint[i + j] : 0.0;
                in_adjoint[i + j] += through;
                passed[j] += std::fabs(through);
            }
        }
        for (std::size_t j = 0; j < lanes; ++j)
            for (std::size_t i = j; passed[j] == 0 && i < count; i += lanes) in_adjoint[i] += out_adjoint[i];
        return;
    }
    const auto [lower, upper] = parameters(operation.activation);
    double scale = 1;
    if (is_step(operation.activation.kind)) {
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i) sum += std::fabs(in[i]);
        scale = std::max(0.1 * sum / static_cast<double>(count), 1e-9);
    }
    for (std::size_t i = 0; i < count; ++i)
        in_adjoint[i] += out_adjoint[i] * derivative(operation.activation, in[i], out[i], scale, lower, upper);
}

void LaneNetwork::backward_layer(const model::Layer& layer) {
    const double* out = adjoints_.row(layer.first.index());
    if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
        for (const model::AffineTerm& term : affine->terms)
            bounds::multiply_transposed(term.map, out, adjoint(term.source));
    } else if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
        activation_backward(layer, *operation);
    } else if (const auto* product = std::get_if<model::ProductLayer>(&layer.operation)) {
        const double* in = value(product->source);
        double* in_adjoint = adjoint(product->source);
        for (std::size_t i = 0; i < layer.size; ++i) {
            const std::size_t left = product->left[i] * lanes;
            const std::size_t right = product->right[i] * lanes;
            for (std::size_t j = 0; j < lanes; ++j) {
                in_adjoint[left + j] += out[i * lanes + j] * in[right + j];
                in_adjoint[right + j] += out[i * lanes + j] * in[left + j];
            }
        }
    } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
        const double* in = value(pool->source);
        const double* maximum = values_.row(layer.first.index());
        double* in_adjoint = adjoint(pool->source);
        for (std::size_t w = 0; w < layer.size; ++w) {
            for (std::size_t j = 0; j < lanes; ++j) {
                std::size_t k = pool->begin[w];
                while (in[pool->member[k] * lanes + j] < maximum[w * lanes + j]) ++k;
                in_adjoint[pool->member[k] * lanes + j] += out[w * lanes + j];
            }
        }
    }
}

void LaneNetwork::forward() {
    for (const model::Layer& layer : network_->layers()) forward_layer(layer);
}

void LaneNetwork::backward() {
    const auto& layers = network_->layers();
    for (std::size_t i = layers.size(); i-- > 0;) {
        backward_layer(layers[i]);
        if (is_large() && !std::holds_alternative<model::InputLayer>(layers[i].operation))
            adjoints_.forget(layers[i].first.index(), layers[i].size);
    }
}

}  // namespace sinew::search
