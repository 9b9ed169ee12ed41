// SPDX-License-Identifier: Apache-2.0
#include "units/confirm.hpp"

#include "model/evaluate_enclosed.hpp"
#include "search/certain_atoms.hpp"
#include "search/witness.hpp"

namespace sinew::units {

std::optional<model::Witness> confirmed(const model::Query& query, std::span<const Rational> inputs,
                                        const std::vector<bool>& booleans) {
    if (auto confirmation = search::confirm_exact(query, inputs, booleans)) return std::move(confirmation->witness);
    // Enclosures cannot tell that two irrational numbers are equal; that components are the same by how they are made
    // can (as in verify/verify.cpp).
    if (!model::is_smooth(query.network)) return std::nullopt;
    if (auto confirmation = search::confirm_exact(search::without_certain_atoms(query), inputs, booleans))
        return std::move(confirmation->witness);
    return std::nullopt;
}

}  // namespace sinew::units
