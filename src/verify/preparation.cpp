// SPDX-License-Identifier: Apache-2.0
#include "verify/preparation.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "model/evaluate_enclosed.hpp"
#include "search/boolean_inputs.hpp"
#include "search/certain_atoms.hpp"
#include "search/subspace.hpp"
#include "search/witness.hpp"

namespace sinew::verify {

Preparation::Preparation(const model::Query& query, bool passes) : given_(query) {
    if (!passes) return;
    // Bounds in doubles cannot tell that tanh never reaches 1, and boxes know no Booleans.
    if (!model::is_smooth(query.network) || query.precision) return;
    if (!query.boolean_names.empty())
        take(search::with_boolean_inputs(query),
             [&query](model::Witness witness) { return search::without_boolean_inputs(query, std::move(witness)); });
    take(search::without_certain_atoms(this->query()));
    if (std::optional<search::Subspace> found = search::without_dependent_inputs(this->query())) {
        const auto before = std::make_shared<const model::Query>(std::move(prepared_));
        const auto subspace = std::make_shared<search::Subspace>(std::move(*found));
        model::Query after = std::move(subspace->query);
        take(std::move(after), [before, subspace](model::Witness witness) {
            auto confirmation =
                search::confirm_exact(*before, subspace->inputs_of(witness), std::move(witness.booleans));
            require(confirmation.has_value(), "a witness in the subspace is one of the whole");
            return std::move(confirmation->witness);
        });
    }
}

void Preparation::take(model::Query after, Undo undo) {
    prepared_ = std::move(after);
    passes_.push_back(std::move(undo));
}

model::Witness Preparation::undo(model::Witness witness) const {
    for (auto undo = passes_.rbegin(); undo != passes_.rend(); ++undo)
        if (*undo) witness = (*undo)(std::move(witness));
    return witness;
}

}  // namespace sinew::verify
