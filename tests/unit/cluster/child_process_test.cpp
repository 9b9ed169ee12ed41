// SPDX-License-Identifier: Apache-2.0
#include "cluster/child_process.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace {

using namespace sinew::cluster;

TEST(ChildProcess, both_outputs_and_the_status_are_told) {
    const ChildResult result = run_child({"sh", "-c", "echo out; echo err >&2; exit 3"}, 20);
    EXPECT_TRUE(result.was_started);
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_EQ(result.output, "out\n");
    EXPECT_EQ(result.errors, "err\n");
    EXPECT_FALSE(result.is_good());
    EXPECT_TRUE(run_child({"true"}, 20).is_good());
}

TEST(ChildProcess, more_than_a_pipe_holds) {
    const ChildResult result = run_child({"sh", "-c", "head -c 1000000 /dev/zero; head -c 300000 /dev/zero >&2"}, 20);
    EXPECT_EQ(result.output.size(), 1000000U);
    EXPECT_EQ(result.errors.size(), 300000U);
}

TEST(ChildProcess, a_program_that_is_not_there) {
    EXPECT_FALSE(run_child({"no-such-program-here"}, 20).was_started);
}

TEST(ChildProcess, time_ends_it_and_what_it_started) {
    const auto begin = std::chrono::steady_clock::now();
    const ChildResult result = run_child({"sh", "-c", "sleep 60 & sleep 60"}, 0.3);
    EXPECT_TRUE(result.out_of_time);
    EXPECT_FALSE(result.is_good());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

TEST(ChildProcess, a_signal_ends_it) {
    EXPECT_EQ(run_child({"sh", "-c", "kill -9 $$"}, 20).exit_status, -1);
}

}  // namespace
