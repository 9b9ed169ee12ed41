// SPDX-License-Identifier: Apache-2.0
// Σ c_i·x_i + c_0 over exact numbers.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "base/strong_id.hpp"
#include "exact/rational.hpp"

namespace sinew {

/// A real-valued quantity of a query: a component of a network's input, of a layer, or a free real.
using Variable = StrongId<struct VariableTag>;

struct LinearTerm {
    Variable variable;
    Rational coefficient;
    friend bool operator==(const LinearTerm&, const LinearTerm&) = default;
};

/// A sparse linear form with a constant. Terms are sorted by variable, unique, and never zero.
class LinearForm {
  public:
    LinearForm() = default;
    explicit LinearForm(Rational constant) : constant_(std::move(constant)) {}
    explicit LinearForm(Variable variable, Rational coefficient = 1);
    /// From terms in any order, repeated variables summed. O(n log n).
    LinearForm(std::vector<LinearTerm> terms, Rational constant);

    const std::vector<LinearTerm>& terms() const { return terms_; }
    const Rational& constant() const { return constant_; }
    bool is_constant() const { return terms_.empty(); }
    /// The coefficient of `variable`, 0 if absent. O(log n).
    Rational coefficient(Variable variable) const;

    /// this += factor · other. O(n + m).
    void add(const LinearForm& other, const Rational& factor = 1);
    void add_constant(const Rational& value) { constant_ += value; }
    void scale(const Rational& factor);

    /// The value where variable v has value values[v.index()].
    Rational value(std::span<const Rational> values) const;

    friend bool operator==(const LinearForm&, const LinearForm&) = default;

  private:
    std::vector<LinearTerm> terms_;
    Rational constant_;
};

LinearForm operator+(LinearForm left, const LinearForm& right);
LinearForm operator-(LinearForm left, const LinearForm& right);

}  // namespace sinew
