// SPDX-License-Identifier: Apache-2.0
// Where a nondecreasing activation reaches a height: nothing else need be known of an activation to reason about
// integer neurons exactly.
#pragma once

#include <variant>

#include "model/activation.hpp"

namespace sinew::neuron {

/// No argument, however large, reaches the height.
struct NeverReached {};
/// Every argument does.
struct AlwaysReached {};
/// Those from `value` on do; `value` itself only if `included`.
struct RationalCut {
    Rational value;
    bool included = true;
};
enum class InverseKind { atanh, logit };
/// Those above atanh(height) or logit(height) = log(height/(1 - height)) do. The height is such that the cut is
/// transcendental (Lindemann), so no rational argument lies on it.
struct TranscendentalCut {
    InverseKind inverse;
    Rational height;
};
/// An up-set of the line: { s : act(s) reaches the height }.
using Cut = std::variant<NeverReached, AlwaysReached, RationalCut, TranscendentalCut>;

/// "Reaching" is act(s) >= height or act(s) > height.
enum class Reaching { at_least, above };

/// True iff the value `attained` reaches `height`.
inline bool reaches(const Rational& attained, const Rational& height, Reaching reaching) {
    return reaching == Reaching::at_least ? attained >= height : attained > height;
}

/// The cut of any monotone activation (ContractBreach for others: leaky_relu with a negative slope).
Cut cut(const model::Activation& activation, const Rational& height, Reaching reaching);

}  // namespace sinew::neuron
