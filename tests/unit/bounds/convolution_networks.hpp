// SPDX-License-Identifier: Apache-2.0
// Random small networks of convolutions, residual sums and poolings, for tests of receptive fields.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "model/network.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::test {

struct ImageNetwork {
    model::Network network;
    std::vector<double> lower, upper;
    std::vector<model::LayerId> hidden;  ///< of pre-activations
    model::LayerId output;
};

/// Zero rows and columns around an image, or every second one of them alone, or means of squares of four.
inline model::SparseMap image_map(Random& random, std::size_t channels, std::size_t& side) {
    model::SparseMap map;
    map.columns = channels * side * side;
    const std::size_t kind = side >= 4 ? random.below(3) : 0;
    const std::size_t made = kind == 0 ? side + 2 : side / 2;
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t y = 0; y < made; ++y) {
            for (std::size_t x = 0; x < made; ++x) {
                const auto add = [&](std::size_t in_y, std::size_t in_x, const Rational& weight) {
                    if (in_y >= side || in_x >= side) return;
                    map.column.push_back(static_cast<std::uint32_t>((c * side + in_y) * side + in_x));
                    map.weight.push_back(weight);
                };
                if (kind == 0) add(y - 1, x - 1, 1);
                if (kind == 1) add(2 * y, 2 * x, 1);
                for (std::size_t k = 0; kind == 2 && k < 4; ++k) add(2 * y + k / 2, 2 * x + k % 2, Rational(1, 4));
                map.row_begin.push_back(map.column.size());
            }
        }
    }
    side = made;
    return map;
}

/// The same network with every map as a dense matrix.
inline model::Network densified(const model::Network& network) {
    model::Network result;
    for (const model::Layer& layer : network.layers()) {
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
            model::AffineLayer dense;
            dense.bias = affine->bias;
            for (const model::AffineTerm& term : affine->terms) {
                const std::size_t columns = model::columns(term.map);
                model::DenseMap map{layer.size, columns, model::NumberArray(layer.size * columns)};
                for (std::size_t r = 0; r < layer.size; ++r)
                    model::for_each_entry(term.map, r, [&](std::size_t column, std::size_t w) {
                        map.weights.set(r * columns + column, model::weights(term.map).exact(w));
                    });
                dense.terms.push_back({term.source, std::move(map)});
            }
            result.add_affine("", {layer.size}, std::move(dense));
        } else if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
            result.add_activation("", operation->source, operation->activation);
        } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
            result.add_max_pool("", {layer.size}, *pool);
        } else {
            result.add_input("x", {layer.size});
        }
    }
    return result;
}

/// Maxima of squares of four.
inline model::MaxPoolLayer pooling(model::LayerId source, std::size_t channels, std::size_t& side) {
    model::MaxPoolLayer pool;
    pool.source = source;
    const std::size_t made = side / 2;
    for (std::size_t w = 0; w < channels * made * made; ++w) {
        const std::size_t x = w % made;
        const std::size_t y = w / made % made;
        for (std::size_t k = 0; k < 4; ++k)
            pool.member.push_back(
                static_cast<std::uint32_t>((w / made / made * side + 2 * y + k / 2) * side + 2 * x + k % 2));
        pool.begin.push_back(pool.member.size());
    }
    side = made;
    return pool;
}

/// Inputs of 1 to 2 channels, 5 to 8 rows and columns; up to four convolutions with ReLUs, some of them residual or
/// transposed, some with what image_map makes in between, or with max-pooling; then dense layers.
inline ImageNetwork random_image_network(Random& random, bool pools = false) {
    ImageNetwork result;
    model::Network& network = result.network;
    std::size_t channels = 1 + random.below(2);
    std::size_t side = 5 + random.below(4);
    model::LayerId last = random.chance(0.5) ? network.add_input("x", {channels, side, side})
                                             : network.add_input("x", {channels * side * side});
    const auto relu = [&](model::LayerId sum) {
        result.hidden.push_back(sum);
        return network.add_activation("", sum, {model::ActivationKind::relu, 0, {}, {}});
    };
    const std::size_t blocks = 1 + random.below(4);
    for (std::size_t b = 0; b < blocks; ++b) {
        if (random.chance(0.3)) {
            model::AffineLayer affine;
            affine.terms.push_back({last, image_map(random, channels, side)});
            affine.bias = model::NumberArray(channels * side * side);
            last = network.add_affine("", {channels, side, side}, std::move(affine));
        }
        if (pools && side >= 4 && random.chance(0.3)) {
            model::MaxPoolLayer pool = pooling(last, channels, side);
            last = network.add_max_pool("", {channels, side, side}, std::move(pool));
        }
        if (side <= 5 && random.chance(0.3)) {
            model::ConvolutionMap of;
            of.groups = channels % 2 == 0 && random.chance(0.3) ? 2 : 1;
            of.out_channels = channels;
            of.out_height = of.out_width = side;
            of.in_channels = of.groups * (1 + random.below(2));
            of.kernel_height = of.kernel_width = 2 + random.below(2);
            of.stride_height = of.stride_width = 1 + random.below(2);
            of.pad_top = of.pad_left = random.below(2);
            side = of.in_height = of.in_width = (side - 1) * of.stride_height + of.kernel_height - 2 * of.pad_top;
            of.kernel =
                random_numbers(random, Weights::decimals,
                               of.out_channels * of.in_channels / of.groups * of.kernel_height * of.kernel_width);
            channels = of.in_channels;
            model::AffineLayer affine;
            const std::size_t size = channels * side * side;
            affine.terms.push_back({last, model::TransposedConvolutionMap{std::move(of)}});
            affine.bias = random_numbers(random, Weights::decimals, size);
            last = relu(network.add_affine("", {channels, side, side}, std::move(affine)));
            continue;
        }
        model::ConvolutionMap map;
        map.in_channels = channels;
        map.in_height = map.in_width = side;
        map.groups = channels % 2 == 0 && random.chance(0.3) ? 2 : 1;
        map.out_channels = map.groups * (1 + random.below(2));
        map.kernel_height = map.kernel_width = 1 + random.below(3);
        map.stride_height = map.stride_width = 1 + random.below(2);
        map.pad_top = map.pad_left = random.below(map.kernel_height);
        map.out_height = map.out_width =
            (side + 2 * map.pad_top < map.kernel_height ? 0 : side + 2 * map.pad_top - map.kernel_height) /
                map.stride_height +
            1;
        map.kernel = random_numbers(random, Weights::decimals,
                                    map.out_channels * channels / map.groups * map.kernel_height * map.kernel_width);
        model::AffineLayer affine;
        const bool is_residual = map.out_height == side && map.out_channels == channels && random.chance(0.7);
        channels = map.out_channels;
        side = map.out_height;
        const std::size_t size = channels * side * side;
        affine.terms.push_back({last, std::move(map)});
        if (is_residual) affine.terms.push_back({last, model::identity_map(size)});
        affine.bias = random_numbers(random, Weights::decimals, size);
        last = relu(network.add_affine("", {channels, side, side}, std::move(affine)));
    }
    for (const std::size_t size : {std::size_t{4}, std::size_t{2}}) {
        model::AffineLayer affine;
        const std::size_t columns = network.layer(last).size;
        affine.terms.push_back(
            {last, model::DenseMap{size, columns, random_numbers(random, Weights::decimals, size * columns)}});
        affine.bias = random_numbers(random, Weights::decimals, size);
        const model::LayerId sum = network.add_affine("", {size}, std::move(affine));
        if (size > 2)
            last = relu(sum);
        else
            result.output = sum;
    }
    for (std::size_t i = 0; i < network.input_variables().size(); ++i) {
        const double middle = random.uniform(-1, 1);
        const double radius = random.chance(0.5) ? 0.02 : 0.2;
        result.lower.push_back(middle - radius * random.uniform(0, 1));
        result.upper.push_back(middle + radius * random.uniform(0, 1));
    }
    return result;
}

}  // namespace sinew::test
