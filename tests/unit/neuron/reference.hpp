// SPDX-License-Identifier: Apache-2.0
// Neurons by definition, for tests: activations at 500 bits of MPFR or from their formulas, nothing of src/neuron.
#pragma once

#include <cstdlib>
#include <string>

#include <mpfr.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "model/query.hpp"

namespace sinew::neuron {

/// From SINEW_NEURON_CASES, else `usual`.
inline std::size_t case_count(std::size_t usual) {
    const char* wanted = std::getenv("SINEW_NEURON_CASES");
    return wanted == nullptr ? usual : std::stoul(wanted);
}

/// A number of 500 bits.
class Real {
  public:
    explicit Real(const Rational& value) {
        mpfr_init2(value_, 500);
        mpfr_set_q(value_, value.get_mpq_t(), MPFR_RNDN);
    }
    Real(const Real&) = delete;
    Real& operator=(const Real&) = delete;
    ~Real() { mpfr_clear(value_); }
    mpfr_ptr get() { return value_; }

  private:
    mpfr_t value_;
};

/// round(height · act(s)), halves away from zero, for tanh and sigmoid. Where 500 bits might not decide: throws.
inline Integer rounded_smooth(model::ActivationKind kind, const Integer& height, const Rational& s) {
    if (kind == model::ActivationKind::sigmoid && s == 0) return (height + 1) / 2;
    Real x(s);
    if (kind == model::ActivationKind::tanh) {
        mpfr_tanh(x.get(), x.get(), MPFR_RNDN);
    } else {
        mpfr_neg(x.get(), x.get(), MPFR_RNDN);
        mpfr_exp(x.get(), x.get(), MPFR_RNDN);
        mpfr_add_ui(x.get(), x.get(), 1, MPFR_RNDN);
        mpfr_ui_div(x.get(), 1, x.get(), MPFR_RNDN);
    }
    mpfr_mul_z(x.get(), x.get(), height.get_mpz_t(), MPFR_RNDN);
    Real rounded(0);
    mpfr_round(rounded.get(), x.get());  // halves away from zero
    Real off(0);
    mpfr_sub(off.get(), x.get(), rounded.get(), MPFR_RNDN);
    mpfr_abs(off.get(), off.get(), MPFR_RNDN);
    mpfr_sub_d(off.get(), off.get(), 0.5, MPFR_RNDN);
    mpfr_abs(off.get(), off.get(), MPFR_RNDN);
    require(mpfr_cmp_d(off.get(), 0x1p-400) > 0, "500 bits decide every case of the tests");
    Integer result;
    mpfr_get_z(result.get_mpz_t(), rounded.get(), MPFR_RNDN);
    return result;
}

/// round(height · act(s)) from the activation's formula.
inline Integer rounded_activation(const model::Activation& activation, const Integer& height, const Rational& s) {
    using model::ActivationKind;
    Rational value;
    switch (activation.kind) {
        case ActivationKind::tanh:
        case ActivationKind::sigmoid:
            return rounded_smooth(activation.kind, height, s);
        case ActivationKind::identity:
            value = s;
            break;
        case ActivationKind::relu:
            value = s > 0 ? s : Rational(0);
            break;
        case ActivationKind::leaky_relu:
            value = s > 0 ? s : Rational(activation.slope * s);
            break;
        case ActivationKind::clip:
            value = s;
            if (activation.lower && value < *activation.lower) value = *activation.lower;
            if (activation.upper && value > *activation.upper) value = *activation.upper;
            break;
        case ActivationKind::sign:
            value = s < 0 ? -1 : 1;
            break;
        case ActivationKind::signum:
            value = sgn(s);
            break;
        case ActivationKind::hardlim:
            value = s < 0 ? 0 : 1;
            break;
        default:
            break;  // no neuron constraint
    }
    value *= height;
    Integer twice;  // |value| + 1/2 rounded down, with the sign of value
    const Rational magnitude = abs(value) + Rational(1, 2);
    mpz_fdiv_q(twice.get_mpz_t(), magnitude.get_num_mpz_t(), magnitude.get_den_mpz_t());
    return value < 0 ? Integer(-twice) : twice;
}

/// Every kind of activation that can be a neuron constraint.
inline model::Activation random_activation(Random& random) {
    using model::ActivationKind;
    const auto fraction = [&](long low, long high) {
        Rational value(random.integer(low, high), random.integer(1, 4));
        value.canonicalize();
        return value;
    };
    switch (random.below(12)) {
        case 0:
            return {ActivationKind::hardlim, 0, {}, {}};
        case 1:
            return {ActivationKind::sign, 0, {}, {}};
        case 2:
            return {ActivationKind::signum, 0, {}, {}};
        case 3:
            return {ActivationKind::identity, 0, {}, {}};
        case 4:
            return {ActivationKind::relu, 0, {}, {}};
        case 5:
            return {ActivationKind::leaky_relu, fraction(0, 5), {}, {}};
        case 6:
            return {ActivationKind::clip, 0, Rational(0), Rational(1)};
        case 7:
            return {ActivationKind::clip, 0, Rational(-1), Rational(1)};
        case 8:
            return {ActivationKind::clip, 0, random.chance(0.8) ? std::optional(fraction(-4, 2)) : std::nullopt,
                    random.chance(0.8) ? std::optional(fraction(-2, 4)) : std::nullopt};
        case 9:
            return {ActivationKind::sigmoid, 0, {}, {}};
        default:
            return {ActivationKind::tanh, 0, {}, {}};
    }
}

}  // namespace sinew::neuron
