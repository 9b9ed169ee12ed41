// SPDX-License-Identifier: Apache-2.0
// From inputs to a witness.
#pragma once

#include <optional>
#include <vector>

#include "model/evaluate.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::binarized {

/// The witness at these inputs; absent where it is none. Free Booleans beyond `booleans` are false.
inline std::optional<model::Witness> witness_at(const model::Query& query, const std::vector<Rational>& inputs,
                                                std::vector<bool> booleans) {
    model::Witness witness;
    witness.values = model::evaluate(query.network, inputs);
    witness.booleans = std::move(booleans);
    witness.booleans.resize(query.boolean_names.size(), false);
    if (!model::satisfies(query, witness.values, witness.booleans)) return std::nullopt;
    return witness;
}

}  // namespace sinew::binarized
