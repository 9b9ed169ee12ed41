// SPDX-License-Identifier: Apache-2.0
#include "read/bnn/array.hpp"

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace sinew::read::bnn {

std::size_t Array::size() const {
    return std::visit([](const auto& each) { return each.size(); }, numbers);
}

double Array::at(std::size_t index) const {
    return std::visit([&](const auto& each) { return static_cast<double>(each[index]); }, numbers);
}

void Array::fail(const std::string& message, std::string_view expected) const {
    throw InputError({place, 0, 0}, "array '" + printable(name) + "': " + message, expected);
}

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text;
    for (const std::size_t extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
    return text.empty() ? "scalar" : text;
}

}  // namespace sinew::read::bnn
