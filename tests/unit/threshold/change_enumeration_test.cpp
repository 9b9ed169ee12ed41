// SPDX-License-Identifier: Apache-2.0
#include "threshold/change_enumeration.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"

namespace sinew::threshold {
namespace {

using States = std::vector<std::uint64_t>;

struct Problem {
    std::vector<std::int64_t> distance;
    std::vector<Change> changes;
    std::int64_t budget = 0;
};

States states_of(const std::vector<std::int64_t>& distance) {
    States states((distance.size() + 63) / 64, 0);
    for (std::size_t j = 0; j < distance.size(); ++j)
        if (distance[j] >= 0) states[j / 64] |= std::uint64_t{1} << (j % 64);
    return states;
}

/// The least cost of each state, by trying all sets; `count` of sets within the budget.
std::map<States, std::int64_t> brute_force(const Problem& problem, double& count) {
    std::map<States, std::int64_t> least;
    count = 0;
    for (std::uint32_t set = 0; set < (1U << problem.changes.size()); ++set) {
        std::vector<std::int64_t> distance = problem.distance;
        std::int64_t cost = 0;
        std::uint64_t inputs = 0;
        bool valid = true;
        for (std::size_t i = 0; i < problem.changes.size(); ++i) {
            if ((set >> i & 1U) == 0) continue;
            const Change& change = problem.changes[i];
            valid = valid && (inputs >> change.input & 1U) == 0;
            inputs |= std::uint64_t{1} << change.input;
            cost += change.cost;
            for (std::size_t j = 0; j < distance.size(); ++j) distance[j] += change.movement[j];
        }
        if (!valid || cost > problem.budget) continue;
        ++count;
        const auto [at, added] = least.try_emplace(states_of(distance), cost);
        at->second = std::min(at->second, cost);
    }
    return least;
}

Problem random_problem(Random& random) {
    Problem problem;
    const std::size_t neurons = 1 + random.below(20);
    const std::int64_t scale = random.below(3) == 0 ? 100 : 2;  // 100 needs the wider fields
    for (std::size_t j = 0; j < neurons; ++j)
        problem.distance.push_back(static_cast<std::int64_t>(random.below(12)) * scale / 2 - 3 * scale);
    const std::size_t changes = random.below(11);
    for (std::size_t i = 0; i < changes; ++i) {
        Change change;
        change.input = static_cast<std::uint32_t>(random.below(8));
        change.cost = 1 + static_cast<std::int64_t>(random.below(4));
        for (std::size_t j = 0; j < neurons; ++j)
            change.movement.push_back(static_cast<std::int32_t>(random.below(3) * scale) -
                                      static_cast<std::int32_t>(scale));
        problem.changes.push_back(std::move(change));
    }
    problem.budget = static_cast<std::int64_t>(random.below(9));
    if (random.below(5) == 0) {  // budgets beyond all tables
        for (Change& change : problem.changes) change.cost *= 1000;
        problem.budget *= 1000;
    }
    return problem;
}

TEST(ChangeEnumeration, ShowsWhatBruteForceFinds) {
    Random random(11);
    for (int round = 0; round < 1500; ++round) {
        const Problem problem = random_problem(random);
        double count = 0;
        const auto expected = brute_force(problem, count);
        ChangeEnumeration enumeration(problem.distance, problem.changes, problem.budget);
        EXPECT_GE(enumeration.choices(), count);
        if (problem.budget < 1000) {
            EXPECT_EQ(enumeration.choices(), count);
        }
        const States unchanged = states_of(problem.distance);
        std::map<States, std::int64_t> seen{{unchanged, 0}};
        const auto result = enumeration.run(
            [&](std::span<const std::uint64_t> states, std::int64_t cost) {
                std::vector<std::int64_t> distance = problem.distance;
                std::int64_t paid = 0;
                for (const std::uint32_t i : enumeration.chosen()) {
                    paid += problem.changes[i].cost;
                    for (std::size_t j = 0; j < distance.size(); ++j) distance[j] += problem.changes[i].movement[j];
                }
                const States shown(states.begin(), states.end());
                EXPECT_EQ(shown, states_of(distance));
                EXPECT_EQ(paid, cost);
                EXPECT_LE(cost, problem.budget);
                seen.try_emplace(shown, cost);
                return false;
            },
            {});
        EXPECT_EQ(result, ChangeEnumeration::Result::exhausted);
        ASSERT_EQ(seen.size(), expected.size()) << "round " << round;
        for (const auto& [states, cost] : expected) EXPECT_TRUE(seen.contains(states));
    }
}

TEST(ChangeEnumeration, StopsWhenAskedTo) {
    const std::vector<std::int64_t> distance{0, 1};
    const std::vector<Change> changes{{0, 1, {-1, 0}}, {1, 1, {0, -2}}};
    ChangeEnumeration enumeration(distance, changes, 2);
    int calls = 0;
    const auto result = enumeration.run([&](auto, auto) { return ++calls == 2; }, {});
    EXPECT_EQ(result, ChangeEnumeration::Result::stopped);
    EXPECT_EQ(calls, 2);
    EXPECT_FALSE(enumeration.chosen().empty());
}

TEST(ChangeEnumeration, KeepsLimits) {
    Random random(5);
    std::vector<std::int64_t> distance(64);
    for (std::int64_t& d : distance) d = static_cast<std::int64_t>(random.below(21)) - 10;
    std::vector<Change> changes(600);
    for (std::uint32_t i = 0; i < changes.size(); ++i) {
        changes[i].input = i;
        for (std::size_t j = 0; j < distance.size(); ++j) changes[i].movement.push_back(random.below(2) == 0 ? 2 : -2);
    }
    ChangeEnumeration enumeration(distance, changes, 5);
    EXPECT_GT(enumeration.choices(), 1e11);
    const auto result = enumeration.run([](auto, auto) { return false; }, Limits(0.05, std::nullopt, nullptr));
    EXPECT_EQ(result, ChangeEnumeration::Result::limit);
}

TEST(ChangeEnumeration, RefusesWhatMakesNoSense) {
    const std::vector<std::int64_t> distance{0};
    EXPECT_THROW(ChangeEnumeration(distance, std::vector<Change>{{0, 0, {1}}}, 1), UsageError);
    EXPECT_THROW(ChangeEnumeration(distance, std::vector<Change>{{0, 1, {1, 2}}}, 1), UsageError);
    EXPECT_THROW(ChangeEnumeration(distance, {}, -1), UsageError);
}

}  // namespace
}  // namespace sinew::threshold
