// SPDX-License-Identifier: Apache-2.0
// The network in single precision against the exact one, and what attacks by its gradients find.
#include "binarized/gradient_attack.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/random_binarized.hpp"
#include "threshold/fold.hpp"

using namespace sinew;

namespace {
const model::InputKind kinds[] = {model::InputKind::bits, model::InputKind::signs, model::InputKind::pixels};

std::vector<std::uint32_t> random_digits(Random& random, const threshold::ThresholdNetwork& network) {
    std::vector<std::uint32_t> digits;
    for (const threshold::Digit& digit : network.digits)
        digits.push_back(static_cast<std::uint32_t>(random.below(std::min(digit.step_count(), 9U) + 1)));
    return digits;
}

std::vector<float> entering(const threshold::ThresholdNetwork& network, const std::vector<std::uint32_t>& digits) {
    std::vector<float> values;
    for (std::size_t d = 0; d < digits.size(); ++d)
        values.push_back(static_cast<float>(network.digits[d].entering(digits[d])));
    return values;
}

bool holds(const threshold::ScoreCondition& condition, const std::vector<std::int64_t>& scores) {
    std::int64_t sum = 0;
    for (const auto& [score, factor] : condition.factors) sum += factor * scores[score];
    return sum >= condition.bound;
}

/// Some conditions over the scores, about as large as the scores are.
std::vector<threshold::ScoreCondition> random_conditions(Random& random, const threshold::ThresholdNetwork& network) {
    std::vector<threshold::ScoreCondition> conditions;
    const std::size_t scores = network.score_factor.size();
    for (std::size_t c = 0; c < 2; ++c) {
        threshold::ScoreCondition condition;
        condition.factors.emplace_back(random.below(scores), 1);
        const std::size_t other = random.below(scores);
        if (other != condition.factors[0].first) condition.factors.emplace_back(other, -2);
        condition.bound = random.integer(0, 8);
        conditions.push_back(condition);
    }
    return conditions;
}

/// All values of at most five digits, or some.
threshold::Ball random_ball(Random& random, const threshold::ThresholdNetwork& network) {
    threshold::Ball ball;
    ball.centre = random_digits(random, network);
    for (std::uint32_t d = 0; d < network.digits.size() && ball.free.size() < 5; ++d) {
        threshold::FreeDigit free;
        free.digit = d;
        free.centre = ball.centre[d];
        free.low = free.centre - std::min(free.centre, 1U);
        free.high = std::min(free.centre + 2, network.digits[d].step_count());
        free.cost.assign(free.high - free.low + 1, 0);
        if (free.low < free.high) ball.free.push_back(free);
    }
    return ball;
}

bool can_hold(const threshold::ThresholdNetwork& network, const threshold::Ball& ball,
              const std::vector<threshold::ScoreCondition>& conditions) {
    std::vector<std::uint32_t> digits = ball.centre;
    for (const threshold::FreeDigit& free : ball.free) digits[free.digit] = free.low;
    while (true) {
        const std::vector<std::int64_t> scores = threshold::evaluate(network, digits).scores;
        for (const threshold::ScoreCondition& condition : conditions)
            if (holds(condition, scores)) return true;
        std::size_t f = 0;
        while (f < ball.free.size() && digits[ball.free[f].digit] == ball.free[f].high) {
            digits[ball.free[f].digit] = ball.free[f].low;
            ++f;
        }
        if (f == ball.free.size()) return false;
        ++digits[ball.free[f].digit];
    }
}
}  // namespace

TEST(SoftNetwork, scores_are_those_of_exact_evaluation) {
    int compared = 0;
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        Random random(seed);
        const model::BinarizedNetwork network = support::random_binarized(random, kinds[seed % 3]);
        const threshold::ThresholdNetwork folded = threshold::fold(network);
        std::optional<threshold::SoftNetwork> soft = threshold::SoftNetwork::make(folded);
        if (!soft) continue;
        for (int i = 0; i < 3; ++i) {
            const std::vector<std::uint32_t> digits = random_digits(random, folded);
            soft->evaluate(entering(folded, digits));
            const std::vector<std::int64_t> expected = threshold::evaluate(folded, digits).scores;
            ASSERT_EQ(soft->scores().size(), expected.size());
            for (std::size_t s = 0; s < expected.size(); ++s)
                ASSERT_EQ(static_cast<std::int64_t>(soft->scores()[s]), expected[s]) << "seed " << seed;
            ++compared;
        }
    }
    EXPECT_GT(compared, 1000);
}

TEST(SoftNetwork, gradients_point_to_neurons_that_turn) {
    // One neuron [x - y >= 1], one score 3 · neuron: at x = y the neuron is just off, and x must grow or y fall.
    model::BinarizedNetwork network;
    network.input = model::InputKind::pixels;
    network.input_shape = {2};
    model::BinarizedLinear first;
    first.geometry = model::DenseShape{1, 2};
    first.weights = {1, -1};
    first.bias.push_back(Rational(-1));
    model::BinarizedLinear last;
    last.geometry = model::DenseShape{1, 1};
    last.weights = {3};
    network.operations = {first, model::BinaryActivation::sign, last};
    const threshold::ThresholdNetwork folded = threshold::fold(network);
    std::optional<threshold::SoftNetwork> soft = threshold::SoftNetwork::make(folded);
    ASSERT_TRUE(soft);
    const std::vector<float> score{1.0F};
    soft->evaluate(std::vector<float>{7, 7});
    soft->set_widths(1.0);
    const std::span<const float> near = soft->gradient(score);
    EXPECT_GT(near[0], 0);
    EXPECT_LT(near[1], 0);
    EXPECT_EQ(soft->scores()[0], -3);
    soft->evaluate(std::vector<float>{200, 7});  // far beyond a ramp as narrow as before
    EXPECT_EQ(soft->gradient(score)[0], 0);
    EXPECT_EQ(soft->scores()[0], 3);
}

TEST(GradientAttack, finds_only_what_holds_and_most_of_what_there_is) {
    int possible = 0;
    int found_of_them = 0;
    for (std::uint64_t seed = 0; seed < 600; ++seed) {
        Random random(seed);
        const model::BinarizedNetwork network = support::random_binarized(random, kinds[seed % 3]);
        const threshold::ThresholdNetwork folded = threshold::fold(network);
        std::optional<threshold::SoftNetwork> soft = threshold::SoftNetwork::make(folded);
        if (!soft) continue;
        const threshold::Ball ball = random_ball(random, folded);
        const std::vector<threshold::ScoreCondition> conditions = random_conditions(random, folded);
        binarized::GradientAttack attack(*soft, folded, ball, conditions, {});
        const auto found = attack.run(300, Limits{});
        const bool can = can_hold(folded, ball, conditions);
        possible += can ? 1 : 0;
        if (!found) continue;
        ASSERT_TRUE(can) << "seed " << seed;
        found_of_them += 1;
        std::vector<std::uint32_t> digits = ball.centre;
        for (std::size_t f = 0; f < found->size(); ++f) {
            ASSERT_LE((*found)[f], ball.free[f].high - ball.free[f].low);
            digits[ball.free[f].digit] = ball.free[f].low + (*found)[f];
        }
        const std::vector<std::int64_t> scores = threshold::evaluate(folded, digits).scores;
        EXPECT_TRUE(std::any_of(conditions.begin(), conditions.end(),
                                [&](const threshold::ScoreCondition& condition) { return holds(condition, scores); }))
            << "seed " << seed;
    }
    EXPECT_GT(possible, 100);
    EXPECT_GT(found_of_them, possible * 8 / 10) << possible;
}

TEST(GradientAttack, two_runs_are_one) {
    Random random(5);
    const model::BinarizedNetwork network = support::random_binarized(random, model::InputKind::pixels);
    const threshold::ThresholdNetwork folded = threshold::fold(network);
    std::optional<threshold::SoftNetwork> soft = threshold::SoftNetwork::make(folded);
    ASSERT_TRUE(soft);
    const threshold::Ball ball = random_ball(random, folded);
    threshold::ScoreCondition never;
    never.factors.emplace_back(0, 1);
    never.bound = 1'000'000;
    const std::vector<threshold::ScoreCondition> conditions{never};
    std::vector<std::uint32_t> best[2];
    std::size_t evaluations[2];
    for (int run = 0; run < 2; ++run) {
        binarized::GradientAttack attack(*soft, folded, ball, conditions, {});
        EXPECT_FALSE(attack.run(200, Limits{}));
        best[run] = attack.best_values();
        evaluations[run] = attack.evaluations();
    }
    EXPECT_EQ(best[0], best[1]);
    EXPECT_EQ(evaluations[0], evaluations[1]);
}
