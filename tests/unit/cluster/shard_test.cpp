// SPDX-License-Identifier: Apache-2.0
#include "cluster/shard.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace sinew::cluster;

TEST(Shard, every_question_belongs_to_one_and_all_have_as_many) {
    for (const std::uint64_t count : {1, 2, 3, 7, 40, 64, 1000})
        for (const std::uint64_t questions : {0, 1, 5, 39, 40, 41, 1234}) {
            std::vector<std::uint64_t> sizes(count);
            for (std::uint64_t number = 0; number < questions; ++number) {
                std::uint64_t owners = 0;
                for (std::uint64_t index = 1; index <= count; ++index)
                    if (Shard{index, count}.holds(number)) {
                        ++owners;
                        ++sizes[index - 1];
                    }
                ASSERT_EQ(owners, 1U) << number << " of " << count;
            }
            for (const std::uint64_t size : sizes) {
                EXPECT_GE(size, questions / count);
                EXPECT_LE(size, questions / count + 1);
            }
        }
}

/// The greatest work of a shard over the mean of all.
double imbalance(std::uint64_t count, std::uint64_t questions, double (*hardness)(std::uint64_t)) {
    double most = 0;
    double all = 0;
    for (std::uint64_t index = 1; index <= count; ++index) {
        double work = 0;
        for (std::uint64_t number = 0; number < questions; ++number)
            if (Shard{index, count}.holds(number)) work += hardness(number);
        most = std::max(most, work);
        all += work;
    }
    return most * static_cast<double>(count) / all;
}

TEST(Shard, work_is_even_where_hardness_grows_and_where_it_repeats_itself) {
    const auto grows = [](std::uint64_t number) { return std::exp(0.003 * static_cast<double>(number)); };
    const auto every_eighth = [](std::uint64_t number) { return number % 8 == 0 ? 100.0 : 1.0; };
    EXPECT_LT(imbalance(8, 2000, grows), 1.01);        // blocks would have 5.9
    EXPECT_LT(imbalance(8, 2000, every_eighth), 1.4);  // rows i, i + 8, … would have 7.5
    EXPECT_LT(imbalance(40, 2000, grows), 1.1);
}

TEST(Shard, text) {
    const std::optional<Shard> shard = parse_shard("3/40");
    ASSERT_TRUE(shard);
    EXPECT_EQ(shard->index, 3U);
    EXPECT_EQ(shard->count, 40U);
    for (const char* wrong : {"", "3", "/", "3/", "/40", "0/40", "41/40", "-1/4", "1/0", "a/b", "1/2/3", " 1/2",
                              "1 / 2", "1/1000001", "99999999999999999999/3", "1.0/2"})
        EXPECT_FALSE(parse_shard(wrong)) << wrong;
}

}  // namespace
