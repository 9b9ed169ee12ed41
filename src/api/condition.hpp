// SPDX-License-Identifier: Apache-2.0
// What a Condition is made of, and its numbers.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include <sinew/expression.hpp>

#include "exact/linear_form.hpp"
#include "model/formula.hpp"

namespace sinew {

/// Children of a negation, a conjunction, a disjunction; an atom; a Boolean of a Query; a constant.
struct Condition::Node {
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node();

    model::FormulaKind kind = model::FormulaKind::constant;
    bool value = true;
    model::Atom atom;
    model::BooleanVariable boolean;
    std::vector<std::shared_ptr<Node>> children;
};

/// Rational(2, 4) is 2/4 to GMP, which expects 1/2 everywhere else. UsageError for a denominator of 0.
Rational lowest(Rational value);

/// What `make(node, known)` makes of the condition; `known` has what it made of each child. Every node once, its
/// children before it, without recursion.
template <class Made, class Make>
Made children_first(const Condition& condition, const Make& make) {
    std::unordered_map<const Condition::Node*, Made> known;
    std::vector<const Condition::Node*> open{&condition.node()};
    while (!open.empty()) {
        const Condition::Node* node = open.back();
        const std::size_t before = open.size();
        if (!known.contains(node))
            for (const std::shared_ptr<Condition::Node>& child : node->children)
                if (!known.contains(child.get())) open.push_back(child.get());
        if (open.size() > before) continue;
        open.pop_back();
        if (!known.contains(node)) known.emplace(node, make(*node, known));
    }
    return known.at(&condition.node());
}

/// The condition as a formula over the same variables. Without recursion, each node once.
model::FormulaId to_formula(model::FormulaStore& store, const Condition& condition);

/// Expressions of another model, or younger than a solution, speak of variables that are not there: UsageError.
void check_known(const LinearForm& form, std::size_t variables);
void check_known(const model::FormulaStore& store, std::size_t variables, std::size_t booleans);

}  // namespace sinew
