// SPDX-License-Identifier: Apache-2.0
// Linear equations over the integers: their solutions as integer combinations of free parameters, or the multiple of
// them that shows that there are none (a Hermite normal form, built one equation at a time).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "exact/rational.hpp"

namespace sinew {

/// coefficient·(unknown or parameter of this number).
struct IntegerTerm {
    std::size_t index = 0;
    Integer coefficient;
    friend bool operator==(const IntegerTerm&, const IntegerTerm&) = default;
};

/// A multiple of one of the equations.
struct EquationMultiplier {
    std::size_t equation = 0;
    Rational factor;
};

/// Σ terms over parameters + constant. It equals the form over unknowns that it was made from up to
/// Σ used·(left - right) of the equations, which is 0 wherever these hold.
struct ParameterForm {
    std::vector<IntegerTerm> terms;  ///< sorted, without zeros
    Integer constant;
    std::vector<EquationMultiplier> used;  ///< sorted by equation
};

/// Solving goes as in the Omega test (Pugh, CACM 1992): a coefficient of one is solved for; without one, the smallest
/// coefficient's parameter is replaced, unimodularly, until there is one. Each equation costs O(unknowns) sparse
/// operations a step, and O(log coefficient) steps.
///
///   IntegerElimination system(2);
///   system.add_equation({{{0, 2}, {1, -2}}}, 1);          // contradiction: 2a - 2b = 1
///   system.certificate();                                 // {0, 1/2}: a - b = 1/2
class IntegerElimination {
  public:
    enum class Answer : std::uint8_t { consistent, contradiction, stopped };

    explicit IntegerElimination(std::size_t unknowns);

    /// Σ terms = right; unknowns may repeat. contradiction: together with the equations before it there is no solution
    /// in integers; nothing but certificate() may be called then. stopped, by a limit: nothing may be called any more.
    Answer add_equation(std::span<const IntegerTerm> terms, const Integer& right, const Limits& limits = {});
    /// The equations times these factors add up to a form with integer coefficients and a right-hand side that is no
    /// integer.
    const std::vector<EquationMultiplier>& certificate() const { return certificate_; }

    /// Σ terms over the unknowns in terms of parameters, which may be any integers. Parameters have the numbers of
    /// unknowns; those that have been solved for occur no more. Good until the next equation.
    ParameterForm reduce(std::span<const IntegerTerm> terms) const;
    /// An unknown.
    const ParameterForm& form(std::size_t unknown) const { return forms_[unknown]; }

  private:
    bool solve(ParameterForm equation, const Integer& divisor, std::size_t number, const Limits& limits);
    bool substitute(std::size_t parameter, const ParameterForm& value, const Limits& limits);

    std::vector<ParameterForm> forms_;  // by unknown
    std::vector<EquationMultiplier> certificate_;
    std::size_t equations_ = 0;
};

/// The greatest common divisor of the coefficients, 0 if there are none.
Integer content(std::span<const IntegerTerm> terms);
/// target += factor·source; both sorted, without zeros, and so is the result.
void add_multiple(std::vector<IntegerTerm>& target, std::span<const IntegerTerm> source, const Integer& factor);

}  // namespace sinew
