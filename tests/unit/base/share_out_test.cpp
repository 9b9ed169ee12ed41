// SPDX-License-Identifier: Apache-2.0
#include "base/share_out.hpp"

#include <mutex>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace {

using sinew::share_out;
using sinew::SharedWork;
using sinew::work_off;

bool always() {
    return true;
}

TEST(ShareOut, all_items_are_told_in_their_order) {
    for (const std::size_t threads : {1U, 2U, 5U}) {
        std::vector<int> answers(100, 0);
        std::vector<std::size_t> told;
        std::atomic<bool> ended{false};
        share_out(answers.size(), threads,
                  {always,
                   [&](std::size_t item, std::size_t worker) {
                       EXPECT_LT(worker, threads);
                       answers[item] = static_cast<int>(item) + 1;
                   },
                   [&](std::size_t item) {
                       EXPECT_EQ(answers[item], static_cast<int>(item) + 1);
                       told.push_back(item);
                   }},
                  ended);
        ASSERT_EQ(told.size(), answers.size());
        for (std::size_t i = 0; i < told.size(); ++i) EXPECT_EQ(told[i], i);
        EXPECT_FALSE(ended);
    }
}

TEST(ShareOut, an_exception_comes_when_those_before_it_have_been_told) {
    for (const std::size_t threads : {1U, 2U, 5U}) {
        std::vector<std::size_t> told;
        std::atomic<bool> ended{false};
        const SharedWork work{always,
                              [&](std::size_t item, std::size_t) {
                                  if (item == 7) throw std::runtime_error("of an item");
                              },
                              [&](std::size_t item) { told.push_back(item); }};
        EXPECT_THROW(share_out(100, threads, work, ended), std::runtime_error);
        EXPECT_EQ(told.size(), 7U);
        EXPECT_TRUE(ended);
    }
}

TEST(ShareOut, an_exception_of_telling_ends_all) {
    for (const std::size_t threads : {1U, 3U}) {
        std::size_t told = 0;
        std::atomic<bool> ended{false};
        const SharedWork work{always, [](std::size_t, std::size_t) {},
                              [&](std::size_t) {
                                  if (++told == 3) throw std::runtime_error("of telling");
                              }};
        EXPECT_THROW(share_out(100, threads, work, ended), std::runtime_error);
        EXPECT_EQ(told, 3U);
    }
}

TEST(ShareOut, what_is_begun_is_told_where_no_more_is_wanted) {
    for (const std::size_t threads : {1U, 2U, 5U}) {
        std::atomic<std::size_t> begun{0};
        std::size_t told = 0;
        std::atomic<bool> ended{false};
        share_out(100, threads,
                  {[&] { return begun < 10; }, [&](std::size_t, std::size_t) { ++begun; },
                   [&](std::size_t item) { EXPECT_EQ(item, told++); }},
                  ended);
        EXPECT_EQ(told, begun);
        EXPECT_GE(told, 10U);
        EXPECT_LT(told, 10U + threads);
    }
}

TEST(ShareOut, nothing_to_do) {
    std::atomic<bool> ended{false};
    share_out(0, 4, {always, [](std::size_t, std::size_t) { FAIL(); }, [](std::size_t) { FAIL(); }}, ended);
    EXPECT_EQ(work_off(0, 0, 4, {}, [](std::size_t, std::size_t) { FAIL(); }), 0U);
    EXPECT_EQ(work_off(7, 5, 4, {}, [](std::size_t, std::size_t) { FAIL(); }), 7U);
}

TEST(WorkOff, goes_on_where_a_limit_ended_it) {
    for (const std::size_t threads : {1U, 2U, 4U}) {
        std::vector<std::atomic<int>> done(200);
        std::size_t next = 0;
        int turns = 0;
        while (next < done.size()) {
            const sinew::Limits limits = sinew::Limits().within_effort(10);
            next = work_off(next, done.size(), threads, limits, [&](std::size_t piece, std::size_t) {
                ++done[piece];
                sinew::spend(1);
            });
            ++turns;
            for (std::size_t i = 0; i < done.size(); ++i) ASSERT_EQ(done[i], i < next ? 1 : 0);
        }
        EXPECT_GE(turns, static_cast<int>(200 / (10 * threads)));
    }
}

TEST(WorkOff, an_exception_comes_when_all_have_ended) {
    for (const std::size_t threads : {1U, 3U})
        EXPECT_THROW(work_off(0, 100, threads, {},
                              [](std::size_t piece, std::size_t) {
                                  if (piece == 5) throw std::runtime_error("of a piece");
                              }),
                     std::runtime_error);
}

}  // namespace
