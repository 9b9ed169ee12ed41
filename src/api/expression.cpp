// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <sinew/expression.hpp>

#include "api/condition.hpp"
#include "base/error.hpp"
#include "exact/decimal.hpp"

namespace sinew {

using model::FormulaKind;
using model::Relation;

Rational decimal(std::string_view text) {
    const std::optional<Rational> value = parse_number(text);
    if (!value) throw UsageError(fmt::format("'{}' is no number", text));
    return *value;
}

Rational lowest(Rational value) {
    if (value.get_den() == 0) throw UsageError("a number is divided by zero");
    value.canonicalize();
    return value;
}

Expression::Expression(const Rational& value) : form_(std::make_shared<LinearForm>(lowest(value))) {}
Expression::Expression(LinearForm form) : form_(std::make_shared<LinearForm>(std::move(form))) {}

const LinearForm& Expression::form() const {
    static const LinearForm zero;
    return form_ ? *form_ : zero;
}

/// Its own to change.
LinearForm& Expression::own() {
    if (!form_ || form_.use_count() > 1) form_ = std::make_shared<LinearForm>(form());
    return *form_;
}

Expression& Expression::operator+=(const Expression& other) {
    const Expression kept = other;  // it may be this one
    own().add(kept.form());
    return *this;
}
Expression& Expression::operator-=(const Expression& other) {
    const Expression kept = other;
    own().add(kept.form(), -1);
    return *this;
}
Expression& Expression::operator*=(const Rational& factor) {
    own().scale(lowest(factor));
    return *this;
}

Expression operator+(Expression left, const Expression& right) {
    return left += right;
}
Expression operator-(Expression left, const Expression& right) {
    return left -= right;
}
Expression operator-(Expression value) {
    return value *= -1;
}
Expression operator*(const Rational& factor, Expression value) {
    return value *= factor;
}
Expression operator*(Expression value, const Rational& factor) {
    return value *= factor;
}
Expression operator/(Expression value, const Rational& divisor) {
    if (divisor == 0) throw UsageError("an expression is divided by zero");
    return value *= 1 / lowest(divisor);
}

Expression sum(const std::vector<Expression>& terms) {
    return weighted_sum(std::vector<Rational>(terms.size(), 1), terms);
}

Expression weighted_sum(const std::vector<Rational>& weights, const std::vector<Expression>& terms) {
    if (weights.size() != terms.size())
        throw UsageError(fmt::format("a sum of {} terms has {} weights", terms.size(), weights.size()));
    std::vector<LinearTerm> all;
    Rational constant;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const Rational weight = lowest(weights[i]);
        for (const LinearTerm& term : terms[i].form().terms())
            all.push_back({term.variable, weight * term.coefficient});
        constant += weight * terms[i].form().constant();
    }
    return Expression(LinearForm(std::move(all), constant));
}

namespace {
using Node = Condition::Node;

Condition atom(const Expression& left, const Expression& right, Relation relation) {
    auto node = std::make_shared<Node>();
    node->kind = FormulaKind::atom;
    node->atom = {left.form() - right.form(), relation};
    return Condition(std::move(node));
}

Condition connective(FormulaKind kind, const std::vector<Condition>& conditions) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    for (const Condition& condition : conditions) node->children.push_back(condition.shared());
    return Condition(std::move(node));
}
}  // namespace

/// Without recursion: a long chain of conditions ends as a short one does.
Condition::Node::~Node() {
    std::vector<std::shared_ptr<Node>> open = std::move(children);
    while (!open.empty()) {
        const std::shared_ptr<Node> last = std::move(open.back());
        open.pop_back();
        if (last.use_count() > 1) continue;
        for (std::shared_ptr<Node>& child : last->children) open.push_back(std::move(child));
        last->children.clear();
    }
}

Condition::Condition(std::shared_ptr<Node> node) : node_(std::move(node)) {}
Condition::Condition(bool value) : node_(std::make_shared<Node>()) {
    node_->value = value;
}

bool Condition::is_linear() const {
    return node_->kind == FormulaKind::atom;
}

Condition operator<=(const Expression& left, const Expression& right) {
    return atom(left, right, Relation::less_equal);
}
Condition operator>=(const Expression& left, const Expression& right) {
    return right <= left;
}
Condition operator<(const Expression& left, const Expression& right) {
    return atom(left, right, Relation::less);
}
Condition operator>(const Expression& left, const Expression& right) {
    return right < left;
}
Condition operator==(const Expression& left, const Expression& right) {
    return atom(left, right, Relation::equal);
}
Condition operator!=(const Expression& left, const Expression& right) {
    return !(left == right);
}

Condition operator!(const Condition& condition) {
    return connective(FormulaKind::negation, {condition});
}
Condition operator&&(const Condition& left, const Condition& right) {
    return all_of({left, right});
}
Condition operator||(const Condition& left, const Condition& right) {
    return any_of({left, right});
}
Condition implies(const Condition& premise, const Condition& conclusion) {
    return !premise || conclusion;
}
Condition equivalent(const Condition& left, const Condition& right) {
    return implies(left, right) && implies(right, left);
}
Condition all_of(const std::vector<Condition>& conditions) {
    return connective(FormulaKind::conjunction, conditions);
}
Condition any_of(const std::vector<Condition>& conditions) {
    return connective(FormulaKind::disjunction, conditions);
}

}  // namespace sinew
