// SPDX-License-Identifier: Apache-2.0
#include "read/dataset/header.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace sinew::read {

bool is_name(std::string_view cell) {
    constexpr std::array<std::string_view, 8> no_names{"", "?", "NA", "N/A", "nan", "NaN", "inf", "-inf"};
    return std::ranges::find(no_names, cell) == no_names.end();
}

bool counts_up(const std::vector<std::string_view>& cells) {
    constexpr std::size_t fewest = 3;
    if (cells.size() < fewest || (cells[0] != "0" && cells[0] != "1")) return false;
    const std::size_t first = cells[0] == "0" ? 0 : 1;
    for (std::size_t c = 1; c < cells.size(); ++c)
        if (cells[c] != std::to_string(first + c)) return false;
    return true;
}

}  // namespace sinew::read
