// Batch normalisation as one line, the same for every format.
#pragma once

#include <optional>

#include "exact/rational.hpp"

namespace sinew::read {

/// factor · x + shift
struct BatchNormLine {
    Rational factor;
    Rational shift;
};

/// scale · (x - mean) / sqrt(variance + epsilon) + bias. The factor scale / sqrt(variance + epsilon) is irrational in
/// general: it is taken as the double nearest to it (exactly where it is rational), relative error at most 2^-53, while
/// float32 programs compute it with a relative error near 2^-23. All else is exact. Absent where variance + epsilon is
/// not positive.
std::optional<BatchNormLine> batch_norm_line(const Rational& scale, const Rational& bias, const Rational& mean,
                                             const Rational& variance, const Rational& epsilon);

}  // namespace sinew::read
