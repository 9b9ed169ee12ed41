// SPDX-License-Identifier: Apache-2.0
// Expressions and conditions with other expressions in the place of their variables, and as texts.
#include <unordered_map>

#include <fmt/core.h>
#include <sinew/substitution.hpp>

#include "api/condition.hpp"
#include "base/error.hpp"

namespace sinew {

namespace {
using model::FormulaKind;
using model::Relation;
using Node = Condition::Node;
}  // namespace

Expression symbol(std::size_t number) {
    const Variable variable(number);
    if (!variable.valid() || variable.index() != number)
        throw UsageError(fmt::format("there is no variable with the number {}", number));
    return Expression(LinearForm(variable));
}

std::vector<std::pair<std::size_t, Rational>> terms(const Expression& expression) {
    std::vector<std::pair<std::size_t, Rational>> result;
    for (const LinearTerm& term : expression.form().terms())
        result.emplace_back(term.variable.index(), term.coefficient);
    return result;
}

const Rational& constant(const Expression& expression) {
    return expression.form().constant();
}

namespace {
LinearForm substituted_form(const LinearForm& form, const Substitution& in_place_of) {
    if (form.terms().size() == 1) {
        LinearForm result = in_place_of(form.terms().front().variable.index()).form();
        result.scale(form.terms().front().coefficient);
        result.add_constant(form.constant());
        return result;
    }
    std::vector<Rational> weights;
    std::vector<Expression> expressions;
    for (const LinearTerm& term : form.terms()) {
        weights.push_back(term.coefficient);
        expressions.push_back(in_place_of(term.variable.index()));
    }
    LinearForm result = weighted_sum(weights, expressions).form();
    result.add_constant(form.constant());
    return result;
}

std::shared_ptr<Node> substituted_node(const Node& node, const Substitution& in_place_of,
                                       const std::unordered_map<const Node*, std::shared_ptr<Node>>& known) {
    auto result = std::make_shared<Node>();
    result->kind = node.kind;
    result->value = node.value;
    result->boolean = node.boolean;
    if (node.kind == FormulaKind::atom)
        result->atom = {substituted_form(node.atom.form, in_place_of), node.atom.relation};
    for (const std::shared_ptr<Node>& child : node.children) result->children.push_back(known.at(child.get()));
    return result;
}
}  // namespace

Expression substitute(const Expression& expression, const Substitution& in_place_of) {
    return Expression(substituted_form(expression.form(), in_place_of));
}

Condition substitute(const Condition& condition, const Substitution& in_place_of) {
    return Condition(children_first<std::shared_ptr<Node>>(
        condition, [&](const Node& node, const auto& known) { return substituted_node(node, in_place_of, known); }));
}

namespace {
/// Text that stops growing at its limit.
class Text {
  public:
    Text(const Naming& names, std::size_t longest) : names_(names), longest_(longest) {}

    bool is_full() const { return text_.size() >= longest_; }

    void add(std::string_view more) {
        if (!is_full()) text_ += more;
    }

    /// Terms whose sign is `sign`, with |coefficients|; "0" without any.
    void add_terms(const LinearForm& form, int side) {
        bool first = true;
        for (const LinearTerm& term : form.terms()) {
            if (is_full()) return;
            if (side != 0 && sgn(term.coefficient) != side) continue;
            const bool negative = side == 0 && sgn(term.coefficient) < 0;
            add(first ? (negative ? "-" : "") : (negative ? " - " : " + "));
            const Rational size = abs(term.coefficient);
            if (size != 1) add(size.get_str() + " ");
            add(names_(term.variable.index()));
            first = false;
        }
        const int sign = sgn(form.constant());
        if (sign != 0 && (side == 0 || sign == side)) {
            const bool negative = side == 0 && sign < 0;
            add(first ? (negative ? "-" : "") : (negative ? " - " : " + "));
            add(Rational(abs(form.constant())).get_str());
            first = false;
        }
        if (first) add("0");
    }

    /// What is added on the left, what is taken away on the right of the comparison.
    void add_atom(const model::Atom& atom) {
        bool turned = true;  // 0 < x rather than x > 0, where the left is a number
        for (const LinearTerm& term : atom.form.terms()) turned = turned && sgn(term.coefficient) < 0;
        const char* signs[2][3] = {{" < ", " <= ", " == "}, {" > ", " >= ", " == "}};
        add_terms(atom.form, turned ? -1 : 1);
        add(signs[turned ? 1 : 0][static_cast<std::size_t>(atom.relation)]);
        add_terms(atom.form, turned ? 1 : -1);
    }

    void add_node(const Node& node, std::size_t depth) {
        if (is_full()) return;
        if (depth > 200) {
            cut_ = true;
            return;
        }
        switch (node.kind) {
            case FormulaKind::atom:
                return add_atom(node.atom);
            case FormulaKind::negation:
                add("not (");
                add_node(*node.children.front(), depth + 1);
                return add(")");
            case FormulaKind::conjunction:
            case FormulaKind::disjunction:
                return add_connective(node, depth);
            case FormulaKind::boolean:
                return add(fmt::format("boolean {}", node.boolean.index()));
            case FormulaKind::constant:
                return add(node.value ? "true" : "false");
        }
    }

    std::string take() {
        if (is_full() || cut_) text_ += "…";
        return std::move(text_);
    }

  private:
    void add_connective(const Node& node, std::size_t depth) {
        const bool is_and = node.kind == FormulaKind::conjunction;
        if (node.children.empty()) return add(is_and ? "true" : "false");
        const char* between = is_and ? " and " : " or ";
        for (std::size_t i = 0; i < node.children.size() && !is_full(); ++i) {
            const Node& child = *node.children[i];
            const bool parentheses =
                (child.kind == FormulaKind::conjunction || child.kind == FormulaKind::disjunction) &&
                child.kind != node.kind;
            if (i > 0) add(between);
            if (parentheses) add("(");
            add_node(child, depth + 1);
            if (parentheses) add(")");
        }
    }

    const Naming& names_;
    std::size_t longest_;
    std::string text_;
    bool cut_ = false;
};
}  // namespace

std::string to_text(const Expression& expression, const Naming& names, std::size_t longest) {
    Text text(names, longest);
    text.add_terms(expression.form(), 0);
    return text.take();
}

std::string to_text(const Condition& condition, const Naming& names, std::size_t longest) {
    Text text(names, longest);
    text.add_node(condition.node(), 0);
    return text.take();
}

}  // namespace sinew
