// SPDX-License-Identifier: Apache-2.0
// How large a shape is: products of extents that a file names, before anything of that size is allocated.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace sinew::read {

/// No tensor between the layers of a binarized network has more components.
constexpr std::size_t most_components = std::size_t{1} << 24;

/// The product of the extents; absent where it is more than `most_components`. Never overflows.
inline std::optional<std::size_t> component_count(std::span<const std::size_t> shape) {
    std::size_t count = 1;
    for (const std::size_t extent : shape) {
        if (extent != 0 && count > most_components / extent) return std::nullopt;
        count *= extent;
    }
    return count;
}

}  // namespace sinew::read
