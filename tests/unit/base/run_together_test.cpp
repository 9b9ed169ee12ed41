// SPDX-License-Identifier: Apache-2.0
#include "base/run_together.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/effort.hpp"

namespace {

using sinew::run_together;

TEST(RunTogether, every_index_has_a_thread_of_its_own) {
    for (const std::size_t wanted : {0U, 1U, 2U, 7U}) {
        const std::size_t expected = std::max<std::size_t>(wanted, 1);
        std::atomic<std::size_t> calls{0};
        std::atomic<std::size_t> indices{0};
        std::atomic<bool> first_is_here{false};
        const std::thread::id here = std::this_thread::get_id();
        const std::size_t count = run_together(wanted, [&](std::size_t index, std::size_t together) {
            EXPECT_EQ(together, expected);
            ++calls;
            indices += std::size_t{1} << index;
            if (index == 0) first_is_here = std::this_thread::get_id() == here;
        });
        EXPECT_EQ(count, expected);
        EXPECT_EQ(calls, expected);
        EXPECT_EQ(indices, (std::size_t{1} << expected) - 1);
        EXPECT_TRUE(first_is_here);
    }
}

TEST(RunTogether, an_exception_comes_when_all_have_ended) {
    for (const std::size_t thrower : {0U, 3U}) {
        std::atomic<std::size_t> ended{0};
        EXPECT_THROW(run_together(4,
                                  [&](std::size_t index, std::size_t) {
                                      ++ended;
                                      if (index == thrower) throw std::runtime_error("of a thread");
                                  }),
                     std::runtime_error);
        EXPECT_EQ(ended, 4U);
    }
}

TEST(RunTogether, effort_is_that_of_each_thread_and_a_scope_holds_in_all) {
    std::atomic<bool> stop{false};
    const sinew::LimitScope scope(sinew::Limits().until(stop));
    sinew::spend(500);  // the caller's, before
    const sinew::Limits limits = sinew::Limits().within_effort(1000);
    std::atomic<int> right{0};
    run_together(3, limits, [&](std::size_t, std::size_t, const sinew::Limits& own) {
        const bool has_all = own.effort_left() == 1000;
        sinew::spend(1000);
        if (has_all && own.exceeded()) ++right;
    });
    EXPECT_EQ(right, 3);
    std::atomic<int> ended{0};
    stop = true;
    EXPECT_THROW(
        run_together(
            2, limits, [](std::size_t, std::size_t, const sinew::Limits&) { sinew::check_limits(); }, [&] { ++ended; }),
        sinew::LimitReached);
    EXPECT_EQ(ended, 2);
}

#ifndef __SANITIZE_ADDRESS__  // its shadow is beyond any limit of addresses
TEST(RunTogether, fewer_threads_where_the_system_gives_no_more) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const rlimit limit{std::size_t{200} << 20, std::size_t{200} << 20};  // a stack takes 8 MiB
        setrlimit(RLIMIT_AS, &limit);
        std::atomic<std::size_t> calls{0};
        const std::size_t count = run_together(200, [&](std::size_t, std::size_t) { ++calls; });
        _exit(count >= 1 && count < 200 && calls == count ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}
#endif

}  // namespace
