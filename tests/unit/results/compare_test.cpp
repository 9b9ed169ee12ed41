// SPDX-License-Identifier: Apache-2.0
#include "results/compare.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sinew::results;

Row row_of(std::int64_t number, const std::string& status, double seconds = 1) {
    Row row;
    row.question = {"a/net.onnx", "aa", "b/data.csv", "bb", "{}", number, ""};
    row.status = status;
    row.seconds = seconds;
    return row;
}

TEST(Compare, changes_are_told_apart) {
    const std::vector<Row> first{row_of(0, "sat"),     row_of(1, "unsat"),        row_of(2, "timeout"),
                                 row_of(3, "unknown"), row_of(4, "certified", 4), row_of(9, "sat")};
    const std::vector<Row> second{row_of(0, "unsat"),   row_of(1, "timeout"),      row_of(2, "sat"),
                                  row_of(3, "timeout"), row_of(4, "certified", 1), row_of(10, "sat"),
                                  row_of(11, "sat")};
    const Comparison found = compare(first, second);
    EXPECT_EQ(found.common, 5U);
    EXPECT_EQ(found.only_first, 1U);
    EXPECT_EQ(found.only_second, 2U);
    EXPECT_EQ(found.solved_first, 3U);
    EXPECT_EQ(found.solved_second, 3U);
    EXPECT_EQ(found.solved_both, 2U);
    EXPECT_DOUBLE_EQ(found.time_ratio, 0.5) << "of 1 and 1/4";
    ASSERT_EQ(found.differences.size(), 3U);
    EXPECT_EQ(found.differences[0].change, Change::contradiction);
    EXPECT_EQ(found.differences[0].first.question.row, 0);
    EXPECT_EQ(found.differences[1].change, Change::regression);
    EXPECT_EQ(found.differences[1].first.question.row, 1);
    EXPECT_EQ(found.differences[2].change, Change::improvement);
    EXPECT_EQ(found.differences[2].first.question.row, 2);
}

TEST(Compare, questions_are_the_same_by_content_or_by_place) {
    Row moved = row_of(0, "sat");
    moved.question.network = "elsewhere/net.onnx";
    EXPECT_EQ(compare({row_of(0, "sat")}, {moved}).common, 1U);
    Row other = row_of(0, "unsat");
    other.question.network_digest = "cc";
    EXPECT_EQ(compare({row_of(0, "sat")}, {other}).common, 0U);
    EXPECT_EQ(compare({row_of(0, "sat")}, {other}, MatchBy::place).count(Change::contradiction), 1U);
    Row wider = row_of(0, "unsat");
    wider.question.epsilon = "1/10";
    EXPECT_EQ(compare({row_of(0, "sat")}, {wider}).common, 0U);
    EXPECT_EQ(compare({row_of(0, "sat")}, {wider}, MatchBy::place).common, 0U);
}

TEST(Compare, proven_values_must_agree) {
    Row optimum = row_of(0, "optimum");
    optimum.value = optimum.bound = "3/2";
    Row other = optimum;
    EXPECT_TRUE(compare({optimum}, {other}).differences.empty());
    other.value = other.bound = "2";
    EXPECT_EQ(compare({optimum}, {other}).count(Change::contradiction), 1U);
    other.bound = "1";  // an interval
    EXPECT_TRUE(compare({optimum}, {other}).differences.empty());
    Row near = row_of(0, "falsified");
    near.value = "1/3";
    Row proven = row_of(0, "falsified");
    proven.value = proven.bound = "1/2";
    EXPECT_EQ(compare({near}, {proven}).count(Change::contradiction), 1U);
    EXPECT_EQ(compare({proven}, {near}).count(Change::contradiction), 1U);
    proven.status = "unknown";  // a limit came, and what was proven stands
    EXPECT_EQ(compare({near}, {proven}).count(Change::contradiction), 1U);
    EXPECT_EQ(compare({proven}, {near}).count(Change::contradiction), 1U);
    proven.status = "falsified";
    near.value = "1/2";
    EXPECT_TRUE(compare({near}, {proven}).differences.empty());
    Row greatest = row_of(0, "unknown");  // of an objective that is maximised the bound is above
    greatest.question.row = Question::no_row;
    greatest.value = "1";
    greatest.bound = "2";
    EXPECT_TRUE(compare({greatest}, {greatest}).differences.empty());
}

TEST(Compare, nothing_is_compared_with_nothing) {
    const Comparison found = compare({}, {});
    EXPECT_EQ(found.common, 0U);
    EXPECT_EQ(found.time_ratio, 1);
}

}  // namespace
