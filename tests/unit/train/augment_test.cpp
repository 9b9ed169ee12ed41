// SPDX-License-Identifier: Apache-2.0
// Moved images: against moving them by hand; examples that only differ by a move are learned from one of them.
#include "train/augment.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "train/gradient.hpp"

namespace sinew::train {
namespace {

TEST(Augment, MovesImages) {
    const std::size_t height = 3;
    const std::size_t width = 4;
    const std::vector<std::uint32_t> pixels{0, 2, 3, 5, 6, 7, 9, 11};  // others are no features
    std::vector<int> image(height * width, 0);
    for (std::size_t f = 0; f < pixels.size(); ++f) image[pixels[f]] = static_cast<int>(f) + 1;
    const std::vector<Arrangement> all = shifts(pixels, height, width, 1);
    ASSERT_EQ(all.size(), 8U);
    std::size_t number = 0;
    for (int down = -1; down <= 1; ++down) {
        for (int right = -1; right <= 1; ++right) {
            if (down == 0 && right == 0) continue;
            for (std::size_t f = 0; f < pixels.size(); ++f) {
                const int row = static_cast<int>(pixels[f] / width) - down;
                const int column = static_cast<int>(pixels[f] % width) - right;
                const bool inside = row >= 0 && row < 3 && column >= 0 && column < 4;
                const int expected =
                    inside ? image[static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column)] : 0;
                const std::uint32_t source = all[number][f];
                EXPECT_EQ(source == blank ? 0 : static_cast<int>(source) + 1, expected);
            }
            ++number;
        }
    }
}

TEST(Augment, ArrangementsAreSeen) {
    // The arrangement mirrors the second example alone; its mirror image is learned too.
    Problem problem;
    problem.architecture.layers = {4, 1};
    problem.examples = {4, 2, {9, 9, 0, 0, 0, 9, 9, 0}, {1, 0}};
    GradientOptions options;
    options.epochs = 300;
    options.arrangements = {{1, 0, 3, 2}};
    const Weights weights = train_by_gradient(problem, nullptr, options, {});
    EXPECT_EQ(count_right(weights, problem.examples), 2U);
    const std::vector<std::int32_t> mirrored{9, 0, 0, 9};
    EXPECT_EQ(class_of(sums_of(weights, mirrored).back()), 0U);
    options.arrangements = {{0, 1}};
    EXPECT_THROW(train_by_gradient(problem, nullptr, options, {}), UsageError);
}

}  // namespace
}  // namespace sinew::train
