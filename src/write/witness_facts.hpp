// SPDX-License-Identifier: Apache-2.0
// What there is to tell about a witness: values by name, how far each atom of the condition is from its boundary, and
// whether a float32 program agrees. The text and the JSON report both tell these facts.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::write {

/// A variable's exact value, and what a float32 run of the network gives it. Values that tanh or sigmoid made are
/// irrational: they are within `radius` of `exact`, and equal to it where that is 0.
struct NamedValue {
    std::string name;
    Rational exact;
    double radius = 0;
    float float32 = 0;
};

/// An atom of the output condition, as it stands there (negations carried inwards). The margin is positive where the
/// atom holds with room to spare, negative where it fails: the left side's distance from the right side. An equality's
/// margin is never positive; that of a `!=` is never negative.
struct Margin {
    std::string atom;
    Rational exact;
    double radius = 0;  ///< as of values
    bool holds = false;
    bool undecided = false;           ///< its two sides are equal or too near to tell, and it is not needed
    std::optional<Rational> float32;  ///< absent where the float32 run overflows
    bool holds_float32 = false;
};

struct WitnessFacts {
    std::vector<NamedValue> inputs;
    std::vector<NamedValue> outputs;
    std::vector<std::pair<std::string, bool>> booleans;
    std::vector<Margin> margins;
    /// Whether the float32 figures mean anything: neurons over integers (a query with a precision) are not what a
    /// float32 program computes, and all of them are 0 or absent.
    bool has_float32 = true;
    /// With the inputs rounded to float32: are they still in their domains and the input condition, and does the
    /// output condition still hold of what a float32 program computes from them?
    bool float32_inputs_hold = false;
    bool float32_outputs_hold = false;
};

/// Replays the network in float32 once (not with a precision); margins are exact differences of the values.
WitnessFacts witness_facts(const model::Query& query, const model::Witness& witness);

}  // namespace sinew::write
