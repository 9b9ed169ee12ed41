// SPDX-License-Identifier: Apache-2.0
#include "search/boundary.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace sinew::search {

std::string power_of_ten_above(double distance) {
    int exponent = static_cast<int>(std::ceil(std::log10(std::max(distance, 1e-300))));
    while (std::pow(10.0, exponent) < distance) ++exponent;
    return fmt::format("1e{}", exponent);
}

std::string boundary_reason(double distance) {
    if (!std::isfinite(distance)) return "a box too small to split could not be decided";
    return "within " + power_of_ten_above(distance) + " of the boundary";
}

}  // namespace sinew::search
