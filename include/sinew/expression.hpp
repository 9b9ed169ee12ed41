// SPDX-License-Identifier: Apache-2.0
// What questions are written in: linear expressions with exact coefficients, and Boolean conditions over them.
#pragma once

#include <concepts>
#include <memory>
#include <vector>

#include <sinew/error.hpp>
#include <sinew/number.hpp>

namespace sinew {

class LinearForm;

/// A linear expression over the variables of one Model or Query: 3*x - y/2 + 1. Coefficients are exact; a double is
/// refused at compile time, since 0.1 is no double: write decimal("0.1") or Rational(1, 10). Copies share until one of
/// them changes.
class Expression {
  public:
    Expression() = default;  ///< 0
    /// A number is an expression: implicitly.
    template <std::integral Number>
    Expression(Number value) : Expression(Rational(value)) {}  // NOLINT
    /// An integer.
    Expression(const Integer& value) : Expression(Rational(value)) {}  // NOLINT
    /// A fraction; it need not be in lowest terms.
    Expression(const Rational& value);  // NOLINT
    /// Sums and products of GMP's fractions, which it computes late.
    template <class Operands>
    Expression(const __gmp_expr<mpq_t, Operands>& value) : Expression(Rational(value)) {}  // NOLINT
    /// Likewise of GMP's integers.
    template <class Operands>
    Expression(const __gmp_expr<mpz_t, Operands>& value) : Expression(Rational(value)) {}  // NOLINT
    template <std::floating_point Number>
    Expression(Number value) = delete;

    Expression& operator+=(const Expression& other);  ///< adds
    Expression& operator-=(const Expression& other);  ///< subtracts
    Expression& operator*=(const Rational& factor);   ///< multiplies

    /// For the library itself: what it is made of.
    explicit Expression(LinearForm form);
    const LinearForm& form() const;  ///< for the library itself

  private:
    LinearForm& own();

    std::shared_ptr<LinearForm> form_;  ///< none: 0
};

/// The sum. Sums of expressions of different models or queries have no meaning, and are not noticed.
Expression operator+(Expression left, const Expression& right);
Expression operator-(Expression left, const Expression& right);  ///< the difference
Expression operator-(Expression value);                          ///< -value
Expression operator*(const Rational& factor, Expression value);  ///< a multiple
Expression operator*(Expression value, const Rational& factor);  ///< a multiple
/// UsageError for a divisor that is zero.
Expression operator/(Expression value, const Rational& divisor);
template <std::floating_point Number>
Expression operator*(Number factor, Expression value) = delete;
template <std::floating_point Number>
Expression operator*(Expression value, Number factor) = delete;
template <std::floating_point Number>
Expression operator/(Expression value, Number divisor) = delete;

/// Σ terms. O(n log n) in all terms' terms.
Expression sum(const std::vector<Expression>& terms);
/// Σ weights[i]·terms[i]; UsageError where the lengths differ. O(n log n), too.
Expression weighted_sum(const std::vector<Rational>& weights, const std::vector<Expression>& terms);

/// A comparison of expressions, or such conditions put together by !, &&, ||. Copies share; any depth.
class Condition {
  public:
    struct Node;

    /// Always true, or always false.
    explicit Condition(bool value = true);
    /// One comparison that is no disequality.
    bool is_linear() const;

    /// For the library itself: what it is made of.
    explicit Condition(std::shared_ptr<Node> node);
    const Node& node() const { return *node_; }                    ///< for the library itself
    const std::shared_ptr<Node>& shared() const { return node_; }  ///< for the library itself

  private:
    std::shared_ptr<Node> node_;
};

Condition operator<=(const Expression& left, const Expression& right);  ///< left is at most right
Condition operator>=(const Expression& left, const Expression& right);  ///< left is at least right
Condition operator<(const Expression& left, const Expression& right);   ///< strictly less
Condition operator>(const Expression& left, const Expression& right);   ///< strictly greater
Condition operator==(const Expression& left, const Expression& right);  ///< exactly equal
Condition operator!=(const Expression& left, const Expression& right);  ///< different: less or greater

Condition operator!(const Condition& condition);                           ///< it does not hold
Condition operator&&(const Condition& left, const Condition& right);       ///< both hold
Condition operator||(const Condition& left, const Condition& right);       ///< one holds, or both
Condition implies(const Condition& premise, const Condition& conclusion);  ///< !premise || conclusion
Condition equivalent(const Condition& left, const Condition& right);       ///< both hold, or none
/// All hold. Of no conditions: true.
Condition all_of(const std::vector<Condition>& conditions);
/// One holds at least. Of no conditions: false.
Condition any_of(const std::vector<Condition>& conditions);

}  // namespace sinew
