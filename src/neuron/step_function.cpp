// SPDX-License-Identifier: Apache-2.0
#include "neuron/step_function.hpp"

#include <cmath>

#include "base/error.hpp"
#include "exact/transcendental.hpp"
#include "neuron/cut.hpp"

namespace sinew::neuron {

namespace {
/// Least sums are remembered for so many outputs; then the memory starts anew.
constexpr std::size_t most_known = 1 << 16;

std::size_t bits_of(const Integer& value) {
    return value == 0 ? 0 : mpz_sizeinbase(value.get_mpz_t(), 2);
}

/// floor((cut - offset)/scale), by enclosures of doubled precision: the number is irrational, so they separate it from
/// every integer in the end.
Integer floor_at(const TranscendentalCut& cut, const Rational& scale, const Rational& offset) {
    const std::size_t sizes = bits_of(scale.get_den()) + bits_of(offset.get_num()) + bits_of(cut.height.get_den());
    for (long bits = 64 + static_cast<long>(sizes);; bits *= 2) {
        const Enclosure at =
            cut.inverse == InverseKind::atanh ? enclose_atanh(cut.height, bits) : enclose_logit(cut.height, bits);
        Integer lower = floor((at.lower - offset) / scale);
        if (lower == floor((at.upper - offset) / scale)) return lower;
    }
}

IntegerInterval image_of(const model::Activation& activation, const Integer& height) {
    using model::ActivationKind;
    const auto rounded = [&](const Rational& value) { return ExtendedInteger(round_half_away(height * value)); };
    switch (activation.kind) {
        case ActivationKind::identity:
            return {};
        case ActivationKind::relu:
            return {0, ExtendedInteger::plus_infinity()};
        case ActivationKind::leaky_relu:
            return {activation.slope == 0 ? ExtendedInteger(0) : ExtendedInteger::minus_infinity(),
                    ExtendedInteger::plus_infinity()};
        case ActivationKind::clip: {
            IntegerInterval image;
            if (activation.upper) image.upper = rounded(*activation.upper);
            if (activation.lower)
                image.lower = activation.upper ? rounded(std::min(*activation.lower, *activation.upper))
                                               : rounded(*activation.lower);
            if (activation.lower && activation.upper && *activation.lower >= *activation.upper)
                image.lower = image.upper;
            return image;
        }
        case ActivationKind::hardlim:
        case ActivationKind::sigmoid:
            return {0, rounded(1)};
        case ActivationKind::sign:
        case ActivationKind::signum:
        case ActivationKind::tanh:
            return {rounded(-1), rounded(1)};
        default:
            return {};
    }
}
}  // namespace

Integer round_half_away(const Rational& value) {
    const Rational half(1, 2);
    return value >= 0 ? floor(value + half) : ceil(value - half);
}

StepFunction::StepFunction(model::Activation activation, Integer height, Rational scale, Rational offset)
    : activation_(std::move(activation)),
      height_(std::move(height)),
      scale_(std::move(scale)),
      offset_(std::move(offset)),
      smooth_(!model::is_piecewise_linear(activation_)) {
    require(model::is_monotone(activation_), "a neuron constraint's activation is monotone");
    require(height_ > 0 && scale_ > 0, "a step function is scaled by positive numbers");
    image_ = image_of(activation_, height_);
}

Integer StepFunction::value(const Integer& sum) const {
    if (smooth_) return smooth_value(sum);
    return round_half_away(height_ * model::apply(activation_, argument(sum)));
}

Integer StepFunction::smooth_value(const Integer& sum) const {
    const Rational s = argument(sum);
    Integer guess;
    if (bits_of(height_) < 48) {
        guess = Integer(std::round(height_.get_d() * model::apply(activation_, to_nearest(s))));
    } else {
        const auto bits = static_cast<long>(bits_of(height_) + 16);
        const Enclosure at =
            activation_.kind == model::ActivationKind::tanh ? enclose_tanh(s, bits) : enclose_sigmoid(s, bits);
        guess = round_half_away(height_ * at.lower);
    }
    // The guess is off by one at most where libm is sane; the steps decide.
    const ExtendedInteger at(sum);
    while (least_sum(guess) > at) --guess;
    while (least_sum(guess + 1) <= at) ++guess;
    return guess;
}

ExtendedInteger StepFunction::least_sum(const Integer& output) const {
    if (!output.fits_slong_p()) return find_least_sum(output);
    const long key = output.get_si();
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    if (known_.size() >= most_known) known_.clear();
    return known_.emplace(key, find_least_sum(output)).first->second;
}

ExtendedInteger StepFunction::find_least_sum(const Integer& output) const {
    // round(v) >= output iff v >= output - 1/2; for output <= 0 iff v > output - 1/2, as halves go away from zero.
    const Rational level = (output - Rational(1, 2)) / height_;
    const Cut at = cut(activation_, level, output > 0 ? Reaching::at_least : Reaching::above);
    if (std::holds_alternative<NeverReached>(at)) return ExtendedInteger::plus_infinity();
    if (std::holds_alternative<AlwaysReached>(at)) return ExtendedInteger::minus_infinity();
    if (const auto* cut = std::get_if<TranscendentalCut>(&at)) return Integer(floor_at(*cut, scale_, offset_) + 1);
    const auto& [value, included] = std::get<RationalCut>(at);
    const Rational sum = (value - offset_) / scale_;
    return included ? ceil(sum) : Integer(floor(sum) + 1);
}

ExtendedInteger StepFunction::greatest_sum(const Integer& output) const {
    const ExtendedInteger above = least_sum(output + 1);
    return above.finite() ? ExtendedInteger(Integer(above.value() - 1)) : above;
}

ExtendedInteger StepFunction::value(const ExtendedInteger& sum) const {
    if (sum.finite()) return value(sum.value());
    return sum.is_minus_infinity() ? image_.lower : image_.upper;
}

ExtendedInteger StepFunction::least_sum(const ExtendedInteger& output) const {
    return output.finite() ? least_sum(output.value()) : output;
}

ExtendedInteger StepFunction::greatest_sum(const ExtendedInteger& output) const {
    return output.finite() ? greatest_sum(output.value()) : output;
}

}  // namespace sinew::neuron
