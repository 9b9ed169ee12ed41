// SPDX-License-Identifier: Apache-2.0
// A condition as a list of conjunctions of linear rows: a counterexample satisfies one of them, so refuting each
// refutes the query. Engines that reason about one conjunction at a time start here.
#pragma once

#include <optional>
#include <vector>

#include "model/query.hpp"
#include "proof/network_proof.hpp"

namespace sinew::search {

struct Disjunct {
    std::vector<model::Atom> rows;         ///< all of them hold at a counterexample
    std::vector<proof::AtomName> names{};  ///< what proofs call them; fewer: nobody asks
};

/// The disjunctive normal form of input_condition ∧ output_condition; free Booleans count as unconstrained and
/// disequalities are left out (both weaken the condition: refuting it still refutes the query). A false condition gives
/// no disjunct. Absent if there would be more than `limit`.
std::optional<std::vector<Disjunct>> disjuncts(const model::Query& query, std::size_t limit = 4096);

/// All that their rows name.
std::vector<Variable> variables_of(const std::vector<Disjunct>& disjuncts);

/// Whether nothing is left out of them: the query holds where one of its disjuncts does.
bool are_exact(const model::Query& query);

/// Bounds of each input (input_variables() order) that domains and the conjuncts of the conditions give, rounded
/// outward to doubles; infinite where there is none.
struct InputBox {
    std::vector<double> lower;
    std::vector<double> upper;
    bool finite() const;
};
InputBox input_box(const model::Query& query);

}  // namespace sinew::search
