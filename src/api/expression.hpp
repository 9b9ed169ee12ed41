// What models are written in: linear expressions with exact coefficients, and Boolean conditions over them.
#pragma once

#include <concepts>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "exact/linear_form.hpp"
#include "model/formula.hpp"

namespace sinew {

/// "0.1" as one tenth. Throws UsageError for what is no number.
Rational decimal(std::string_view text);

/// A linear expression over the variables of a Model: 3*x - y/2 + 1. Coefficients are exact; a double is refused at
/// compile time, since 0.1 is no double: write decimal("0.1") or Rational(1, 10). Cheap to copy for few terms.
class Expression {
  public:
    Expression() = default;  ///< 0
    template <std::integral Number>
    Expression(Number value) : form_(Rational(value)) {}          // NOLINT: a number is an expression
    Expression(const Integer& value) : form_(Rational(value)) {}  // NOLINT
    Expression(const Rational& value);                            // NOLINT: need not be in lowest terms
    template <std::floating_point Number>
    Expression(Number value) = delete;
    explicit Expression(LinearForm form) : form_(std::move(form)) {}

    const LinearForm& form() const { return form_; }

    Expression& operator+=(const Expression& other);
    Expression& operator-=(const Expression& other);
    Expression& operator*=(const Rational& factor);

  private:
    LinearForm form_;
};

Expression operator+(Expression left, const Expression& right);
Expression operator-(Expression left, const Expression& right);
Expression operator-(Expression value);
Expression operator*(const Rational& factor, Expression value);
Expression operator*(Expression value, const Rational& factor);
/// The divisor must not be zero (UsageError).
Expression operator/(Expression value, const Rational& divisor);
template <std::floating_point Number>
Expression operator*(Number factor, Expression value) = delete;
template <std::floating_point Number>
Expression operator*(Expression value, Number factor) = delete;
template <std::floating_point Number>
Expression operator/(Expression value, Number divisor) = delete;

/// Σ terms, Σ weights[i]·terms[i] (UsageError where the lengths differ).
Expression sum(const std::vector<Expression>& terms);
Expression weighted_sum(const std::vector<Rational>& weights, const std::vector<Expression>& terms);

/// A comparison of expressions, or such conditions put together by !, &&, ||. Copies share; any depth.
class Condition {
  public:
    struct Node;

    /// Always true, or always false.
    explicit Condition(bool value = true);
    explicit Condition(std::shared_ptr<Node> node) : node_(std::move(node)) {}

    const Node& node() const { return *node_; }
    const std::shared_ptr<Node>& shared() const { return node_; }
    /// One comparison that is no disequality.
    bool is_linear() const;

  private:
    std::shared_ptr<Node> node_;
};

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
Condition all_of(const std::vector<Condition>& conditions);
Condition any_of(const std::vector<Condition>& conditions);

}  // namespace sinew
