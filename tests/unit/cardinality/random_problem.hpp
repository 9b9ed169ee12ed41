// SPDX-License-Identifier: Apache-2.0
// Small random problems, and what trying every assignment says about them.
#pragma once

#include <optional>

#include "base/random.hpp"
#include "cardinality/problem.hpp"

namespace sinew::cardinality {

/// Up to `most_variables` variables, a mix of clauses, cardinalities, weighted sums, equalities and reified sums.
Problem random_problem(Random& random, std::size_t most_variables, bool with_objective);
std::vector<Term> random_terms(Random& random, std::size_t variables, std::int64_t largest);
std::vector<Literal> random_assumptions(Random& random, std::size_t variables);

/// The least objective value (0 without an objective) over all assignments that satisfy problem and assumptions.
std::optional<std::int64_t> brute_force(const Problem& problem, std::span<const Literal> assumptions = {});

}  // namespace sinew::cardinality
