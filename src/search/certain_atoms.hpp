// SPDX-License-Identifier: Apache-2.0
// Atoms that are true or false whatever the inputs are, by exact interval arithmetic with open ends: tanh never reaches
// 1, sigmoid never 0, and sums of them no more. Bounds in doubles cannot tell; a search would only get nearer and
// nearer.
#pragma once

#include "model/query.hpp"

namespace sinew::search {

/// The query with such atoms replaced by constants in both conditions, and equal components by the first of them (an
/// equivalent query over the same network).
/// Rational work is limited: on large networks only what lies near the condition is looked at.
model::Query without_certain_atoms(const model::Query& query);

}  // namespace sinew::search
