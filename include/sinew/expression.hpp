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
    template <std::integral Number>
    Expression(Number value) : Expression(Rational(value)) {}          // NOLINT: a number is an expression
    Expression(const Integer& value) : Expression(Rational(value)) {}  // NOLINT
    Expression(const Rational& value);                                 // NOLINT: need not be in lowest terms
    template <class Operands>  ///< sums and products of GMP's numbers, which it computes late
    Expression(const __gmp_expr<mpq_t, Operands>& value) : Expression(Rational(value)) {}  // NOLINT
    template <class Operands>
    Expression(const __gmp_expr<mpz_t, Operands>& value) : Expression(Rational(value)) {}  // NOLINT
    template <std::floating_point Number>
    Expression(Number value) = delete;

    Expression& operator+=(const Expression& other);
    Expression& operator-=(const Expression& other);
    Expression& operator*=(const Rational& factor);

    /// For the library itself: what it is made of.
    explicit Expression(LinearForm form);
    const LinearForm& form() const;

  private:
    LinearForm& own();

    std::shared_ptr<LinearForm> form_;  ///< none: 0
};

/// Sums of expressions of different models or queries have no meaning, and are not noticed.
Expression operator+(Expression left, const Expression& right);
Expression operator-(Expression left, const Expression& right);
Expression operator-(Expression value);
Expression operator*(const Rational& factor, Expression value);
Expression operator*(Expression value, const Rational& factor);
/// UsageError for a divisor that is zero.
Expression operator/(Expression value, const Rational& divisor);
template <std::floating_point Number>
Expression operator*(Number factor, Expression value) = delete;
template <std::floating_point Number>
Expression operator*(Expression value, Number factor) = delete;
template <std::floating_point Number>
Expression operator/(Expression value, Number divisor) = delete;

/// Σ terms, Σ weights[i]·terms[i] (UsageError where the lengths differ). O(n log n) in all terms' terms.
Expression sum(const std::vector<Expression>& terms);
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
    const Node& node() const { return *node_; }
    const std::shared_ptr<Node>& shared() const { return node_; }

  private:
    std::shared_ptr<Node> node_;
};

Condition operator<=(const Expression& left, const Expression& right);
Condition operator>=(const Expression& left, const Expression& right);
Condition operator<(const Expression& left, const Expression& right);
Condition operator>(const Expression& left, const Expression& right);
Condition operator==(const Expression& left, const Expression& right);
Condition operator!=(const Expression& left, const Expression& right);

Condition operator!(const Condition& condition);
Condition operator&&(const Condition& left, const Condition& right);
Condition operator||(const Condition& left, const Condition& right);
Condition implies(const Condition& premise, const Condition& conclusion);
Condition equivalent(const Condition& left, const Condition& right);
/// Of no conditions: true, and false.
Condition all_of(const std::vector<Condition>& conditions);
Condition any_of(const std::vector<Condition>& conditions);

}  // namespace sinew
