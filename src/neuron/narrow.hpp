// SPDX-License-Identifier: Apache-2.0
// Bounds consistency of one neuron constraint, both ways: from its arguments to its output and back.
#pragma once

#include <span>

#include "neuron/neuron.hpp"

namespace sinew::neuron {

/// What narrow() found.
enum class Narrowing {
    consistent,  ///< every bound that is left has a support, see below
    empty,       ///< no values in the boxes satisfy the constraint
    unfinished,  ///< the bounds left are right, but `rounds` did not suffice to reach the fixpoint
};

/// Tightens arguments[term.argument] of the neuron's terms and `output` to bounds(R) consistency over an integer sum:
/// a bound of an argument is left iff there are real values of the other arguments in their boxes, and of it, whose sum
/// S is an integer with f(S) in `output`; a value at a bound of `output` is left iff it is f(S) for an integer S that
/// the boxes allow. No integer solution is ever lost. Boxes may be unbounded. Cost: O(terms) a round; rounding to
/// integers can make another round necessary, and on boxes that are long and thin across the sum many, so they are
/// limited. On Narrowing::empty the boxes are left in between.
Narrowing narrow(const Neuron& neuron, std::span<IntegerInterval> arguments, IntegerInterval& output,
                 std::size_t rounds = 1000);

}  // namespace sinew::neuron
