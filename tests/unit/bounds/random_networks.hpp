// SPDX-License-Identifier: Apache-2.0
// Random small networks of every kind of layer, for tests that compare bounds with exact evaluation.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "exact/interval.hpp"
#include "model/evaluate.hpp"
#include "model/network.hpp"

namespace sinew::test {

/// How the weights of a random network look.
enum class Weights { ordinary, decimals, wild, integers };

inline Rational random_number(Random& random, Weights weights) {
    switch (weights) {
        case Weights::ordinary:
            return Rational(static_cast<double>(static_cast<float>(random.uniform(-2, 2))));
        case Weights::decimals:
            return Rational(random.integer(-200, 200), 100) + Rational(0);
        case Weights::integers:
            return Rational(random.integer(-2, 2));
        case Weights::wild: {
            if (random.chance(0.2)) return 0;
            const double mantissa = random.uniform(-2, 2);
            return Rational(std::ldexp(mantissa, static_cast<int>(random.integer(-60, 60))));
        }
    }
    return 0;
}

inline Rational canonical(Rational value) {
    value.canonicalize();
    return value;
}

inline model::NumberArray random_numbers(Random& random, Weights weights, std::size_t count) {
    model::NumberArray result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(canonical(random_number(random, weights)));
    return result;
}

/// `smooth`: tanh and sigmoid too.
inline model::Activation random_activation(Random& random, bool smooth = false) {
    using model::ActivationKind;
    if (smooth && random.chance(0.4))
        return {random.chance(0.5) ? ActivationKind::tanh : ActivationKind::sigmoid, 0, {}, {}};
    switch (random.below(9)) {
        case 0:
            return {ActivationKind::leaky_relu, canonical(Rational(random.integer(-5, 20), 10)), {}, {}};
        case 1:
            return {ActivationKind::clip, 0, Rational(-1), Rational(1)};
        case 2:
            return {ActivationKind::clip, 0, Rational(0), canonical(Rational(random.integer(1, 30), 10))};
        case 3:
            return {ActivationKind::sign, 0, {}, {}};
        case 4:
            return {ActivationKind::signum, 0, {}, {}};
        case 5:
            return {ActivationKind::hardlim, 0, {}, {}};
        case 6:
            return {ActivationKind::identity, 0, {}, {}};
        default:
            return {ActivationKind::relu, 0, {}, {}};
    }
}

inline model::LinearMap random_map(Random& random, Weights weights, std::size_t rows, std::size_t columns) {
    if (random.chance(0.3)) {
        model::SparseMap map;
        map.columns = columns;
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t c = 0; c < columns; ++c) {
                if (random.chance(0.5)) continue;
                map.column.push_back(static_cast<std::uint32_t>(c));
                map.weight.push_back(canonical(random_number(random, weights)));
            }
            map.row_begin.push_back(map.column.size());
        }
        return map;
    }
    return model::DenseMap{rows, columns, random_numbers(random, weights, rows * columns)};
}

/// A convolution of a square image with one channel.
inline model::ConvolutionMap random_convolution(Random& random, Weights weights, std::size_t side) {
    model::ConvolutionMap map;
    map.in_channels = 1;
    map.in_height = map.in_width = side;
    map.out_channels = 2;
    map.kernel_height = map.kernel_width = 2;
    map.pad_top = map.pad_left = random.below(2);
    map.out_height = map.out_width = side - 1 + map.pad_top;
    map.kernel = random_numbers(random, weights, 8);
    return map;
}

/// A transposed convolution of a square image with one channel.
inline model::TransposedConvolutionMap random_transposed_convolution(Random& random, Weights weights,
                                                                     std::size_t side) {
    model::ConvolutionMap map;
    map.out_channels = 1;
    map.out_height = map.out_width = side;
    map.in_channels = 2;
    map.kernel_height = map.kernel_width = 2;
    map.stride_height = map.stride_width = 1 + random.below(2);
    map.pad_top = map.pad_left = random.below(2);
    map.in_height = map.in_width = (side - 1) * map.stride_width + 2 - map.pad_top;
    map.kernel = random_numbers(random, weights, 8);
    return {std::move(map)};
}

struct RandomNetwork {
    model::Network network;
    std::vector<Interval> box;
};

/// 1 to 4 inputs (or a 3×3 image), up to four blocks of affine and activation, sometimes skip connections, convolutions
/// and poolings; a box that is sometimes a point in some or all inputs.
inline RandomNetwork random_network(Random& random, Weights weights, bool only_relu = false, bool smooth = false) {
    RandomNetwork result;
    model::Network& network = result.network;
    const bool image = random.chance(0.25);
    const std::size_t inputs = image ? 9 : 1 + random.below(4);
    std::vector<model::LayerId> outputs = {network.add_input("x", {inputs})};
    const std::size_t blocks = 1 + random.below(4);
    for (std::size_t b = 0; b < blocks; ++b) {
        const model::LayerId source = outputs.back();
        const std::size_t columns = network.layer(source).size;
        model::AffineLayer affine;
        std::size_t size = 1 + random.below(6);
        if (b == 0 && image && random.chance(0.3)) {
            model::TransposedConvolutionMap map = random_transposed_convolution(random, weights, 3);
            size = map.rows();
            affine.terms.push_back({source, std::move(map)});
        } else if (b == 0 && image) {
            model::ConvolutionMap map = random_convolution(random, weights, 3);
            size = map.rows();
            affine.terms.push_back({source, std::move(map)});
        } else {
            affine.terms.push_back({source, random_map(random, weights, size, columns)});
            if (random.chance(0.3)) {
                const model::LayerId skipped = outputs[random.below(outputs.size())];
                affine.terms.push_back({skipped, random_map(random, weights, size, network.layer(skipped).size)});
            }
        }
        affine.bias = random_numbers(random, weights, size);
        const model::LayerId sum = network.add_affine("a" + std::to_string(b), {size}, std::move(affine));
        if (random.chance(0.2)) outputs.push_back(sum);
        const model::Activation activation =
            only_relu ? model::Activation{model::ActivationKind::relu, 0, {}, {}} : random_activation(random, smooth);
        outputs.push_back(network.add_activation("r" + std::to_string(b), sum, activation));
        if (random.chance(0.15) && size > 1) {
            model::MaxPoolLayer pool;
            pool.source = random.chance(0.5) ? sum : outputs.back();
            const std::size_t windows = 1 + random.below(3);
            for (std::size_t w = 0; w < windows; ++w) {
                for (std::size_t k = 0; k < 1 + random.below(3); ++k)
                    pool.member.push_back(static_cast<std::uint32_t>(random.below(size)));
                if (pool.member.size() == pool.begin.back()) pool.member.push_back(0);
                pool.begin.push_back(pool.member.size());
            }
            outputs.push_back(network.add_max_pool("p" + std::to_string(b), {windows}, std::move(pool)));
        }
    }
    const model::LayerId last = outputs.back();
    model::AffineLayer affine;
    affine.terms.push_back({last, random_map(random, weights, 2, network.layer(last).size)});
    affine.bias = random_numbers(random, weights, 2);
    network.add_affine("y", {2}, std::move(affine));

    const double scale = weights == Weights::wild ? std::ldexp(1.0, static_cast<int>(random.integer(-30, 30))) : 1.0;
    for (std::size_t i = 0; i < inputs; ++i) {
        const double a = scale * random.uniform(-1, 1);
        const double b = random.chance(0.15) ? a : a + scale * random.uniform(0, random.chance(0.5) ? 1.0 : 0.01);
        result.box.push_back({std::min(a, b), std::max(a, b)});
    }
    return result;
}

/// An exact point of the box: a corner, or anything between.
inline std::vector<Rational> random_point(Random& random, const std::vector<Interval>& box) {
    std::vector<Rational> point;
    for (const Interval& side : box) {
        if (random.chance(0.4))
            point.push_back(random.chance(0.5) ? side.lower : side.upper);
        else
            point.push_back(Rational(side.lower) + (Rational(side.upper) - Rational(side.lower)) *
                                                       canonical(Rational(random.integer(0, 64), 64)));
    }
    return point;
}

}  // namespace sinew::test
