// SPDX-License-Identifier: Apache-2.0
#include "bounds/clip.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "bounds/joint_bound.hpp"
#include "exact/rational.hpp"

namespace sinew::bounds {
namespace {

TEST(Clip, KeepsEverySolutionAndCutsTheRest) {
    std::vector<double> lower = {0, 0};
    std::vector<double> upper = {4, 4};
    const std::vector<double> row = {1, 2};  // x + 2 y <= 2
    ASSERT_TRUE(clip_box(row, -2, lower, upper));
    EXPECT_EQ(upper[0], 2);
    EXPECT_EQ(upper[1], 1);
    EXPECT_TRUE(clip_box(row, 0, lower, upper));  // the corner alone
    EXPECT_EQ(upper[0], 0);
    EXPECT_FALSE(clip_box(row, 0x1p-1074, lower, upper));
}

TEST(JointBound, NeverExcludesAnExactSolution) {
    Random random(3);
    std::size_t refuted = 0;
    for (int trial = 0; trial < 3000; ++trial) {
        const std::size_t inputs = 1 + random.below(4);
        std::vector<double> lower(inputs), upper(inputs), point(inputs);
        for (std::size_t k = 0; k < inputs; ++k) {
            lower[k] = random.uniform(-1, 1);
            upper[k] = random.chance(0.1) ? lower[k] : lower[k] + random.uniform(0, 1);
            point[k] = random.chance(0.3) ? lower[k] : lower[k] + (upper[k] - lower[k]) * 0.5;
        }
        JointBound joint;
        joint.begin(inputs);
        bool solved = true;  // does the point satisfy all rows, exactly?
        for (std::size_t r = 0; r < 2 + random.below(4); ++r) {
            std::vector<double> row(inputs);
            double constant = 0;
            for (std::size_t k = 0; k < inputs; ++k) {
                row[k] = random.uniform(-1, 1);
                constant -= row[k] * point[k];
            }
            if (random.chance(0.3)) constant += random.uniform(-0.2, 0.6);
            ASSERT_TRUE(joint.add(row, constant));
            Rational value = constant;
            for (std::size_t k = 0; k < inputs; ++k) value += Rational(row[k]) * Rational(point[k]);
            solved = solved && value <= 0;
        }
        const bool possible = joint.combine(lower, upper);
        refuted += possible ? 0 : 1;
        if (!solved) continue;
        ASSERT_TRUE(possible);
        for (std::size_t k = 0; k < inputs; ++k) {
            ASSERT_LE(lower[k], point[k]);
            ASSERT_GE(upper[k], point[k]);
        }
    }
    EXPECT_GT(refuted, 100U);
}

}  // namespace
}  // namespace sinew::bounds
