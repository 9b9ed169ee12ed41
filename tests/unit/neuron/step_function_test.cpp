// SPDX-License-Identifier: Apache-2.0
// Steps and values of neurons against their definition, with MPFR at 500 bits beside.
#include "neuron/step_function.hpp"

#include <gtest/gtest.h>

#include "reference.hpp"

namespace sinew::neuron {
namespace {
using model::Activation;
using model::ActivationKind;

const Activation tanh_step{ActivationKind::tanh, 0, {}, {}};

TEST(RoundHalfAway, GoesAwayFromZero) {
    EXPECT_EQ(round_half_away(Rational(5, 2)), 3);
    EXPECT_EQ(round_half_away(Rational(-5, 2)), -3);
    EXPECT_EQ(round_half_away(Rational(-1, 2)), -1);
    EXPECT_EQ(round_half_away(Rational(1, 2)), 1);
    EXPECT_EQ(round_half_away(Rational(49, 100)), 0);
    EXPECT_EQ(round_half_away(Rational(-49, 100)), 0);
}

/// At each y, the least sum reaches y and the one before does not: at 500 bits.
void expect_exact_steps(const Activation& activation, const Integer& p, const Rational& scale, const Rational& offset,
                        const Integer& from, const Integer& to, long stride) {
    const StepFunction step(activation, p, scale, offset);
    for (Integer y = from; y <= to; y += stride) {
        const ExtendedInteger least = step.least_sum(y);
        ASSERT_TRUE(least.finite()) << y;
        const Integer at = least.value();
        const Integer before = at - 1;
        const Integer reached = rounded_activation(activation, p, step.argument(at));
        const Integer missed = rounded_activation(activation, p, step.argument(before));
        ASSERT_GE(reached, y) << at;
        ASSERT_LT(missed, y) << at;
        ASSERT_EQ(step.value(at), reached);
        ASSERT_EQ(step.value(before), missed);
        ASSERT_EQ(step.greatest_sum(Integer(y - 1)), ExtendedInteger(before));
    }
}

TEST(StepFunction, EveryBoundaryOfTansig) {
    // p = 10^6 has 2,000,000 boundaries: with SINEW_NEURON_CASES above that all of them are looked at.
    for (const long p : {10L, 1000L, 1'000'000L}) {
        const long boundaries = 2 * p;
        const auto wanted = static_cast<long>(case_count(8000));
        const long stride = std::max(1L, boundaries / wanted);
        expect_exact_steps(tanh_step, p, Rational(1, p), 0, -p + 1, p, stride);
        expect_exact_steps(tanh_step, p, Rational(1, Integer(p) * 997), Rational(1, 3), -p + 1, p, 7 * stride);
    }
}

TEST(StepFunction, EveryBoundaryOfSigmoid) {
    const Activation sigmoid{ActivationKind::sigmoid, 0, {}, {}};
    for (const long p : {1L, 2L, 10L, 999L, 1000L})
        expect_exact_steps(sigmoid, p, Rational(1, p), Rational(-1, 7), 1, p, 1);
    expect_exact_steps(sigmoid, 1, 1, 0, 1, 1, 1);  // sigmoid(0) = 1/2 rounds up
}

TEST(StepFunction, HugePrecisionAndHugeSums) {
    const Integer p("1000000000000000000000000000000");  // 10^30
    for (const char* y : {"1", "-1", "0", "999999999999999999999999999999", "-999999999999999999999999999998",
                          "123456789012345678901234567890"})
        expect_exact_steps(tanh_step, p, Rational(Integer(1), Integer(p * 1000)), Rational(1, 3), Integer(y),
                           Integer(y), 1);
    const StepFunction step(tanh_step, 1000, Rational(1, 1000), 0);
    Integer huge;
    mpz_ui_pow_ui(huge.get_mpz_t(), 10, 60);
    EXPECT_EQ(step.value(huge), 1000);
    EXPECT_EQ(step.value(Integer(-huge)), -1000);
    EXPECT_EQ(step.least_sum(huge), ExtendedInteger::plus_infinity());
    EXPECT_EQ(step.least_sum(Integer(-huge)), ExtendedInteger::minus_infinity());
    const StepFunction linear({ActivationKind::identity, 0, {}, {}}, huge, Rational(Integer(1), huge), 0);
    EXPECT_EQ(linear.value(huge), huge);
    EXPECT_EQ(linear.least_sum(huge), ExtendedInteger(huge));
}

TEST(StepFunction, RandomActivationsAgreeWithTheirDefinition) {
    Random random(5);
    for (std::size_t i = 0; i < case_count(3000); ++i) {
        const Activation activation = random_activation(random);
        const std::vector<long> precisions = {1, 2, 3, 10, 97, 1000, 1'000'000};
        const long p = precisions[random.below(precisions.size())];
        Rational scale(random.integer(1, 20), random.integer(1, 40));
        Rational offset(random.integer(-30, 30), random.integer(1, 10));
        scale.canonicalize();
        offset.canonicalize();
        const StepFunction step(activation, p, scale, offset);
        std::optional<Integer> last;
        for (long s = -12; s <= 12; ++s) {
            const Integer value = step.value(Integer(s));
            ASSERT_EQ(value, rounded_activation(activation, p, scale * s + offset))
                << model::to_string(activation) << " p " << p << " scale " << scale << " offset " << offset;
            ASSERT_TRUE(step.image().contains(value));
            ASSERT_LE(step.least_sum(value), ExtendedInteger(s));
            ASSERT_GE(step.greatest_sum(value), ExtendedInteger(s));
            if (last && *last < value) {
                ASSERT_EQ(step.least_sum(value), ExtendedInteger(s));
                ASSERT_EQ(step.greatest_sum(*last), ExtendedInteger(s - 1));
            }
            last = value;
        }
        for (const ExtendedInteger& end : {step.image().lower, step.image().upper})
            if (end.finite()) {
                const bool upper = end == step.image().upper;
                const Integer far = upper ? Integer(1'000'000'000) : Integer(-1'000'000'000);
                ASSERT_EQ(step.value(far), end.value()) << model::to_string(activation);
            }
    }
}

TEST(StepFunction, ConstantActivation) {
    const StepFunction step({ActivationKind::clip, 0, Rational(3), Rational(2)}, 10, 1, 0);
    EXPECT_EQ(step.image(), (IntegerInterval{20, 20}));
    EXPECT_EQ(step.least_sum(Integer(20)), ExtendedInteger::minus_infinity());
    EXPECT_EQ(step.least_sum(Integer(21)), ExtendedInteger::plus_infinity());
    EXPECT_THROW(StepFunction({ActivationKind::leaky_relu, -1, {}, {}}, 1, 1, 0), ContractBreach);
    EXPECT_THROW(StepFunction(tanh_step, 0, 1, 0), ContractBreach);
}

}  // namespace
}  // namespace sinew::neuron
