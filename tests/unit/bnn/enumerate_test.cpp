// SPDX-License-Identifier: Apache-2.0
#include "bnn/enumerate.hpp"

#include <numeric>

#include <gtest/gtest.h>

#include "support/random_binarized.hpp"
#include "threshold/fold.hpp"

namespace sinew::bnn {
namespace {

/// Calls visit(values, cost) for every choice of digits in the ball, whatever it costs.
template <class Visit>
void for_each_choice(const threshold::ReducedNetwork& network, bool by_cost, Visit&& visit) {
    std::vector<std::uint32_t> values(network.digit_count(), 0);
    for (;;) {
        std::int64_t cost = 0;
        for (std::size_t d = 0; d < values.size(); ++d) {
            const threshold::FreeDigit& digit = network.digits[d];
            const bool changed = digit.low + values[d] != digit.centre;
            cost += by_cost ? digit.cost[values[d]] : static_cast<std::int64_t>(changed);
        }
        visit(values, cost);
        std::size_t d = 0;
        while (d < values.size() && values[d] == network.digits[d].high - network.digits[d].low) values[d++] = 0;
        if (d == values.size()) return;
        ++values[d];
    }
}

bool wins(const threshold::ReducedNetwork& network, const std::vector<std::uint32_t>& digits) {
    const std::vector<std::int64_t> values = network.evaluate(digits);
    for (const threshold::Target& target : network.targets)
        if (threshold::ReducedNetwork::value_of(target.wins, values)) return true;
    return false;
}

TEST(Enumerate, FindsTheLeastCostThatBruteForceFinds) {
    Random random(21);
    int applied = 0;
    int found = 0;
    for (int round = 0; round < 1200; ++round) {
        const auto kind = static_cast<model::InputKind>(random.below(3));
        support::BinarizedLimits limits;
        limits.most_inputs = 7;
        const model::BinarizedNetwork network = support::random_binarized(random, kind, limits);
        const threshold::ThresholdNetwork folded = threshold::fold(network);
        if (folded.class_count() < 2) continue;
        const std::vector<Rational> input = support::random_input(random, network);
        threshold::Perturbation perturbation;
        perturbation.norm = static_cast<threshold::Norm>(random.below(4));
        perturbation.radius = Rational(1 + random.integer(0, 2));
        const threshold::Ball ball = threshold::ball_around(folded, input, perturbation);
        const std::size_t label = threshold::class_of(folded, threshold::evaluate(folded, ball.centre).scores);
        std::vector<std::size_t> targets;
        for (std::size_t c = 0; c < folded.class_count(); ++c)
            if (c != label) targets.push_back(c);
        const threshold::ReducedNetwork reduced =
            threshold::reduce(folded, ball, label, targets, threshold::Ties::do_not_count);
        double choices = 1;
        for (const threshold::FreeDigit& digit : reduced.digits) choices *= digit.high - digit.low + 1;
        if (choices > 4000) continue;
        ++applied;
        const std::int64_t most = ball.budget ? *ball.budget : static_cast<std::int64_t>(reduced.digit_count());
        std::int64_t least = most + 1;
        for_each_choice(reduced, ball.budget.has_value(), [&](const auto& digits, std::int64_t cost) {
            if (cost < least && wins(reduced, digits)) least = cost;
        });
        for (std::int64_t cost = 0; cost <= std::min<std::int64_t>(most, 12); ++cost) {
            const Enumeration answer = enumerate(reduced, ball, {}, cost);
            ASSERT_EQ(answer.answer, cost >= least ? Answer::sat : Answer::unsat) << "round " << round;
            if (cost < least) continue;
            EXPECT_EQ(answer.cost, least);  // the first cost at which there is any
            EXPECT_TRUE(wins(reduced, answer.values));
            ++found;
            break;
        }
    }
    EXPECT_GT(applied, 300);
    EXPECT_GT(found, 30);
}

}  // namespace
}  // namespace sinew::bnn
