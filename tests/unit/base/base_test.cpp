// SPDX-License-Identifier: Apache-2.0
// The foundation's small parts: errors, limits, random numbers, backtracking, options, statistics.
#include <atomic>
#include <cmath>
#include <set>
#include <thread>
#include <unordered_set>

#include <gtest/gtest.h>

#include "base/backtrack_vector.hpp"
#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/random.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "base/strong_id.hpp"

namespace sinew {
namespace {

TEST(Error, says_where_what_and_what_was_expected) {
    const InputError error({"net.dnn", 3, 7}, "found 'y'", "a number");
    EXPECT_STREQ(error.what(), "net.dnn:3:7: found 'y' (expected a number)");
    EXPECT_EQ(error.location().line, 3U);
    EXPECT_STREQ(InputError({"net.onnx", 0, 0}, "is empty").what(), "net.onnx: is empty");
    EXPECT_STREQ(InputError({"", 4, 0}, "is empty").what(), "line 4: is empty");
    EXPECT_STREQ(InputError({}, "is empty").what(), "is empty");
}

TEST(Error, require_names_the_promise) {
    EXPECT_NO_THROW(require(true, "fine"));
    try {
        require(false, "rows fit");
        FAIL();
    } catch (const ContractBreach& breach) {
        EXPECT_NE(std::string(breach.what()).find("rows fit"), std::string::npos);
        EXPECT_NE(std::string(breach.what()).find("base_test.cpp"), std::string::npos);
    }
}

TEST(Limits, none_is_never_reached) {
    EXPECT_EQ(Limits().reached(), StopReason::none);
    EXPECT_TRUE(std::isinf(Limits().seconds_left()));
    EXPECT_EQ(Limits(1e300, std::nullopt, nullptr).reached(), StopReason::none);
    EXPECT_EQ(Limits(std::numeric_limits<double>::infinity(), std::nullopt, nullptr).reached(), StopReason::none);
}

TEST(Limits, time_memory_and_interrupt) {
    EXPECT_EQ(Limits(0.0, std::nullopt, nullptr).reached(), StopReason::timeout);
    EXPECT_EQ(Limits(1000.0, std::nullopt, nullptr).reached(), StopReason::none);
    EXPECT_GT(Limits(1000.0, std::nullopt, nullptr).seconds_left(), 900);
    EXPECT_EQ(Limits(std::nullopt, std::size_t{1}, nullptr).reached(), StopReason::memory);
    std::atomic<bool> interrupt = false;
    const Limits interruptible(std::nullopt, std::nullopt, &interrupt);
    EXPECT_FALSE(interruptible.exceeded());
    interrupt = true;
    EXPECT_EQ(interruptible.reached(), StopReason::interrupted);
    EXPECT_GT(resident_memory(), std::size_t{1} << 20);
}

TEST(Limits, check_throws_the_reason) {
    EXPECT_NO_THROW(throw_if_reached(Limits(1000.0, std::nullopt, nullptr)));
    try {
        throw_if_reached(Limits(0.0, std::nullopt, nullptr));
        FAIL();
    } catch (const LimitReached& limit) {
        EXPECT_EQ(limit.reason(), StopReason::timeout);
        EXPECT_STREQ(limit.what(), "time limit reached");
    }
}

TEST(Limits, a_deadline_is_neither_early_nor_late) {
    for (const double seconds : {0.003, 0.02, 0.05}) {
        const Limits::Clock::time_point begin = Limits::Clock::now();
        const Limits limits(seconds, std::nullopt, nullptr);
        while (!limits.exceeded()) {
        }
        const double passed = std::chrono::duration<double>(Limits::Clock::now() - begin).count();
        EXPECT_GE(passed, seconds);
        EXPECT_LT(passed, seconds + 0.5);  // a loaded machine
    }
}

TEST(LimitScope, is_what_this_thread_looks_at) {
    EXPECT_NO_THROW(check_limits());
    {
        const LimitScope outer(Limits(1000.0, std::nullopt, nullptr));
        EXPECT_NO_THROW(check_limits());
        {
            const LimitScope inner(Limits(0.0, std::nullopt, nullptr));
            EXPECT_THROW(check_limits(), LimitReached);
            bool other_thread_is_free = false;
            std::thread([&] {
                check_limits();
                other_thread_is_free = current_limits().reached() == StopReason::none;
            }).join();
            EXPECT_TRUE(other_thread_is_free);
        }
        EXPECT_NO_THROW(check_limits());
        EXPECT_LT(current_limits().seconds_left(), 1001);
    }
    EXPECT_NO_THROW(check_limits());
    EXPECT_TRUE(std::isinf(current_limits().seconds_left()));
}

TEST(Limits, within_never_widens) {
    EXPECT_EQ(Limits().within(0).reached(), StopReason::timeout);
    EXPECT_LT(Limits().within(10).seconds_left(), 11);
    EXPECT_LT(Limits(10.0, std::nullopt, nullptr).within(1000).seconds_left(), 11);
    EXPECT_EQ(Limits(std::nullopt, std::size_t{1}, nullptr).within(1000).reached(), StopReason::memory);
    std::atomic<bool> interrupt = true;
    EXPECT_EQ(Limits(std::nullopt, std::nullopt, &interrupt).within(1000).reached(), StopReason::interrupted);
}

TEST(Random, is_the_same_everywhere) {
    // SplitMix64's published outputs for seed 1234567.
    sinew::Random random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317ULL);
    EXPECT_EQ(random.next(), 3203168211198807973ULL);
    EXPECT_EQ(random.next(), 9817491932198370423ULL);
}

TEST(Random, ranges_hold_and_are_reached) {
    sinew::Random random(5);
    std::set<std::int64_t> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::int64_t value = random.integer(-2, 3);
        ASSERT_GE(value, -2);
        ASSERT_LE(value, 3);
        seen.insert(value);
        const double real = random.uniform();
        ASSERT_GE(real, 0);
        ASSERT_LT(real, 1);
        ASSERT_EQ(random.integer(7, 7), 7);
    }
    EXPECT_EQ(seen.size(), 6U);
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1));
}

/// Against a vector that is copied whole at every level.
TEST(BacktrackVector, returns_to_what_it_was) {
    sinew::Random random(6);
    BacktrackVector<int> tested(8, 0);
    std::vector<std::vector<int>> snapshots;
    std::vector<int> current(8, 0);
    for (int step = 0; step < 5000; ++step) {
        const double kind = random.uniform();
        if (kind < 0.6) {
            const auto index = static_cast<std::size_t>(random.below(8));
            const int value = static_cast<int>(random.integer(0, 99));
            tested.set(index, value);
            current[index] = value;
        } else if (kind < 0.8) {
            tested.new_level();
            snapshots.push_back(current);
        } else if (!snapshots.empty()) {
            const auto level = static_cast<std::size_t>(random.below(snapshots.size()));
            tested.backtrack(level);
            current = snapshots[level];
            snapshots.resize(level);
        }
        ASSERT_EQ(tested.level(), snapshots.size());
        for (std::size_t i = 0; i < 8; ++i) ASSERT_EQ(tested[i], current[i]);
    }
}

struct Example {
    bool flag = false;
    std::int64_t count = 3;
    double share = 0.5;
    std::uint64_t seed = 0;
};

const OptionTable<Example>& example_table() {
    static const OptionRow<Example> rows[] = {{"flag", &Example::flag, 0, 1, "a flag"},
                                              {"count", &Example::count, 1, 10, "a count"},
                                              {"share", &Example::share, 0, 1, "a share"}};
    static const OptionTable<Example> table{"example", "an example", rows};
    return table;
}

TEST(Settings, become_the_options_of_the_engine_they_name) {
    Settings settings = 7;
    settings.set("example", "flag", 1);
    settings.set("example", "count", 4);
    settings.set("example", "count", 9);  // the later one
    settings.set("other", "share", 0.25);
    const Settings copy = settings.with_seed(8);
    settings.set("example", "count", 2);
    Example defaults;
    defaults.share = 0.75;
    const Example options = copy.options(example_table(), defaults);
    EXPECT_EQ(options.seed, 8U);
    EXPECT_TRUE(options.flag);
    EXPECT_EQ(options.count, 9);
    EXPECT_EQ(options.share, 0.75);  // what the caller would have, where nothing was set
    EXPECT_EQ(settings.options(example_table()).count, 2);
    EXPECT_EQ(settings.options(example_table()).seed, 7U);
}

TEST(Settings, are_refused_out_of_their_range) {
    for (const auto& [name, value] : {std::pair("count", 0.0), std::pair("count", 11.0), std::pair("count", 2.5),
                                      std::pair("flag", 2.0), std::pair("share", -0.1)}) {
        Settings settings;
        settings.set("example", name, value);
        EXPECT_THROW(settings.options(example_table()), UsageError) << name << value;
    }
}

TEST(Options, are_described_with_defaults_and_ranges) {
    const EngineOptions described = describe(example_table());
    EXPECT_EQ(described.engine, "example");
    ASSERT_EQ(described.options.size(), 3U);
    EXPECT_EQ(described.options[1].standard, 3);
    EXPECT_EQ(range_text(described.options[1]), "1 to 10, whole");
    EXPECT_EQ(range_text(described.options[2]), "0 to 1");
}

TEST(Statistics, add_up_in_the_order_of_the_first) {
    Statistics one;
    one.add("nodes", 2);
    one.add("leaves", 1);
    Statistics two;
    two.add("leaves", 5);
    two.add("cuts", 0);
    one.add(two);
    const std::vector<std::pair<std::string, double>> expected = {{"nodes", 2}, {"leaves", 6}, {"cuts", 0}};
    EXPECT_EQ(one.figures(), expected);
}

TEST(StrongId, orders_hashes_and_knows_when_it_is_none) {
    using Id = StrongId<struct ExampleTag>;
    EXPECT_FALSE(Id().valid());
    EXPECT_TRUE(Id(0).valid());
    EXPECT_LT(Id(1), Id(2));
    EXPECT_EQ((std::unordered_set<Id>{Id(1), Id(1), Id(2)}).size(), 2U);
}

}  // namespace
}  // namespace sinew
