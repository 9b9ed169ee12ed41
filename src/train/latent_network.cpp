// SPDX-License-Identifier: Apache-2.0
#include "train/latent_network.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace sinew::train {

namespace {
constexpr float mean_decay = 0.9F;
constexpr float square_decay = 0.999F;
constexpr float smallest = 1e-8F;

/// out[j] += factor · row[j]
void add_scaled(std::span<float> out, float factor, const float* row) {
    for (std::size_t j = 0; j < out.size(); ++j) out[j] += factor * row[j];
}

float inner_product(std::span<const float> left, const float* right) {
    float sum = 0;
    for (std::size_t j = 0; j < left.size(); ++j) sum += left[j] * right[j];
    return sum;
}

/// The root of the mean square of a row of features: sums grow with it.
double typical_feature(const Examples& examples) {
    double sum = 0;
    for (const std::int32_t value : examples.values) sum += double(value) * value;
    const double mean = examples.values.empty() ? 1 : sum / static_cast<double>(examples.values.size());
    return mean > 0 ? std::sqrt(mean) : 1;
}
}  // namespace

LatentNetwork::LatentNetwork(const Problem& problem, const GradientOptions& options, Random& random)
    : options_(options), architecture_(problem.architecture) {
    std::size_t inputs = problem.examples.features;
    double typical = typical_feature(problem.examples);
    for (const std::size_t outputs : problem.architecture.layers) {
        LatentLayer layer;
        layer.inputs = inputs;
        layer.outputs = outputs;
        layer.unit = typical * std::sqrt(static_cast<double>(inputs));
        const std::size_t size = inputs * outputs;
        for (std::size_t i = 0; i < size; ++i) layer.latent.push_back(static_cast<float>(random.uniform(-0.5, 0.5)));
        layer.quantised.resize(size);
        layer.gradient.assign(size, 0.0F);
        layer.mean.assign(size, 0.0F);
        layer.square.assign(size, 0.0F);
        sums_.emplace_back(outputs);
        delta_.emplace_back(outputs);
        entering_.emplace_back(layers_.empty() ? 0 : inputs);
        layers_.push_back(std::move(layer));
        inputs = outputs;
        typical = 1;
    }
    quantise();
}

void LatentNetwork::set(const Weights& weights) {
    if (weights.layers.size() != layers_.size()) throw UsageError("the warm start has another number of layers");
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        LatentLayer& layer = layers_[l];
        if (weights.layers[l].size() != layer.latent.size())
            throw UsageError("the warm start has layers of other sizes");
        for (std::size_t j = 0; j < layer.outputs; ++j)
            for (std::size_t i = 0; i < layer.inputs; ++i)
                layer.latent[i * layer.outputs + j] = 0.5F * weights.layers[l][j * layer.inputs + i];
    }
    quantise();
}

Weights LatentNetwork::weights() const {
    Weights weights;
    for (const LatentLayer& layer : layers_) {
        std::vector<std::int8_t> rows(layer.latent.size());
        for (std::size_t j = 0; j < layer.outputs; ++j)
            for (std::size_t i = 0; i < layer.inputs; ++i)
                rows[j * layer.inputs + i] = static_cast<std::int8_t>(layer.quantised[i * layer.outputs + j]);
        weights.layers.push_back(std::move(rows));
    }
    return weights;
}

void LatentNetwork::quantise() {
    for (LatentLayer& layer : layers_) {
        double sum = 0;
        for (const float weight : layer.latent) sum += std::fabs(weight);
        const double mean = sum / static_cast<double>(layer.latent.size());
        const auto threshold = static_cast<float>(architecture_.zero_weights ? options_.threshold * mean : 0);
        for (std::size_t i = 0; i < layer.latent.size(); ++i) {
            const float weight = layer.latent[i];
            const bool is_zero = architecture_.zero_weights && std::fabs(weight) <= threshold;
            layer.quantised[i] = is_zero ? 0.0F : weight >= 0 ? 1.0F : -1.0F;
        }
    }
}

void LatentNetwork::forward(std::span<const float> features) {
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const LatentLayer& layer = layers_[l];
        const std::span<const float> in = l == 0 ? features : std::span<const float>(entering_[l]);
        std::vector<float>& sums = sums_[l];
        std::fill(sums.begin(), sums.end(), 0.0F);
        for (std::size_t i = 0; i < layer.inputs; ++i)
            if (in[i] != 0) add_scaled(sums, in[i], layer.quantised.data() + i * layer.outputs);
        if (l + 1 == layers_.size()) break;
        for (std::size_t j = 0; j < sums.size(); ++j) entering_[l + 1][j] = sums[j] >= 0 ? 1.0F : -1.0F;
    }
}

/// Of one output that shall be active or not.
double LatentNetwork::sign_loss(std::size_t output, bool active, double weight) {
    // A sum of 0 is active: half a step of the least sum moves the border.
    const double sign = active ? 1 : -1;
    const double score = sign * (sums_.back()[output] + 0.5) / layers_.back().unit * 2;
    if (options_.loss == Loss::hinge) {
        delta_.back()[output] = static_cast<float>(score < 1 ? -sign * weight : 0);
        return weight * std::max(0.0, 1 - score);
    }
    const double right = 1 / (1 + std::exp(-score));
    delta_.back()[output] = static_cast<float>(-sign * weight * (1 - right));
    return -weight * std::log(std::max(right, 1e-300));
}

double LatentNetwork::loss(std::uint32_t label, double weight) {
    const std::vector<float>& scores = sums_.back();
    std::vector<float>& delta = delta_.back();
    if (architecture_.sign_outputs()) {
        double sum = 0;
        for (std::size_t c = 0; c < scores.size(); ++c)
            sum += sign_loss(c, architecture_.wants_active(c, label), weight);
        return sum;
    }
    const double unit = 2 / layers_.back().unit;
    if (options_.loss == Loss::hinge) {  // of the class and its best rival
        std::size_t rival = label == 0 ? 1 : 0;
        for (std::size_t c = 0; c < scores.size(); ++c)
            if (c != label && scores[c] > scores[rival]) rival = c;
        const double gap = (scores[label] - scores[rival]) * unit;
        std::fill(delta.begin(), delta.end(), 0.0F);
        if (gap >= 1) return 0;
        delta[label] = static_cast<float>(-weight);
        delta[rival] = static_cast<float>(weight);
        return weight * (1 - gap);
    }
    const double most = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (const float score : scores) sum += std::exp((score - most) * unit);
    for (std::size_t c = 0; c < scores.size(); ++c)
        delta[c] = static_cast<float>(weight * (std::exp((scores[c] - most) * unit) / sum - (c == label ? 1 : 0)));
    return weight * (std::log(sum) - (scores[label] - most) * unit);
}

double LatentNetwork::learn(std::span<const float> features, std::uint32_t label, double weight) {
    forward(features);
    const double value = loss(label, weight);
    for (std::size_t l = layers_.size(); l-- > 0;) {
        LatentLayer& layer = layers_[l];
        std::vector<float>& delta = delta_[l];
        if (std::all_of(delta.begin(), delta.end(), [](float d) { return d == 0; })) {
            if (l != 0) std::fill(delta_[l - 1].begin(), delta_[l - 1].end(), 0.0F);
            continue;
        }
        const std::span<const float> in = l == 0 ? features : std::span<const float>(entering_[l]);
        const auto scale = static_cast<float>(1 / layer.unit);
        for (std::size_t i = 0; i < layer.inputs; ++i)
            if (in[i] != 0)
                add_scaled(std::span(layer.gradient).subspan(i * layer.outputs, layer.outputs), scale * in[i],
                           delta.data());
        if (l == 0) break;
        const auto below = static_cast<float>(layers_[l - 1].unit);
        for (std::size_t i = 0; i < layer.inputs; ++i) {
            // Straight through the sign where the sum is not far from it.
            const bool open = std::fabs(sums_[l - 1][i]) <= below;
            delta_[l - 1][i] = open ? inner_product(delta, layer.quantised.data() + i * layer.outputs) : 0.0F;
        }
    }
    return value;
}

void LatentNetwork::step(std::size_t count, double rate_now) {
    ++steps_;
    const auto share = 1.0F / static_cast<float>(count);
    const double correction =
        std::sqrt(1 - std::pow(double{square_decay}, steps_)) / (1 - std::pow(double{mean_decay}, steps_));
    const auto rate = static_cast<float>(rate_now * correction);
    for (LatentLayer& layer : layers_) {
        for (std::size_t i = 0; i < layer.latent.size(); ++i) {
            const float gradient = layer.gradient[i] * share;
            layer.gradient[i] = 0;
            layer.mean[i] = mean_decay * layer.mean[i] + (1 - mean_decay) * gradient;
            layer.square[i] = square_decay * layer.square[i] + (1 - square_decay) * gradient * gradient;
            const float moved = layer.latent[i] - rate * layer.mean[i] / (std::sqrt(layer.square[i]) + smallest);
            layer.latent[i] = std::clamp(moved, -1.0F, 1.0F);
        }
    }
    quantise();
}

LatentNetwork::Judgement LatentNetwork::judge(std::span<const float> features, std::uint32_t label, double weight) {
    forward(features);
    const std::vector<float>& scores = sums_.back();
    const std::vector<std::int64_t> sums(scores.begin(), scores.end());
    return {is_right(sums, label, architecture_.output), is_right(sums, label), loss(label, weight)};
}

}  // namespace sinew::train
