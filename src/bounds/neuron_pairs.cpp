// SPDX-License-Identifier: Apache-2.0
#include "bounds/neuron_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <span>
#include <utility>

namespace sinew::bounds {

using model::ActivationLayer;
using model::AffineLayer;
using model::InputLayer;
using model::Layer;
using model::MaxPoolLayer;
using model::ProductLayer;

namespace {

constexpr auto no_layer = static_cast<std::size_t>(-1);
/// Layers that are tried for each other at most.
constexpr std::size_t most_candidates = 8;
/// ‖W - V‖² of unrelated maps is about ‖W‖² + ‖V‖².
constexpr double similar_share = 0.25;

/// Sums of squares: of the difference, and of both.
struct Likeness {
    double difference = 0;
    double size = 0;
    void add(double a, double b) {
        difference += (a - b) * (a - b);
        size += a * a + b * b;
    }
    bool is_similar() const { return difference <= similar_share * size; }
};

bool same_geometry(const model::ConvolutionMap& a, const model::ConvolutionMap& b) {
    const auto geometry = [](const model::ConvolutionMap& map) {
        return std::vector<std::size_t>{map.in_channels,     map.in_height,      map.in_width,      map.out_channels,
                                        map.out_height,      map.out_width,      map.kernel_height, map.kernel_width,
                                        map.stride_height,   map.stride_width,   map.pad_top,       map.pad_left,
                                        map.dilation_height, map.dilation_width, map.groups};
    };
    return geometry(a) == geometry(b);
}

/// False: not comparable weight by weight.
bool compare_maps(const model::LinearMap& a, const model::LinearMap& b, Likeness& likeness) {
    if (a.index() != b.index() || model::rows(a) != model::rows(b) || model::columns(a) != model::columns(b))
        return false;
    if (const auto* map = std::get_if<model::ConvolutionMap>(&a))
        if (!same_geometry(*map, std::get<model::ConvolutionMap>(b))) return false;
    if (const auto* map = std::get_if<model::TransposedConvolutionMap>(&a))
        if (!same_geometry(map->convolution, std::get<model::TransposedConvolutionMap>(b).convolution)) return false;
    const model::NearestNumbers of_a = model::weights(a).nearest();
    const model::NearestNumbers of_b = model::weights(b).nearest();
    if (!std::holds_alternative<model::SparseMap>(a)) {
        for (std::size_t i = 0; i < model::weights(a).size(); ++i) likeness.add(of_a[i], of_b[i]);
        return true;
    }
    std::vector<double> row(model::columns(a));
    for (std::size_t r = 0; r < model::rows(a); ++r) {
        model::for_each_entry(a, r, [&](std::size_t column, std::size_t at) { row[column] = of_a[at]; });
        model::for_each_entry(b, r, [&](std::size_t column, std::size_t at) {
            likeness.add(row[column], of_b[at]);
            row[column] = 0;
        });
        model::for_each_entry(a, r, [&](std::size_t column, std::size_t) {
            likeness.add(row[column], 0);
            row[column] = 0;
        });
    }
    return true;
}

class PairSearch {
  public:
    explicit PairSearch(const model::Network& network)
        : layers_(network.layers()),
          is_linear_(layers_.size(), false),
          partner_(layers_.size(), no_layer),
          is_second_(layers_.size(), false) {
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            is_linear_[l] = std::holds_alternative<InputLayer>(layers_[l].operation) ||
                            std::holds_alternative<AffineLayer>(layers_[l].operation);
            for_each_source(l, [&](std::size_t source) { is_linear_[l] = is_linear_[l] && is_linear_[source]; });
        }
    }

    NeuronPairs run() {
        std::map<std::vector<std::size_t>, std::vector<std::size_t>> alike;  // alone so far, by what they look like
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const std::vector<std::size_t> look = look_of(l);
            if (look.empty()) continue;
            std::vector<std::size_t>& candidates = alike[look];
            const std::size_t begin = candidates.size() - std::min(candidates.size(), most_candidates);
            for (std::size_t c = begin; c < candidates.size(); ++c) {
                if (!match(candidates[c], l)) continue;
                partner_[l] = candidates[c];
                partner_[candidates[c]] = l;
                is_second_[l] = true;
                candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(c));
                break;
            }
            if (partner_[l] == no_layer) candidates.push_back(l);
        }
        NeuronPairs result;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const auto* neurons = std::get_if<ActivationLayer>(&layers_[l].operation);
            if (neurons == nullptr || !is_second_[l]) continue;
            const auto& other = std::get<ActivationLayer>(layers_[partner_[l]].operation);
            if (!std::holds_alternative<AffineLayer>(layers_[neurons->source.index()].operation)) continue;
            if (!goes_on(l)) continue;
            LayerPair pair{partner_[l], l, other.source.index(), neurons->source.index()};
            if (pair.first_source > pair.second_source)
                pair = {pair.second, pair.first, pair.second_source, pair.first_source};
            result.layers.push_back(pair);
        }
        if (!result.layers.empty()) result.backward = backward_order(result.layers);
        if (result.backward.empty()) result.layers.clear();
        return result;
    }

  private:
    /// The first of a pair for the second; what is linear in the inputs is all the same: two networks may have inputs
    /// of their own, and the layers above decide.
    std::size_t representative(std::size_t layer) const {
        if (is_linear_[layer]) return no_layer;
        return is_second_[layer] ? partner_[layer] : layer;
    }

    std::vector<std::size_t> look_of(std::size_t l) const {
        std::vector<std::size_t> look;
        const Layer& layer = layers_[l];
        if (is_linear_[l]) return look;
        look = {layer.operation.index(), layer.size};
        if (const auto* affine = std::get_if<AffineLayer>(&layer.operation)) {
            for (const model::AffineTerm& term : affine->terms) {
                look.push_back(representative(term.source.index()));
                look.push_back(term.map.index());
            }
        } else if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation)) {
            look.push_back(representative(neurons->source.index()));
            look.push_back(static_cast<std::size_t>(neurons->activation.kind));
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) {
            look.push_back(representative(pool->source.index()));
            look.push_back(pool->member.size());
        } else if (const auto* product = std::get_if<ProductLayer>(&layer.operation)) {
            look.push_back(representative(product->source.index()));
        }
        return look;
    }

    /// Whether two layers of the same look are the same but for small changes of weights.
    bool match(std::size_t first, std::size_t second) const {
        const Layer& a = layers_[first];
        const Layer& b = layers_[second];
        if (const auto* neurons = std::get_if<ActivationLayer>(&a.operation)) {
            const auto& others = std::get<ActivationLayer>(b.operation);
            return neurons->activation == others.activation && neurons->source != others.source;
        }
        if (const auto* pool = std::get_if<MaxPoolLayer>(&a.operation)) {
            const auto& other = std::get<MaxPoolLayer>(b.operation);
            return pool->begin == other.begin && pool->member == other.member && pool->source != other.source;
        }
        if (const auto* product = std::get_if<ProductLayer>(&a.operation)) {
            const auto& other = std::get<ProductLayer>(b.operation);
            return product->left == other.left && product->right == other.right && product->source != other.source;
        }
        const auto& affine = std::get<AffineLayer>(a.operation);
        const auto& other = std::get<AffineLayer>(b.operation);
        Likeness likeness;
        for (std::size_t t = 0; t < affine.terms.size(); ++t) {
            const model::AffineTerm& term = affine.terms[t];
            if (is_linear_[term.source.index()]) continue;
            if (!compare_maps(term.map, other.terms[t].map, likeness)) return false;
        }
        return likeness.is_similar();
    }

    /// Whether some layer above that has weights is one of a pair too: layers over inputs alone tell nothing.
    bool goes_on(std::size_t second) const {
        for (std::size_t l = second + 1; l < layers_.size(); ++l) {
            if (!is_second_[l]) continue;
            if (const auto* affine = std::get_if<AffineLayer>(&layers_[l].operation)) {
                for (const model::AffineTerm& term : affine->terms)
                    if (term.source.index() == second) return true;
            } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layers_[l].operation)) {
                if (pool->source.index() == second && goes_on(l)) return true;
            }
        }
        return false;
    }

    template <class Visit>
    void for_each_source(std::size_t l, Visit&& visit) const {
        const Layer& layer = layers_[l];
        if (const auto* affine = std::get_if<AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms) visit(term.source.index());
        if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation)) visit(neurons->source.index());
        if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) visit(pool->source.index());
        if (const auto* product = std::get_if<ProductLayer>(&layer.operation)) visit(product->source.index());
    }

    /// Empty where a layer of a pair depends on its partner (the steps of a recurrent network).
    std::vector<std::size_t> backward_order(std::span<const LayerPair> pairs) const {
        std::vector<std::size_t> together(layers_.size(), no_layer);
        for (const LayerPair& pair : pairs) {
            together[pair.first] = pair.second;
            together[pair.second] = pair.first;
        }
        std::vector<std::size_t> readers(layers_.size(), 0);
        for (std::size_t l = 0; l < layers_.size(); ++l)
            for_each_source(l, [&](std::size_t source) { ++readers[source]; });
        const auto is_ready = [&](std::size_t l) {
            return readers[l] == 0 && (together[l] == no_layer || readers[together[l]] == 0);
        };
        std::priority_queue<std::size_t> ready;  // of a pair: its second
        const auto offer = [&](std::size_t l) {
            if (is_ready(l)) ready.push(together[l] == no_layer ? l : std::max(l, together[l]));
        };
        for (std::size_t l = 0; l < layers_.size(); ++l)
            if (together[l] == no_layer || l > together[l]) offer(l);
        std::vector<std::size_t> order;
        while (!ready.empty()) {
            const std::size_t top = ready.top();
            ready.pop();
            const std::size_t begin = order.size();
            order.push_back(top);
            if (together[top] != no_layer) order.push_back(together[top]);
            for (std::size_t i = begin; i < order.size(); ++i) {
                const std::size_t l = order[i];
                for_each_source(l, [&](std::size_t source) {
                    if (--readers[source] == 0) offer(source);
                });
            }
        }
        if (order.size() != layers_.size()) order.clear();
        return order;
    }

    const std::vector<Layer>& layers_;
    std::vector<bool> is_linear_;  ///< by layer: in the inputs
    std::vector<std::size_t> partner_;
    std::vector<bool> is_second_;
};

}  // namespace

NeuronPairs find_pairs(const model::Network& network) {
    return PairSearch(network).run();
}

}  // namespace sinew::bounds
