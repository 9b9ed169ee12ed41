// SPDX-License-Identifier: Apache-2.0
#include "read/batch_norm.hpp"

#include <algorithm>
#include <cstddef>

namespace sinew::read {

namespace {
bool is_square(const Integer& value) {
    return mpz_perfect_square_p(value.get_mpz_t()) != 0;
}

Integer integer_root(const Integer& value) {
    Integer root;
    mpz_sqrt(root.get_mpz_t(), value.get_mpz_t());
    return root;
}

/// sqrt(square) where that is rational.
std::optional<Rational> rational_root(const Rational& square) {
    if (!is_square(square.get_num()) || !is_square(square.get_den())) return std::nullopt;
    return Rational(integer_root(square.get_num()), integer_root(square.get_den()));
}

/// 1 / sqrt(square) but for a relative error below 2^-bits.
Rational inverse_root(const Rational& square, std::size_t bits) {
    // 1 / sqrt(n / d) = sqrt(n · d) / n. n · d is given 2^(2 · (bits + 1)) more to take the root of.
    const Integer radicand = (square.get_num() * square.get_den()) << static_cast<unsigned long>(2 * (bits + 1));
    Rational root(integer_root(radicand), square.get_num() << static_cast<unsigned long>(bits + 1));
    root.canonicalize();
    return root;
}

BatchNormLine line_of(const BatchNormChannel& channel, const Rational& factor) {
    return {factor, Rational(channel.bias - factor * channel.mean)};
}

/// With the double nearest to the factor.
BatchNormLine rounded_line(const BatchNormChannel& channel) {
    return line_of(channel, to_rational(to_nearest(channel.scale * inverse_root(channel.square, 120))));
}

/// Whether the line has the sign of the exact one at every multiple of 1 / denominator: both thresholds lie in the same
/// gap between two of these.
bool decides_alike(const BatchNormLine& line, const BatchNormChannel& channel, const Integer& denominator) {
    if (line.factor == 0) return false;  // too small for a double
    const Rational threshold = -line.shift / line.factor * denominator;
    if (threshold.get_den() == 1) return false;
    const Integer below = floor(threshold);
    const auto same_at = [&](const Integer& multiple) {
        const Rational x = Rational(multiple) / denominator;
        return sgn(Rational(line.factor * x + line.shift)) == batch_norm_sign(channel, x);
    };
    return same_at(below) && same_at(below + 1);
}

BatchNormLine line_for_signs(const BatchNormChannel& channel, const Integer& denominator) {
    // Without a bias the sign is that of x - mean, whatever the factor.
    BatchNormLine line = rounded_line(channel);
    if (channel.scale == 0 || (channel.bias == 0 && line.factor != 0)) return line;
    // The threshold is irrational, so that the gap is found at some precision.
    for (std::size_t bits = 64; !decides_alike(line, channel, denominator); bits *= 2)
        line = line_of(channel, channel.scale * inverse_root(channel.square, bits));
    return line;
}

std::size_t bits_of(const Integer& value) {
    return mpz_sizeinbase(value.get_mpz_t(), 2);
}

/// How precise roots must be so that two channels compare as they do exactly. The difference of two normalised numbers
/// is P + Q·sqrt(a) + R·sqrt(b), divided by a common denominator C, with integers. If it is not 0, neither is the
/// product over all signs of the roots, an integer; its other three factors are at most C·B each, where all parts
/// together are at most B. So the difference is at least 1 / (C^4 · B^3), and the error of the roots at most 2^-bits ·
/// B.
std::size_t bits_for_comparisons(std::span<const BatchNormChannel> channels, const BatchNormArguments& arguments) {
    std::size_t denominator = 0;
    std::size_t magnitude = 0;
    for (const BatchNormChannel& channel : channels) {
        const std::size_t square = bits_of(channel.square.get_num()) + bits_of(channel.square.get_den());
        denominator = std::max(denominator, bits_of(channel.scale.get_den()) + bits_of(channel.bias.get_den()) +
                                                bits_of(channel.mean.get_den()) + square);
        magnitude = std::max(magnitude, bits_of(channel.scale.get_num()) + bits_of(channel.bias.get_num()) +
                                            bits_of(channel.mean.get_num()) + square);
    }
    denominator += bits_of(arguments.denominator);
    magnitude += bits_of(arguments.largest) + 3;
    return 4 * (2 * denominator + magnitude) + 8;
}

/// Roots whose quotient is rational have approximations of the same quotient: then what is equal stays equal.
std::vector<BatchNormLine> lines_for_comparisons(std::span<const BatchNormChannel> channels,
                                                 const BatchNormArguments& arguments) {
    const std::size_t bits = bits_for_comparisons(channels, arguments);
    struct Root {
        const Rational* square;
        Rational inverse;
    };
    std::vector<Root> roots;
    std::vector<BatchNormLine> lines;
    for (const BatchNormChannel& channel : channels) {
        std::optional<Rational> inverse;
        if (const std::optional<Rational> root = rational_root(channel.square)) inverse = 1 / *root;
        for (std::size_t i = 0; i < roots.size() && !inverse; ++i)
            if (const std::optional<Rational> quotient = rational_root(*roots[i].square / channel.square))
                inverse = roots[i].inverse * *quotient;
        if (!inverse) {
            inverse = inverse_root(channel.square, bits);
            roots.push_back({&channel.square, *inverse});
        }
        lines.push_back(line_of(channel, channel.scale * *inverse));
    }
    return lines;
}
}  // namespace

int batch_norm_sign(const BatchNormChannel& channel, const Rational& x) {
    const Rational product = channel.scale * (x - channel.mean);
    const int left = sgn(product);
    const int right = sgn(channel.bias);
    if (left == right || right == 0) return left;
    if (left == 0) return right;
    // Of opposite signs: the larger one decides, and that is told by their squares.
    const int order = cmp(Rational(product * product), Rational(channel.bias * channel.bias * channel.square));
    return order > 0 ? left : order < 0 ? right : 0;
}

std::vector<BatchNormLine> batch_norm_lines(std::span<const BatchNormChannel> channels, BatchNormUse use,
                                            const std::optional<BatchNormArguments>& arguments) {
    if (use == BatchNormUse::scores && arguments) return lines_for_comparisons(channels, *arguments);
    std::vector<BatchNormLine> lines;
    lines.reserve(channels.size());
    for (const BatchNormChannel& channel : channels) {
        if (const std::optional<Rational> root = rational_root(channel.square))
            lines.push_back(line_of(channel, channel.scale / *root));
        else if (use == BatchNormUse::sign && arguments)
            lines.push_back(line_for_signs(channel, arguments->denominator));
        else
            lines.push_back(rounded_line(channel));
    }
    return lines;
}

}  // namespace sinew::read
