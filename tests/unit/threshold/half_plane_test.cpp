// SPDX-License-Identifier: Apache-2.0
// Short factors hold the same points as long ones.
#include "threshold/half_plane.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew::threshold {
namespace {

void expect_the_same(const Integer& x_factor, const Integer& y_factor, const Integer& bound, std::int64_t largest) {
    const HalfPlane narrow = short_half_plane(x_factor, y_factor, bound, largest);
    SCOPED_TRACE(x_factor.get_str() + " x + " + y_factor.get_str() + " y >= " + bound.get_str());
    EXPECT_LE(std::abs(narrow.x_factor), 4 * std::max<std::int64_t>(largest, 1));
    EXPECT_LE(std::abs(narrow.y_factor), 4 * std::max<std::int64_t>(largest, 1));
    for (std::int64_t x = -largest; x <= largest; ++x)
        for (std::int64_t y = -largest; y <= largest; ++y)
            ASSERT_EQ(narrow.x_factor * x + narrow.y_factor * y >= narrow.bound,
                      x_factor * static_cast<long>(x) + y_factor * static_cast<long>(y) >= bound)
                << x << ' ' << y;
}

TEST(HalfPlane, holds_the_same_points) {
    Random random(7);
    const auto number = [&] {
        Integer value = 0;
        for (std::int64_t k = random.integer(1, 5); k > 0; --k)
            value = (value << 40) + static_cast<long>(random.integer(1, 1'000'000'000));
        return value;
    };
    for (int round = 0; round < 400; ++round) {
        const std::int64_t largest = random.integer(0, 12);
        Integer x = number();
        Integer y = number();
        // Often near a simple slope, on either side of it.
        if (random.chance(0.7)) {
            const Integer common = number();
            x = common * static_cast<long>(random.integer(1, 9)) + static_cast<long>(random.integer(-1, 1));
            y = common * static_cast<long>(random.integer(1, 9)) + static_cast<long>(random.integer(-1, 1));
        }
        if (random.chance(0.5)) x = -x;
        if (random.chance(0.5)) y = -y;
        // Through a point, or just beside it.
        const Integer bound = x * static_cast<long>(random.integer(-largest, largest)) +
                              y * static_cast<long>(random.integer(-largest, largest)) +
                              static_cast<long>(random.integer(-1, 1));
        expect_the_same(x, y, bound, largest);
    }
}

TEST(HalfPlane, of_no_point_and_of_all) {
    const Integer huge = Integer(1) << 200;
    expect_the_same(huge, huge - 1, huge * 1000, 5);
    expect_the_same(huge, 1 - huge, -huge * 1000, 5);
}

}  // namespace
}  // namespace sinew::threshold
