// SPDX-License-Identifier: Apache-2.0
// What a network with smooth neurons or products computes, certified: its values are irrational, or grow long, so each
// is a rational with a radius around it. Conditions are then certainly true, certainly false, or not decided at this
// precision.
#pragma once

#include <span>
#include <vector>

#include "model/normal_form.hpp"
#include "model/verdict.hpp"

namespace sinew::model {

/// The value of variable v is within radius[v] of middle[v]; where radius[v] is 0 it is middle[v] exactly (whatever
/// precedes the first smooth layer, tanh(0) = 0, sigmoid(0) = 1/2, quotients and products while they are short, and
/// what follows from them). An infinite radius: nothing is known, or a function has no value there (1/0), so that no
/// condition on it holds for certain.
struct EnclosedValues {
    std::vector<Rational> middle;
    std::vector<double> radius;
};

/// True iff some layer is a product or not piecewise linear.
bool is_smooth(const Network& network);

/// Values of all variables from exact inputs (in input_variables() order). Smooth neurons are enclosed to about `bits`
/// bits, relatively; what the weights of later layers make of these radii is added up rigorously. Any network: without
/// smooth layers all radii are 0. Costs an exact evaluation with numbers of that many bits.
EnclosedValues evaluate_enclosed(const Network& network, std::span<const Rational> inputs, long bits);

/// How far the form's value may be from its value at the middles. `radius` by variable; empty: 0.
double radius_of(const LinearForm& form, std::span<const double> radius);

/// Whether domains and both conditions hold, as far as the enclosures tell. Strict where it must be: a comparison is
/// decided by an enclosure that lies on one side, an equality by one that is exact.
Certainty certainly_satisfies(const Query& query, const EnclosedValues& values, const std::vector<bool>& booleans);

/// Precision is doubled until the conditions are decided at these inputs; Certainty::unknown beyond 2048 bits (they
/// hold with equality there, or nearly so). `values`, if given, gets the last enclosures.
Certainty decide_at(const Query& query, std::span<const Rational> inputs, const std::vector<bool>& booleans,
                    EnclosedValues* values = nullptr);

/// Inputs anywhere between two rationals each (in input_variables() order): do the conditions certainly fail everywhere
/// there? Intervals forward at up to 1024 bits: for boxes that are points, or on which the network is constant, this
/// decides what bounds in doubles cannot. The query has no free Booleans.
bool certainly_fails(const Query& query, std::span<const Rational> lower, std::span<const Rational> upper);

/// form ⋈ 0 where the form's value is within `radius` of `value`.
Certainty compare(const Rational& value, double radius, Relation relation);

/// Is `witness` one? By exact arithmetic where all values are rational (piecewise-linear networks, integer neuron
/// constraints), else by the enclosures that it carries
/// and by enclosures made anew from its inputs.
bool confirms(const Query& query, const Witness& witness);

}  // namespace sinew::model
