// SPDX-License-Identifier: Apache-2.0
// The path from a question to a part of it: one side of each split, in order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/literal.hpp"
#include "model/query.hpp"
#include "units/json_file.hpp"

namespace sinew::units {

/// One side of a split.
struct Step {
    enum class Kind : std::uint8_t {
        bound,     ///< an input, a free Boolean, or the pre-activation of a neuron
        box,       ///< one of the root boxes of the part so far (search/problem.hpp)
        disjunct,  ///< one of the disjuncts of its conditions (search/disjuncts.hpp)
    };
    Kind kind = Kind::bound;
    engine::Literal bound{engine::Subject(Variable(0))};
    std::uint32_t number = 0;  ///< which box or disjunct
    std::uint32_t count = 0;   ///< of how many
    friend bool operator==(const Step&, const Step&) = default;
};
using Path = std::vector<Step>;

/// {"input": 3, "at_most": "0x1p-1"}: inputs by their place in input_variables(), neurons by the variable of their
/// pre-activation, Booleans by their place.
Json bound_json(const model::Network& network, const engine::Literal& bound);
Json step_json(const model::Network& network, const Step& step);
Json path_json(const model::Network& network, const Path& path);
/// Throw std::invalid_argument (or Json's exceptions) for what is none, or speaks of what `query` has not.
engine::Literal parse_bound(const model::Query& query, const Json& json);
Step parse_step(const model::Query& query, const Json& json);
Path parse_path(const model::Query& query, const Json& json);

/// Says `step` of `query`. Phases go to `splits` (engine/part.hpp), and besides into the query's conditions where no
/// engine for bounded inputs takes it. Throws std::invalid_argument where the step does not fit the query.
void apply(const Step& step, model::Query& query, std::vector<engine::Literal>& splits);

}  // namespace sinew::units
