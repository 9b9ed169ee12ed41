// SPDX-License-Identifier: Apache-2.0
// A pseudo-Boolean decision as a propositional formula.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/cnf.hpp"
#include "model/legend.hpp"
#include "model/pseudo_boolean.hpp"

namespace sinew::write {

/// The same problem over the same variables and new ones behind them: cardinalities by sequential counters (Sinz, CP
/// 2005) while those are small, everything else by adder networks (Eén and Sörensson, JSAT 2006). A literal that alone
/// is enough for its constraint, as the output of a reified one, stays outside of the counter. The objective is left
/// out, or, with `at_most`, kept to that value (of a maximised one: its negative).
model::Cnf to_cnf(const model::PseudoBoolean& problem, std::optional<std::int64_t> at_most = {});

/// The legend stands in comments (`c 3: …`).
std::string dimacs_text(const model::Cnf& cnf, const model::Legend& legend = {});

}  // namespace sinew::write
