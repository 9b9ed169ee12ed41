// SPDX-License-Identifier: Apache-2.0
// Terms of the linear inequalities that relaxations find, and the part of explaining them that all of them share.
#pragma once

#include <span>
#include <vector>

#include "integer/domains.hpp"
#include "integer/linear_rows.hpp"

namespace sinew::integer {

/// coefficient·view, the coefficient above 0.
struct CutTerm {
    View view;
    LinearRows::Wide coefficient = 0;
};

/// Appends lower bounds of the terms' views (but of `skipped`) that held before `before`; their sum may fall short of
/// what was known by `surplus`, at least 0. Terms that can be left out are, then others are weakened.
void weaken_terms(const Domains& domains, std::span<const CutTerm> terms, View skipped, Position before,
                  LinearRows::Wide surplus, std::vector<Bound>& reason);

}  // namespace sinew::integer
