// SPDX-License-Identifier: Apache-2.0
// More examples from few: images that are moved by some pixels are still of their class.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sinew::train {

/// Another arrangement of an example's features: by feature the one whose value it takes, or `blank`: 0.
using Arrangement = std::vector<std::uint32_t>;
inline constexpr std::uint32_t blank = std::numeric_limits<std::uint32_t>::max();

/// Images moved by up to `distance` pixels down and to the right, also by negative ones, the image as it is left out.
/// `pixels`: by feature, the pixel's number in row-major order in an image of this width. Pixels that are no features
/// count as 0.
std::vector<Arrangement> shifts(std::span<const std::uint32_t> pixels, std::size_t height, std::size_t width,
                                std::size_t distance);

}  // namespace sinew::train
