// SPDX-License-Identifier: Apache-2.0
// Bounds from cones against all completions of what is known.
#include "cone/bounds.hpp"

#include <gtest/gtest.h>

#include "cone/search.hpp"
#include "support/random_binarized.hpp"
#include "threshold/fold.hpp"

namespace sinew::cone {
namespace {

struct Case {
    model::BinarizedNetwork network;
    threshold::ThresholdNetwork folded;
    threshold::Ball ball;
    threshold::ReducedNetwork reduced;

    explicit Case(Random& random) {
        support::BinarizedLimits limits;
        limits.most_inputs = 8;
        network = support::random_binarized(random, static_cast<model::InputKind>(random.below(3)), limits);
        folded = threshold::fold(network);
        const std::vector<Rational> input = support::random_input(random, network);
        threshold::Perturbation perturbation;
        perturbation.norm = random.chance(0.5) ? threshold::Norm::infinity : threshold::Norm::one;
        perturbation.radius = Rational(random.integer(1, 3));
        ball = threshold::ball_around(folded, input, perturbation);
        const std::size_t label = threshold::class_of(folded, threshold::evaluate(folded, ball.centre).scores);
        std::vector<std::size_t> targets;
        for (std::size_t c = 0; c < folded.class_count(); ++c)
            if (c != label) targets.push_back(c);
        reduced = threshold::reduce(folded, ball, label, targets, threshold::Ties::count);
    }
    bool decided_by_bounds() const {
        return reduced.targets.empty() ||
               std::any_of(reduced.targets.begin(), reduced.targets.end(),
                           [](const threshold::Target& target) { return target.wins.is_true(); });
    }
    bool wins(const std::vector<std::uint32_t>& digits) const {
        const std::vector<std::int64_t> values = reduced.evaluate(digits);
        return std::any_of(reduced.targets.begin(), reduced.targets.end(), [&](const threshold::Target& target) {
            return threshold::ReducedNetwork::value_of(target.wins, values);
        });
    }
    std::int64_t cost(const std::vector<std::uint32_t>& digits) const {
        std::int64_t cost = 0;
        for (std::size_t f = 0; f < digits.size(); ++f) cost += reduced.digits[f].cost[digits[f]];
        return cost;
    }
};

/// Whether some completion of the known bits wins (whatever the budget), as far as bits are ordered within digits.
bool can_win(const Case& test, const ConeBounds& bounds) {
    const std::size_t bits = bounds.bit_count();
    for (std::size_t phase = 0; phase < std::size_t{1} << bits; ++phase) {
        std::vector<std::uint32_t> digits(test.reduced.digit_count(), 0);
        bool fits = true;
        for (std::size_t b = 0; b < bits && fits; ++b) {
            const bool value = (phase >> b & 1U) != 0;
            const std::optional<bool> known = bounds.value(b);
            fits = !known || *known == value;
            digits[bounds.clusters().bits[b].digit] += value ? 1 : 0;
        }
        const bool affordable = !test.ball.budget || test.cost(digits) <= *test.ball.budget;
        if (fits && affordable && test.wins(digits)) return true;
    }
    return false;
}

TEST(ConeBounds, exclude_only_what_no_completion_wins) {
    Random random(5);
    int applied = 0;
    int excluded = 0;
    int deep = 0;
    for (int round = 0; round < 12000; ++round) {
        const Case test(random);
        if (test.decided_by_bounds()) continue;
        std::optional<ConeBounds> bounds = ConeBounds::make(test.reduced, test.ball, 1 + random.below(5), 1U << 24U);
        if (!bounds || bounds->bit_count() > 10) continue;
        ++applied;
        for (const ConeRow& row : bounds->clusters().rows) deep += row.rows.empty() ? 0 : 1;
        for (int step = 0; step < 12; ++step) {
            const std::size_t bit = random.below(bounds->bit_count());
            if (random.chance(0.3))
                bounds->set(bit, std::nullopt);
            else
                bounds->set(bit, random.chance(0.5));
            if (!bounds->excluded()) continue;
            ++excluded;
            ASSERT_FALSE(can_win(test, *bounds)) << "round " << round << ", step " << step;
        }
    }
    EXPECT_GT(applied, 200);
    EXPECT_GT(excluded, 200);
    EXPECT_GT(deep, 20);
}

TEST(ConeBounds, know_everything_when_all_bits_are_known) {
    Random random(6);
    int applied = 0;
    for (int round = 0; round < 8000; ++round) {
        const Case test(random);
        if (test.decided_by_bounds()) continue;
        std::optional<ConeBounds> bounds = ConeBounds::make(test.reduced, test.ball, 1 + random.below(5), 1U << 24U);
        if (!bounds) continue;
        ++applied;
        for (int step = 0; step < 6; ++step) {
            std::vector<std::uint32_t> digits;
            for (const threshold::FreeDigit& digit : test.reduced.digits)
                digits.push_back(static_cast<std::uint32_t>(random.below(digit.cost.size())));
            for (std::size_t b = 0; b < bounds->bit_count(); ++b) {
                const ConeBit bit = bounds->clusters().bits[b];
                bounds->set(b, digits[bit.digit] > bit.step);
            }
            const bool affordable = !test.ball.budget || test.cost(digits) <= *test.ball.budget;
            ASSERT_EQ(bounds->excluded(), !(affordable && test.wins(digits))) << "round " << round;
        }
    }
    EXPECT_GT(applied, 200);
}

TEST(ConeSearch, agrees_with_all_phases) {
    Random random(7);
    int found = 0;
    int none = 0;
    for (int round = 0; round < 4000; ++round) {
        const Case test(random);
        if (test.decided_by_bounds()) continue;
        std::optional<ConeSearch> search = ConeSearch::make(test.reduced, test.ball, 1);
        if (!search) continue;
        const Answer answer = search->solve({});
        const std::optional<ConeBounds> open = ConeBounds::make(test.reduced, test.ball, 10, 1U << 24U);
        if (open->bit_count() > 12) continue;
        ASSERT_EQ(answer == Answer::sat, can_win(test, *open)) << "round " << round;
        if (answer == Answer::sat) {
            ASSERT_TRUE(test.wins(search->values()));
            if (test.ball.budget) {
                ASSERT_LE(test.cost(search->values()), *test.ball.budget);
            }
        }
        ++(answer == Answer::sat ? found : none);
    }
    EXPECT_GT(found, 50);
    EXPECT_GT(none, 50);
}

}  // namespace
}  // namespace sinew::cone
