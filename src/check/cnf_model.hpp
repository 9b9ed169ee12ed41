// SPDX-License-Identifier: Apache-2.0
// Does an assignment satisfy a formula? Nothing clever: every clause is looked at.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/cnf.hpp"

namespace sinew::check {

/// The number (from 0) of the first clause that no literal of `values` satisfies; absent if all are. values[v - 1] is
/// the value of variable v; variables without one count as false.
std::optional<std::size_t> first_unsatisfied(const model::Cnf& cnf, const std::vector<bool>& values);

}  // namespace sinew::check
