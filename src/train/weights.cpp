// SPDX-License-Identifier: Apache-2.0
#include "train/weights.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/limit_scope.hpp"

namespace sinew::train {

namespace {
/// Σ weight · value over 16-bit values: sums of up to 2^9 products fit into 32 bits, and compilers do eight at once.
std::int64_t product(const std::int8_t* weights, const std::int16_t* values, std::size_t count) {
    constexpr std::size_t at_once = 256;
    std::int64_t sum = 0;
    for (std::size_t begin = 0; begin < count; begin += at_once) {
        const std::size_t end = std::min(begin + at_once, count);
        std::int32_t part = 0;
        for (std::size_t i = begin; i < end; ++i)
            part += static_cast<std::int32_t>(static_cast<std::int16_t>(weights[i])) * values[i];
        sum += part;
    }
    return sum;
}

bool are_short(std::span<const std::int32_t> values) {
    return std::all_of(values.begin(), values.end(),
                       [](std::int32_t value) { return value >= -32767 && value <= 32767; });
}

/// The sums of one layer over values of a row, which are features or the signs of the layer below.
std::vector<std::int64_t> layer_sums(const std::vector<std::int8_t>& layer, std::span<const std::int32_t> below) {
    std::vector<std::int64_t> sums(layer.size() / below.size(), 0);
    if (!are_short(below)) {
        for (std::size_t j = 0; j < sums.size(); ++j)
            for (std::size_t i = 0; i < below.size(); ++i)
                sums[j] += layer[j * below.size() + i] * std::int64_t{below[i]};
        return sums;
    }
    const std::vector<std::int16_t> values(below.begin(), below.end());
    for (std::size_t j = 0; j < sums.size(); ++j)
        sums[j] = product(layer.data() + j * below.size(), values.data(), values.size());
    return sums;
}
}  // namespace

std::vector<std::vector<std::int64_t>> sums_of(const Weights& weights, std::span<const std::int32_t> features) {
    constexpr std::size_t long_work = 1024;  // weights
    std::vector<std::vector<std::int64_t>> sums;
    std::vector<std::int32_t> below(features.begin(), features.end());
    for (const std::vector<std::int8_t>& layer : weights.layers) {
        if (layer.size() >= long_work) check_limits();
        std::vector<std::int64_t> own = layer_sums(layer, below);
        below.resize(own.size());
        for (std::size_t j = 0; j < own.size(); ++j) below[j] = own[j] >= 0 ? 1 : -1;
        sums.push_back(std::move(own));
    }
    return sums;
}

std::uint32_t class_of(std::span<const std::int64_t> scores) {
    if (scores.size() == 1) return scores[0] >= 0 ? 1 : 0;
    return static_cast<std::uint32_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

bool is_right(std::span<const std::int64_t> scores, std::uint32_t label, Output output) {
    if (scores.size() == 1) return class_of(scores) == label;
    const std::int64_t least = output == Output::signs ? 0 : scores[label];
    for (std::uint32_t c = 0; c < scores.size(); ++c)
        if (c != label && scores[c] >= least) return false;
    return scores[label] >= least;
}

std::size_t count_right(const Weights& weights, const Examples& examples, Output output) {
    std::size_t right = 0;
    for (std::size_t k = 0; k < examples.rows(); ++k)
        right += is_right(sums_of(weights, examples.row(k)).back(), examples.labels[k], output) ? 1 : 0;
    return right;
}

std::int64_t weights_used(const Weights& weights) {
    std::int64_t used = 0;
    for (const std::vector<std::int8_t>& layer : weights.layers)
        for (const std::int8_t weight : layer) used += std::abs(int{weight});
    return used;
}

std::int64_t margin_sum(const Weights& weights, const Examples& examples, Output output) {
    std::vector<std::vector<std::int64_t>> margins;
    for (std::size_t k = 0; k < examples.rows(); ++k) {
        std::vector<std::vector<std::int64_t>> sums = sums_of(weights, examples.row(k));
        if (sums.back().size() > 1 && output != Output::signs) sums.pop_back();
        if (margins.empty()) {
            for (const auto& layer : sums) margins.emplace_back(layer.size(), std::numeric_limits<std::int64_t>::max());
        }
        for (std::size_t l = 0; l < sums.size(); ++l)
            for (std::size_t j = 0; j < sums[l].size(); ++j)
                margins[l][j] = std::min(margins[l][j], std::abs(sums[l][j]));
    }
    std::int64_t sum = 0;
    for (const auto& layer : margins)
        for (const std::int64_t margin : layer) sum += margin;
    return sum;
}

}  // namespace sinew::train
