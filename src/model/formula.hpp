// SPDX-License-Identifier: Apache-2.0
// Boolean formulas over linear atoms, as a directed acyclic graph: what `let` shares stays shared.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "base/strong_id.hpp"
#include "exact/linear_form.hpp"

namespace sinew::model {

using FormulaId = StrongId<struct FormulaTag>;
/// A free Boolean of the query (SMT-LIB's Bool constants).
using BooleanVariable = StrongId<struct BooleanVariableTag>;

enum class Relation { less, less_equal, equal };

enum class FormulaKind { constant, atom, boolean, negation, conjunction, disjunction };

/// Whether a number of this sign is ⋈ 0.
constexpr bool holds(int sign, Relation relation) {
    return relation == Relation::less ? sign < 0 : relation == Relation::less_equal ? sign <= 0 : sign == 0;
}

/// form ⋈ 0
struct Atom {
    LinearForm form;
    Relation relation = Relation::less_equal;

    /// The negation of an inequality, an inequality as well.
    Atom opposite() const;
};

struct FormulaNode {
    FormulaKind kind = FormulaKind::constant;
    bool value = false;               ///< constant
    Atom atom;                        ///< atom
    BooleanVariable boolean;          ///< boolean
    std::vector<FormulaId> children;  ///< negation (one), conjunction and disjunction (two or more)
};

/// Owns formula nodes; children are made before their parents, so a node's id is larger than its children's. Builders
/// simplify constants, double negation, (short) nesting of the same connective and one-child connectives, and share
/// equal nodes.
class FormulaStore {
  public:
    FormulaStore();

    FormulaId constant(bool value) const { return value ? true_ : false_; }
    /// form ⋈ 0; a constant form gives a constant. `left ⋈ right` is atom(left - right, ⋈).
    FormulaId atom(LinearForm form, Relation relation);
    FormulaId boolean(BooleanVariable variable);
    FormulaId negation(FormulaId operand);
    FormulaId conjunction(std::vector<FormulaId> operands);
    FormulaId disjunction(std::vector<FormulaId> operands);
    FormulaId implication(FormulaId premise, FormulaId conclusion);
    FormulaId equivalence(FormulaId left, FormulaId right);
    FormulaId exclusive_or(FormulaId left, FormulaId right);
    FormulaId if_then_else(FormulaId condition, FormulaId then, FormulaId otherwise);

    const FormulaNode& node(FormulaId id) const { return nodes_[id.index()]; }
    std::size_t size() const { return nodes_.size(); }

    /// Truth of `root` where variable v has values[v.index()] and Boolean b has booleans[b.index()].
    bool holds(FormulaId root, std::span<const Rational> values, const std::vector<bool>& booleans) const;

  private:
    FormulaId add(FormulaNode node);
    FormulaId connective(FormulaKind kind, std::vector<FormulaId> operands);

    std::vector<FormulaNode> nodes_;
    std::unordered_multimap<std::size_t, FormulaId> by_hash_;
    FormulaId true_;
    FormulaId false_;
};

/// The formulas that all must hold for `root` to hold: its conjuncts, and theirs.
std::vector<FormulaId> conjuncts(const FormulaStore& formulas, FormulaId root);

}  // namespace sinew::model
