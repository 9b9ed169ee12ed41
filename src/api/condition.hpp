// What a Condition is made of, and its numbers.
#pragma once

#include <memory>
#include <vector>

#include <sinew/expression.hpp>

#include "exact/linear_form.hpp"
#include "model/formula.hpp"

namespace sinew {

/// Children of a negation, a conjunction, a disjunction; an atom; a constant.
struct Condition::Node {
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node();

    model::FormulaKind kind = model::FormulaKind::constant;
    bool value = true;
    model::Atom atom;
    std::vector<std::shared_ptr<Node>> children;
};

/// Rational(2, 4) is 2/4 to GMP, which expects 1/2 everywhere else. UsageError for a denominator of 0.
Rational lowest(Rational value);

/// The condition as a formula over the same variables. Without recursion, each node once.
model::FormulaId to_formula(model::FormulaStore& store, const Condition& condition);

}  // namespace sinew
