// SPDX-License-Identifier: Apache-2.0
// Sums of functions of few bits, against enumeration of all bits.
#include "phase/local_sum.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.hpp"

using namespace sinew;
using phase::BitPhase;
using phase::LocalSum;

namespace {
std::vector<std::uint32_t> random_scope(Random& random, std::size_t bits, std::size_t most) {
    std::vector<std::uint32_t> scope;
    const std::size_t size = 1 + random.below(most);
    while (scope.size() < size) {
        const auto bit = static_cast<std::uint32_t>(random.below(bits));
        if (std::find(scope.begin(), scope.end(), bit) == scope.end()) scope.push_back(bit);
    }
    std::sort(scope.begin(), scope.end());
    return scope;
}

LocalSum random_sum(Random& random, std::size_t bits) {
    LocalSum sum(bits);
    sum.add_constant(random.integer(-9, 9));
    for (std::size_t t = random.below(10); t > 0; --t) {
        const std::vector<std::uint32_t> scope = random_scope(random, bits, 4);
        std::vector<std::int32_t> table(std::size_t{1} << scope.size());
        for (std::int32_t& value : table) value = static_cast<std::int32_t>(random.integer(-5, 5));
        sum.add(scope, table);
    }
    for (std::size_t t = random.below(4); t > 0; --t) {
        std::vector<BitPhase> together;
        for (const std::uint32_t bit : random_scope(random, bits, 3)) together.push_back({bit, random.chance(0.5)});
        sum.forbid(together);
    }
    return sum;
}

std::optional<std::int64_t> greatest(const LocalSum& sum) {
    std::optional<std::int64_t> best;
    for (std::uint32_t index = 0; index < 1U << sum.bit_count(); ++index) {
        std::vector<bool> bits;
        for (std::size_t b = 0; b < sum.bit_count(); ++b) bits.push_back((index >> b & 1U) != 0);
        if (sum.allows(bits)) best = std::max(best.value_or(sum.value(bits)), sum.value(bits));
    }
    return best;
}
}  // namespace

TEST(LocalSum, maximum_is_that_of_enumeration) {
    int possible = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Random random(seed);
        const LocalSum sum = random_sum(random, 5 + random.below(6));
        const std::optional<std::int64_t> best = greatest(sum);
        const auto found = sum.maximise(12, std::size_t{1} << 20, Limits{});
        ASSERT_TRUE(found && found->exact);
        if (!best) {  // everything is forbidden
            EXPECT_LT(found->bound, -1000) << seed;
            continue;
        }
        ++possible;
        EXPECT_EQ(found->bound, *best) << seed;
        EXPECT_TRUE(sum.allows(found->bits)) << seed;
        EXPECT_EQ(sum.value(found->bits), *best) << seed;
    }
    EXPECT_GT(possible, 1500);
}

TEST(LocalSum, narrow_tables_bound_the_maximum_from_above) {
    int split = 0;
    int loose = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Random random(seed);
        const LocalSum sum = random_sum(random, 10);
        const std::optional<std::int64_t> best = greatest(sum);
        const auto found = sum.maximise(2, random.chance(0.5) ? 20 : 1000, Limits{});
        ASSERT_TRUE(found);
        if (!best) continue;
        EXPECT_GE(found->bound, *best) << seed;
        EXPECT_TRUE(!found->exact || found->bound == *best) << seed;
        split += found->exact ? 0 : 1;
        loose += found->bound > *best ? 1 : 0;
    }
    EXPECT_GT(split, 100);
    EXPECT_GT(loose, 10);
}

TEST(LocalSum, a_long_chain_needs_small_tables) {
    // Neighbours should differ, and the first bit should be true.
    const std::size_t bits = 1000;
    LocalSum sum(bits);
    for (std::uint32_t b = 0; b + 1 < bits; ++b) sum.add({b, b + 1}, std::vector<std::int32_t>{0, 1, 1, 0});
    sum.add({0}, std::vector<std::int32_t>{0, 1});
    const auto found = sum.maximise(4, 10000, Limits{});
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->exact);
    EXPECT_EQ(found->width, 1U);
    EXPECT_EQ(found->bound, 1000);
    EXPECT_TRUE(found->bits[0]);
    EXPECT_FALSE(found->bits[999]);
}

TEST(LocalSum, values_that_do_not_fit_are_noticed) {
    LocalSum sum(1);
    sum.add({0}, std::vector<std::int32_t>{0, 1 << 21});
    EXPECT_FALSE(sum.too_large());
    sum.add({0}, std::vector<std::int32_t>{-(1 << 21), 0});
    EXPECT_TRUE(sum.too_large());
}
