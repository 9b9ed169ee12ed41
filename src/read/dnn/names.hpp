// SPDX-License-Identifier: Apache-2.0
// Names of the `dnn` format: a letter and digits, a00 or a0_0 or a_0_0. Names are the same iff their texts are.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace sinew::read::dnn {

/// The letter of a name and its numbers without leading zeros.
struct NameParts {
    char letter = 'x';
    std::vector<std::string_view> numbers;
};

/// Absent unless `name` is one of x a n y, then digits in groups joined by '_'.
std::optional<NameParts> name_parts(std::string_view name);

/// The order of reports: by number, x2 before x10; names with the same numbers by text.
bool before(std::string_view left, std::string_view right);

}  // namespace sinew::read::dnn
