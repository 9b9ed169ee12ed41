// SPDX-License-Identifier: Apache-2.0
// Binarized networks operation by operation, nothing folded: what a folded network is checked against.
#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "model/binarized.hpp"

namespace sinew::model {

namespace {
using Values = std::vector<Rational>;

/// The values as small integers, if they are.
std::optional<std::vector<std::int32_t>> small_integers(const Values& values) {
    std::vector<std::int32_t> integers;
    integers.reserve(values.size());
    for (const Rational& value : values) {
        if (value.get_den() != 1 || !value.get_num().fits_sint_p()) return std::nullopt;
        const long integer = value.get_num().get_si();
        if (integer < -65536 || integer > 65536) return std::nullopt;
        integers.push_back(static_cast<std::int32_t>(integer));
    }
    return integers;
}

Rational line(const NumberArray& factor, const NumberArray& shift, std::size_t channel, const Rational& value) {
    Rational result = factor.size() == 0 ? value : Rational(factor.exact(channel) * value);
    if (shift.size() != 0) result += shift.exact(channel);
    return result;
}

Values apply_to(const BinarizedLinear& linear, const Values& values) {
    const std::optional<std::vector<std::int32_t>> small = small_integers(values);
    const std::size_t rows = linear.rows();
    const std::size_t rows_per_channel = linear.rows_per_channel();
    Values result;
    result.reserve(rows);
    for (std::size_t r = 0; r < rows; ++r) {
        check_limits();
        Rational sum;
        if (small) {
            std::int64_t integer = 0;  // at most 2^7 · 2^16 · 2^32
            for_each_weight(linear, r, [&](std::size_t c, int w) { integer += std::int64_t{w} * (*small)[c]; });
            sum = Rational(static_cast<long>(integer));
        } else {
            for_each_weight(linear, r, [&](std::size_t c, int w) {
                if (w != 0) sum += w * values[c];
            });
        }
        result.push_back(line(linear.scale, linear.bias, r / rows_per_channel, sum));
    }
    return result;
}

Values apply_to(const ChannelLine& channels, const Values& values) {
    const std::size_t each = values.size() / channels.factor.size();
    Values result;
    result.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        result.push_back(line(channels.factor, channels.shift, i / each, values[i]));
    return result;
}

Values apply_to(const WindowMaximum& pool, const Values& values) {
    Values result;
    for (std::size_t w = 0; w + 1 < pool.begin.size(); ++w) {
        Rational largest = values[pool.member[pool.begin[w]]];
        for (std::size_t k = pool.begin[w] + 1; k < pool.begin[w + 1]; ++k)
            largest = std::max(largest, values[pool.member[k]]);
        result.push_back(std::move(largest));
    }
    return result;
}

Values apply_to(const Selection& selection, const Values& values) {
    Values result;
    result.reserve(selection.source.size());
    for (const std::uint32_t source : selection.source) result.push_back(values[source]);
    return result;
}

Values apply_to(BinaryActivation activation, const Values& values) {
    const int low = activation == BinaryActivation::sign ? -1 : 0;
    Values result;
    result.reserve(values.size());
    for (const Rational& value : values) result.emplace_back(value >= 0 ? 1 : low);
    return result;
}

Values apply_to(const Quantisation& quantisation, const Values& values) {
    Values result;
    result.reserve(values.size());
    for (const Rational& value : values) {
        const Rational quotient = value / quantisation.step;
        Integer below = floor(quotient);
        const int side = cmp(Rational(quotient - below), Rational(1, 2));
        if (side > 0 || (side == 0 && mpz_odd_p(below.get_mpz_t()) != 0)) below += 1;
        result.emplace_back(below);
    }
    return result;
}
}  // namespace

std::vector<Rational> evaluate(const BinarizedNetwork& network, std::span<const Rational> inputs) {
    require(inputs.size() == network.input_size(), "a value for each input");
    Values values(inputs.begin(), inputs.end());
    for (const BinarizedOperation& operation : network.operations)
        values = std::visit([&](const auto& each) { return apply_to(each, values); }, operation);
    return values;
}

}  // namespace sinew::model
