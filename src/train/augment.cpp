// SPDX-License-Identifier: Apache-2.0
#include "train/augment.hpp"

#include "base/error.hpp"

namespace sinew::train {

std::vector<Arrangement> shifts(std::span<const std::uint32_t> pixels, std::size_t height, std::size_t width,
                                std::size_t distance) {
    std::vector<std::uint32_t> feature_of(height * width, blank);
    for (std::uint32_t f = 0; f < pixels.size(); ++f) {
        require(pixels[f] < feature_of.size(), "a pixel is within its image");
        feature_of[pixels[f]] = f;
    }
    const auto reach = static_cast<std::ptrdiff_t>(distance);
    std::vector<Arrangement> all;
    for (std::ptrdiff_t down = -reach; down <= reach; ++down) {
        for (std::ptrdiff_t right = -reach; right <= reach; ++right) {
            if (down == 0 && right == 0) continue;
            Arrangement& own = all.emplace_back();
            for (const std::uint32_t pixel : pixels) {
                const auto row = static_cast<std::ptrdiff_t>(pixel / width) - down;
                const auto column = static_cast<std::ptrdiff_t>(pixel % width) - right;
                const bool inside = row >= 0 && column >= 0 && row < static_cast<std::ptrdiff_t>(height) &&
                                    column < static_cast<std::ptrdiff_t>(width);
                own.push_back(inside
                                  ? feature_of[static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column)]
                                  : blank);
            }
        }
    }
    return all;
}

}  // namespace sinew::train
