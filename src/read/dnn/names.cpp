// SPDX-License-Identifier: Apache-2.0
#include "read/dnn/names.hpp"

#include <algorithm>

namespace sinew::read::dnn {

std::optional<NameParts> name_parts(std::string_view name) {
    if (name.size() < 2 || std::string_view("xany").find(name.front()) == std::string_view::npos) return std::nullopt;
    NameParts parts{name.front(), {}};
    name.remove_prefix(name[1] == '_' ? 2 : 1);
    while (true) {
        const std::size_t end = std::min(name.find('_'), name.size());
        std::string_view digits = name.substr(0, end);
        if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
        while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
        parts.numbers.push_back(digits);
        if (end == name.size()) return parts;
        name.remove_prefix(end + 1);
    }
}

bool before(std::string_view left, std::string_view right) {
    const std::optional<NameParts> a = name_parts(left);
    const std::optional<NameParts> b = name_parts(right);
    if (!a || !b) return left < right;
    for (std::size_t i = 0; i < std::min(a->numbers.size(), b->numbers.size()); ++i) {
        const std::string_view m = a->numbers[i];
        const std::string_view n = b->numbers[i];
        if (m.size() != n.size()) return m.size() < n.size();
        if (m != n) return m < n;
    }
    if (a->numbers.size() != b->numbers.size()) return a->numbers.size() < b->numbers.size();
    return left < right;
}

}  // namespace sinew::read::dnn
