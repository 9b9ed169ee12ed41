// SPDX-License-Identifier: Apache-2.0
// Batch normalisation as one line a channel, the same for every format.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "exact/rational.hpp"

namespace sinew::read {

/// scale · (x - mean) / sqrt(square) + bias, square = variance + epsilon > 0.
struct BatchNormChannel {
    Rational scale;
    Rational bias;
    Rational mean;
    Rational square;
};

/// factor · x + shift
struct BatchNormLine {
    Rational factor;
    Rational shift;
};

/// What is made of the normalised numbers.
enum class BatchNormUse {
    sign,    ///< their signs alone, or the signs of maxima of them
    scores,  ///< they are compared with each other
    value,   ///< anything else
};

/// The numbers that are normalised, where they are whole multiples of 1/denominator up to `largest`.
struct BatchNormArguments {
    Integer denominator;
    Integer largest;
};

/// Lines with rational factors in place of scale / sqrt(square), which is irrational in general. Where that is a
/// rational, the line is exact. Else:
/// - sign, with arguments: every sign is that of the exact line (found by comparing squares). The factor is the nearest
///   double where that does, as nearly always, else one with more digits.
/// - scores, with arguments: every comparison of two channels, ties included, is that of the exact lines. Factors have
///   as many digits as a bound on how near such numbers can come to each other asks for, some hundreds.
/// - else: the factor is the nearest double, with a relative error of at most 2^-53.
/// The shift is bias - factor · mean, exactly.
std::vector<BatchNormLine> batch_norm_lines(std::span<const BatchNormChannel> channels, BatchNormUse use,
                                            const std::optional<BatchNormArguments>& arguments);

/// The sign of scale · (x - mean) / sqrt(square) + bias.
int batch_norm_sign(const BatchNormChannel& channel, const Rational& x);

}  // namespace sinew::read
