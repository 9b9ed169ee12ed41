// SPDX-License-Identifier: Apache-2.0
// Forms and formulas as a person reads them: traces, reports, error messages. (Writers of formats have their own exact
// syntax.)
#pragma once

#include <string>

#include "model/query.hpp"

namespace sinew::model {

/// "x0 - 2 x1 + 1/10", with the query's names.
std::string describe(const Query& query, const LinearForm& form);

/// "form ⋈ 0" with the constant moved to the right: "x0 - x1 <= 3"; `negated` turns the relation around (= becomes !=).
std::string describe(const Query& query, const Atom& atom, bool negated = false);

}  // namespace sinew::model
