#include "read/vnnlib/expression.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "exact/decimal.hpp"
#include "read/printable.hpp"

namespace sinew::read::vnnlib {

namespace {
std::size_t bits(const Rational& value) {
    return mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}
}  // namespace

void Linear::multiply(const Rational& factor) {
    if (factor == 0)
        *this = Linear{};
    else
        scale *= factor;
}

void Linear::add(Linear other) {
    if (other.terms.size() > terms.size()) std::swap(*this, other);
    const Rational factor = other.scale / scale;
    constant += factor * other.constant;
    for (LinearTerm& term : other.terms) terms.push_back({term.variable, factor * term.coefficient});
}

LinearForm Linear::form() && {
    LinearForm result(std::move(terms), std::move(constant));
    if (scale != 1) result.scale(scale);
    return result;
}

std::optional<Rational> Evaluator::number(const Sexpr& in, std::size_t node) const {
    if (in.node(node).kind != SexprKind::word) return std::nullopt;
    const std::string_view text = in.text(node);
    std::optional<Rational> value = parse_number(text);
    if (value && outgrows(*value, text))
        reader_.fail(in, node, fmt::format("the number {} is too large or too small", printable(text)));
    return value;
}

void Evaluator::check_size(const Sexpr& in, std::size_t node, const Rational& value) const {
    constexpr std::size_t most = std::size_t{1} << 24;
    if (bits(value) > most) reader_.fail(in, node, "this product is too large");
}

void Evaluator::push_word(const Sexpr& in, std::size_t node) {
    const SexprKind kind = in.node(node).kind;
    const std::string_view text = in.text(node);
    if (kind == SexprKind::string) reader_.fail(in, node, "a string has no place in a formula");
    if (kind == SexprKind::word && (text == "true" || text == "false")) {
        operands_.emplace_back(formulas_.constant(text == "true"));
        return;
    }
    Linear result;
    if (std::optional<Rational> value = number(in, node))
        result.constant = std::move(*value);
    else
        result.terms.push_back({lookup_(text, node), 1});
    operands_.emplace_back(std::move(result));
}

void Evaluator::open(const Sexpr& in, std::size_t node) {
    if (in.child_count(node) == 0) reader_.fail(in, node, "an empty list is no formula and no term");
    const std::string_view head = in.head(node);
    if (head.empty()) reader_.fail(in, node + 1, "a list here begins with an operator", "and, or, <=, +, ...");
    if (!is_one_of(head, {"and", "or", "not", "=>", "<", "<=", ">", ">=", "=", "distinct", "+", "-", "*", "/"}))
        reader_.fail(in, node + 1, fmt::format("the operator {} is not one of VNN-LIB 1.0", printable(head)),
                     "and, or, not, =>, <, <=, >, >=, =, distinct, +, -, *, /");
    const bool merge =
        !frames_.empty() && (head == "and" || head == "or" || head == "+") && in.head(frames_.back().node) == head;
    frames_.push_back({node, in.next_sibling(node + 1), operands_.size(), merge});
}

model::FormulaId Evaluator::formula(const Sexpr& in, std::size_t root) {
    frames_.clear();
    operands_.clear();
    if (in.is_list(root))
        open(in, root);
    else
        push_word(in, root);
    while (!frames_.empty()) {
        Frame& frame = frames_.back();
        if (frame.next == in.end(frame.node)) {
            close(in);
            continue;
        }
        const std::size_t child = frame.next;
        frame.next = in.next_sibling(child);
        if (in.is_list(child))
            open(in, child);
        else
            push_word(in, child);
    }
    const auto* result = std::get_if<model::FormulaId>(&operands_.back());
    if (result == nullptr) reader_.fail(in, root, "this is a number", "a formula");
    return *result;
}

void Evaluator::close(const Sexpr& in) {
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (operands_.size() == frame.first)
        reader_.fail(in, frame.node, fmt::format("{} needs an operand", in.head(frame.node)));
    if (frame.merge) return;
    Operand result = apply(in, frame);
    operands_.resize(frame.first);
    operands_.push_back(std::move(result));
}

Operand Evaluator::apply(const Sexpr& in, const Frame& frame) {
    const std::string_view head = in.head(frame.node);
    const bool of_formulas = is_one_of(head, {"and", "or", "not", "=>"});
    for (std::size_t i = frame.first; i < operands_.size(); ++i)
        if (std::holds_alternative<Linear>(operands_[i]) == of_formulas)
            reader_.fail(in, frame.node,
                         fmt::format("{} is applied to a {}", head, of_formulas ? "number" : "truth value"));
    if (of_formulas) return connective(in, frame);
    return is_one_of(head, {"+", "-", "*", "/"}) ? arithmetic(in, frame) : comparison(in, frame);
}

model::FormulaId Evaluator::negated(model::FormulaId operand) {
    const model::FormulaNode& node = formulas_.node(operand);
    if (node.kind != model::FormulaKind::atom || node.atom.relation == model::Relation::equal)
        return formulas_.negation(operand);
    model::Atom opposite = node.atom.opposite();
    return formulas_.atom(std::move(opposite.form), opposite.relation);
}

Operand Evaluator::connective(const Sexpr& in, const Frame& frame) {
    const std::string_view head = in.head(frame.node);
    std::vector<model::FormulaId> all;
    for (std::size_t i = frame.first; i < operands_.size(); ++i)
        all.push_back(std::get<model::FormulaId>(operands_[i]));
    if (head == "and") return formulas_.conjunction(std::move(all));
    if (head == "or") return formulas_.disjunction(std::move(all));
    if (head == "not") {
        if (all.size() != 1) reader_.fail(in, frame.node, "not takes one operand");
        return negated(all[0]);
    }
    for (std::size_t i = 0; i + 1 < all.size(); ++i) all[i] = negated(all[i]);  // a => b => c is a => (b => c)
    return formulas_.disjunction(std::move(all));
}

Operand Evaluator::arithmetic(const Sexpr& in, const Frame& frame) {
    const std::string_view head = in.head(frame.node);
    if (head == "*") return product(in, frame);
    if (head == "/") return quotient(in, frame);
    Linear sum = std::move(std::get<Linear>(operands_[frame.first]));
    if (head == "-" && operands_.size() == frame.first + 1) sum.multiply(-1);
    for (std::size_t i = frame.first + 1; i < operands_.size(); ++i) {
        Linear next = std::move(std::get<Linear>(operands_[i]));
        if (head == "-") next.multiply(-1);
        sum.add(std::move(next));
    }
    return sum;
}

Linear Evaluator::product(const Sexpr& in, const Frame& frame) {
    Linear result = std::move(std::get<Linear>(operands_[frame.first]));
    for (std::size_t i = frame.first + 1; i < operands_.size(); ++i) {
        Linear next = std::move(std::get<Linear>(operands_[i]));
        if (result.is_constant()) std::swap(result, next);
        if (!next.is_constant())
            reader_.fail(in, frame.node, "a product of variables is not linear", "at most one factor with variables");
        result.multiply(next.value());
        check_size(in, frame.node, result.scale);
    }
    return result;
}

Linear Evaluator::quotient(const Sexpr& in, const Frame& frame) {
    Linear result = std::move(std::get<Linear>(operands_[frame.first]));
    if (operands_.size() < frame.first + 2) reader_.fail(in, frame.node, "/ takes two operands or more");
    for (std::size_t i = frame.first + 1; i < operands_.size(); ++i) {
        const Linear& divisor = std::get<Linear>(operands_[i]);
        if (!divisor.is_constant()) reader_.fail(in, frame.node, "a division by variables is not linear");
        if (divisor.value() == 0) reader_.fail(in, frame.node, "a division by zero");
        result.multiply(1 / divisor.value());
        check_size(in, frame.node, result.scale);
    }
    return result;
}

model::FormulaId Evaluator::compare(std::string_view relation, const Linear& left, const Linear& right) {
    const bool turned = relation[0] == '>';
    Linear difference = turned ? right : left;
    Linear other = turned ? left : right;
    other.multiply(-1);
    difference.add(std::move(other));
    LinearForm form = std::move(difference).form();
    if (relation == "=" || relation == "distinct") {
        const model::FormulaId equal = formulas_.atom(std::move(form), model::Relation::equal);
        return relation == "=" ? equal : formulas_.negation(equal);
    }
    return formulas_.atom(std::move(form), relation.size() == 1 ? model::Relation::less : model::Relation::less_equal);
}

Operand Evaluator::comparison(const Sexpr& in, const Frame& frame) {
    const std::string_view head = in.head(frame.node);
    const std::size_t count = operands_.size() - frame.first;
    if (count < 2) reader_.fail(in, frame.node, fmt::format("{} takes two operands or more", head));
    if (count > 2 && head == "distinct") reader_.fail(in, frame.node, "distinct takes two operands here");
    std::vector<model::FormulaId> pairs;
    for (std::size_t i = frame.first; i + 1 < operands_.size(); ++i)
        pairs.push_back(compare(head, std::get<Linear>(operands_[i]), std::get<Linear>(operands_[i + 1])));
    return formulas_.conjunction(std::move(pairs));
}

}  // namespace sinew::read::vnnlib
