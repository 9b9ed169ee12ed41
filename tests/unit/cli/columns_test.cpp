// SPDX-License-Identifier: Apache-2.0
// What options call columns and classes.
#include "cli/columns.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sinew::cli {
namespace {

TEST(FindColumn, by_name_or_by_number) {
    const std::vector<std::string> names{"age", "sex", "job"};
    EXPECT_EQ(find_column(names, "sex", "fair", "t.csv"), 1U);
    EXPECT_EQ(find_column(names, "1", "fair", "t.csv"), 0U);
    EXPECT_EQ(find_column(names, "column 3", "fair", "t.csv"), 2U);
    for (const char* none :
         {"", "0", "4", "-1", "01x", "1.0", " 1", "Sex", "column", "column 0", "99999999999999999999"})
        EXPECT_EQ(find_column(names, none, "fair", "t.csv"), std::nullopt) << none;
    EXPECT_EQ(find_column(numbered_columns(20), "13", "fair", "t.csv"), 12U);
    EXPECT_EQ(find_column(numbered_columns(20), "column 13", "fair", "t.csv"), 12U);
}

TEST(FindColumn, what_could_mean_two_things_is_an_error) {
    EXPECT_THROW(find_column({"a", "1"}, "1", "fair", "t.csv"), InputError);
    EXPECT_EQ(find_column({"a", "1"}, "column 1", "fair", "t.csv"), 0U);
    EXPECT_EQ(find_column({"a", "1"}, "2", "fair", "t.csv"), 1U);
    EXPECT_EQ(find_column({"1", "2"}, "1", "fair", "t.csv"), 0U) << "name and number are one column's";
    EXPECT_EQ(find_column({"2019", "2020"}, "2020", "fair", "t.csv"), 1U) << "no column has this number";
    EXPECT_THROW(find_column({"a", "a"}, "a", "fair", "t.csv"), InputError);
    EXPECT_EQ(find_column({"a", "a"}, "2", "fair", "t.csv"), 1U);
}

TEST(ClassCalled, names_of_training_come_first) {
    EXPECT_EQ(class_called("1", {}, 2, "label"), 1U);
    EXPECT_THROW(class_called("2", {}, 2, "label"), InputError);
    EXPECT_THROW(class_called("one", {}, 2, "label"), InputError);
    EXPECT_EQ(class_called("good", {"bad", "good"}, 2, "label"), 1U);
    EXPECT_EQ(class_called("0", {"bad", "good"}, 2, "label"), 0U);
    EXPECT_EQ(class_called("4", {"3", "4", "5"}, 3, "label"), 1U);
    EXPECT_EQ(class_called("4.0", {"3", "4", "5"}, 3, "label"), 1U);
    EXPECT_THROW(class_called("1", {"3", "4", "5"}, 3, "label"), InputError) << "no class is called so";
    EXPECT_EQ(class_called("2", {"1", "2"}, 2, "label"), 1U) << "not the class after it";
}

}  // namespace
}  // namespace sinew::cli
