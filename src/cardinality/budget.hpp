// SPDX-License-Identifier: Apache-2.0
// What a budget (spent ≤ K over the objective's literals) says about the other rows. Unit propagation sees one row at a
// time: it cannot see that three changed inputs are too few to flip a neuron with a margin of seven. Here each row is
// looked at together with the budget: rows that no spending within it can break are dropped, literals that every
// spending within it implies become facts, and what is left gets a partner, the row plus the budget row times a factor
// such that what is bought cancels (one cutting planes step), which sees it from then on during the search.
#pragma once

#include <cstdint>

#include "base/limits.hpp"
#include "cardinality/engine.hpp"
#include "cardinality/objective.hpp"

namespace sinew::cardinality {

/// How many rows went, facts came, partners were added.
struct BudgetEffect {
    std::size_t dropped = 0;
    std::size_t facts = 0;
    std::size_t partners = 0;
    std::vector<BoolVar> gates;  ///< outputs of the rows that got partners
};

/// Puts `spent ≤ budget` into the engine, in the place of a larger budget of an earlier call, and nothing else. Returns
/// whether the engine can still be satisfied. At level 0.
bool set_budget(Engine& engine, const Objective& objective, std::int64_t budget, RowProof::Id id = 0);

/// Puts `spent ≤ budget` into the engine (in the place of a larger budget of an earlier call) and draws the
/// consequences. At level 0. `id` is the row spent ≤ budget in a proof. The budget may only fall from call to call; the
/// engine is unsat() if it cannot be kept. Where a limit is reached the consequences are those drawn so far. Partners
/// are as long as the objective: there are no more than most_partner_terms terms of them together, so that a long
/// objective over many rows does not fill memory.
BudgetEffect impose_budget(Engine& engine, const Objective& objective, std::int64_t budget, const Limits& limits = {},
                           RowProof::Id id = 0);

inline constexpr std::size_t most_partner_terms = 4'000'000;

}  // namespace sinew::cardinality
