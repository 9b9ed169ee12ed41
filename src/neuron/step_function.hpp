// SPDX-License-Identifier: Apache-2.0
// A neuron's output as a nondecreasing function of one integer, with its exact steps.
#pragma once

#include <unordered_map>

#include "model/activation.hpp"
#include "neuron/extended_integer.hpp"

namespace sinew::neuron {

/// The integer nearest to `value`, halves away from zero: 5/2 gives 3, -5/2 gives -3.
Integer round_half_away(const Rational& value);

/// f(S) = round(height · act(scale·S + offset)) for integers S, nondecreasing. Everything about it follows from
/// least_sum(). Steps of smooth activations are found by certified enclosures of atanh and logit, some microseconds
/// each for outputs up to 10^6 and little more beyond, and remembered; so one object is for one thread at a time (a
/// copy has memory of its own).
class StepFunction {
  public:
    /// `activation` must be monotone; height > 0, scale > 0.
    StepFunction(model::Activation activation, Integer height, Rational scale, Rational offset);

    /// f(sum), exactly.
    Integer value(const Integer& sum) const;
    /// The least S with f(S) >= output: -∞ if every S has it, +∞ if none does.
    ExtendedInteger least_sum(const Integer& output) const;
    /// The greatest S with f(S) <= output: +∞ if every S has it, -∞ if none does.
    ExtendedInteger greatest_sum(const Integer& output) const;
    /// f at the infinities: its least and greatest values, infinite where it is unbounded.
    const IntegerInterval& image() const { return image_; }

    /// f at a bound of the sum.
    ExtendedInteger value(const ExtendedInteger& sum) const;
    ExtendedInteger least_sum(const ExtendedInteger& output) const;
    ExtendedInteger greatest_sum(const ExtendedInteger& output) const;

    const model::Activation& activation() const { return activation_; }
    const Integer& height() const { return height_; }
    const Rational& scale() const { return scale_; }
    const Rational& offset() const { return offset_; }
    /// scale·sum + offset: the activation's argument.
    Rational argument(const Integer& sum) const { return scale_ * sum + offset_; }

  private:
    Integer smooth_value(const Integer& sum) const;
    ExtendedInteger find_least_sum(const Integer& output) const;

    model::Activation activation_;
    Integer height_;
    Rational scale_, offset_;
    bool smooth_;
    IntegerInterval image_;
    mutable std::unordered_map<long, ExtendedInteger> known_;  ///< least sums found so far
};

}  // namespace sinew::neuron
