// SPDX-License-Identifier: Apache-2.0
// A linear term while a script is read: sums are joined small to large and factors are kept aside, so that deep nests
// of + and * cost O(n log n), not O(n²).
#pragma once

#include <vector>

#include "exact/linear_form.hpp"

namespace sinew::read::smtlib {

/// scale · (Σ terms + constant); terms in any order, variables may repeat.
class TermSum {
  public:
    TermSum() = default;
    explicit TermSum(Rational constant) : constant_(std::move(constant)) {}
    explicit TermSum(Variable variable) : terms_{{variable, 1}} {}
    explicit TermSum(const LinearForm& form) : terms_(form.terms()), constant_(form.constant()) {}

    void add(TermSum other);
    void scale(const Rational& factor);

    /// Upper bound of the number of variables.
    std::size_t size() const { return terms_.size(); }
    /// About how many bits its numbers have: of the factor, the constant and one coefficient. O(1).
    std::size_t bits() const;
    /// True iff no variable is left when equal ones are joined.
    bool is_constant();
    LinearForm form() const;

  private:
    void join_equal();

    std::vector<LinearTerm> terms_;
    Rational constant_;
    Rational scale_ = 1;
    std::size_t joined_ = 0;  ///< the number of terms when equal variables were last joined
};

}  // namespace sinew::read::smtlib
