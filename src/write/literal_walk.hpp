// SPDX-License-Identifier: Apache-2.0
// Conditions in negation normal form, for formats that have no "not".
#pragma once

#include <cstddef>
#include <vector>

#include "model/formula.hpp"

namespace sinew::write {

/// A step of a walk over a formula from the outside in. Negations have been pushed down to the leaves.
struct WalkStep {
    enum class Kind { open_conjunction, open_disjunction, close, leaf } kind = Kind::leaf;
    model::FormulaId id;   ///< leaf: a constant, an atom or a Boolean
    bool negated = false;  ///< leaf
};

/// Calls visit(const WalkStep&) for every step of the tree that `root` is; no recursion. The caller checks tree_size
/// first.
template <class Visit>
void walk(const model::FormulaStore& formulas, model::FormulaId root, Visit&& visit) {
    std::vector<WalkStep> open{{WalkStep::Kind::leaf, root, false}};
    while (!open.empty()) {
        WalkStep step = open.back();
        open.pop_back();
        if (step.kind == WalkStep::Kind::close) {
            visit(step);
            continue;
        }
        while (formulas.node(step.id).kind == model::FormulaKind::negation)
            step = {WalkStep::Kind::leaf, formulas.node(step.id).children[0], !step.negated};
        const model::FormulaNode& node = formulas.node(step.id);
        if (node.children.empty()) {
            visit(step);
            continue;
        }
        const bool conjunction = (node.kind == model::FormulaKind::conjunction) != step.negated;
        visit(WalkStep{conjunction ? WalkStep::Kind::open_conjunction : WalkStep::Kind::open_disjunction, step.id,
                       step.negated});
        open.push_back({WalkStep::Kind::close, step.id, step.negated});
        for (std::size_t i = node.children.size(); i-- > 0;)
            open.push_back({WalkStep::Kind::leaf, node.children[i], step.negated});
    }
}

}  // namespace sinew::write
