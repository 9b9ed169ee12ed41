// SPDX-License-Identifier: Apache-2.0
// The first neurons of a binarized network over real inputs: which of them a box of inputs decides, and the linear
// conditions on which the others turn.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "model/query.hpp"

namespace sinew::phase {

/// The range of an input; an absent end is infinite.
struct Range {
    std::optional<Rational> lower;
    std::optional<Rational> upper;
};

/// Of all inputs, in input_variables() order: the domains, and what the conjuncts of the conditions say of single
/// inputs (strict bounds count as closed ones). Absent where an input is no real.
std::optional<std::vector<std::pair<Variable, Range>>> input_ranges(const model::Query& query);

/// form >= 0, or form > 0 if strict, over input variables; neither always true nor always false on the box.
struct FrontAtom {
    LinearForm form;
    bool strict = false;
};

/// A first neuron: a constant, or whether some of its atoms hold (no atom: none do), negated or not.
struct FrontUnit {
    std::vector<std::uint32_t> atoms;
    bool negated = false;
    bool is_constant() const { return atoms.empty(); }
    bool constant_value() const { return negated; }
};

/// The first neurons over a box of inputs.
class RealFront {
  public:
    /// Absent, with the reason, where the layers below the first activation are not affine (with at most one pooling
    /// below each neuron), an input is no real, or a limit was reached.
    static std::optional<RealFront> of(const model::Query& query, const Limits& limits, std::string& reason);

    /// A box of inputs without neurons; absent where an input is no real.
    static std::optional<RealFront> without_neurons(const model::Query& query);
    /// A neuron that is on where the atom, which the box does not decide, holds; its number.
    std::uint32_t add_unit(FrontAtom atom);

    const std::vector<FrontUnit>& units() const { return units_; }
    const std::vector<FrontAtom>& atoms() const { return atoms_; }
    const std::vector<std::pair<Variable, Range>>& box() const { return box_; }
    /// Whether the atom holds everywhere in the box (true), nowhere (false), or neither.
    std::optional<bool> decided(const FrontAtom& atom) const;

  private:
    friend class FrontBuilder;
    std::vector<FrontAtom> atoms_;
    std::vector<FrontUnit> units_;
    std::vector<std::pair<Variable, Range>> box_;
    std::vector<std::uint32_t> place_;  ///< by variable: in box_
};

}  // namespace sinew::phase
