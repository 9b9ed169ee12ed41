// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/assertions.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"

namespace sinew::read::vnnlib {

using model::FormulaId;
using model::Relation;

namespace {
constexpr std::array comparisons = std::to_array<std::string_view>({"<", "<=", ">", ">=", "==", "!=", "=", "distinct"});
constexpr std::array connectives = std::to_array<std::string_view>({"and", "or", "not", "=>"});
constexpr std::array arithmetic = std::to_array<std::string_view>({"+", "-", "*", "/"});
/// A product of sums may not have more terms than this.
constexpr std::size_t most_terms = 1'000'000;

template <class Table>
bool is_in(const Table& table, std::string_view word) {
    return std::ranges::find(table, word) != table.end();
}
bool is_operation(std::string_view word) {
    return is_in(comparisons, word) || is_in(connectives, word) || is_in(arithmetic, word);
}

bool begins_as_number(std::string_view word) {
    const std::size_t sign = !word.empty() && (word.front() == '-' || word.front() == '+') ? 1 : 0;
    return word.size() > sign && ((word[sign] >= '0' && word[sign] <= '9') || word[sign] == '.');
}
}  // namespace

void Assertions::add(const Sexpr& text) {
    if (text.child_count(0) != 2) reader_.fail(text, 0, "assert takes one formula", "(assert (<= X[0] 1.0))");
    const std::size_t root = text.next_sibling(1);
    if (text.head(root) != "and") return add_part(text, root);
    for (std::size_t node = text.next_sibling(root + 1); node < text.end(root); node = text.next_sibling(node))
        add_part(text, node);
}

void Assertions::add_part(const Sexpr& text, std::size_t node) {
    if (!add_bound(text, node)) parts.push_back(formula(text, node, evaluate(text, node)));
}

/// An input and a number compared, without building a formula: large texts are full of such.
bool Assertions::add_bound(const Sexpr& text, std::size_t node) {
    const std::string_view head = text.head(node);
    if (head != "<=" && head != ">=" && head != "==") return false;
    const std::size_t left = node + 2;
    if (text.end(node) != node + 4 || text.node(left).kind != SexprKind::word ||
        text.node(left + 1).kind != SexprKind::word)
        return false;
    const bool turned = begins_as_number(text.text(left));
    if (turned == begins_as_number(text.text(left + 1))) return false;
    const std::size_t name = turned ? left + 1 : left;
    if (text.text(name).find('[') != std::string_view::npos && !text.text(name).ends_with(']')) return false;
    const Value element = word(text, name, text.text(name));
    if (!element.is_number) return false;
    const std::size_t at = element.form.terms().front().variable.index();
    if (!declarations_.is_input(at)) return false;
    const Value value = word(text, turned ? left : left + 1, text.text(turned ? left : left + 1));
    const bool is_equal = head == "==";
    const bool is_upper = (head == "<=") != turned;
    bounds.push_back({at, is_equal || is_upper, is_equal || !is_upper, value.form.constant()});
    return true;
}

Assertions::Value Assertions::evaluate(const Sexpr& text, std::size_t node) {
    frames_.clear();
    values_.clear();
    const auto read = [&](std::size_t at, std::size_t end) {
        if (text.is_list(at)) {
            open(text, at);
            return text.next_sibling(at);
        }
        const Word here = word_at(reader_, text, at, end);
        values_.push_back(word(text, at, here.text));
        return here.next;
    };
    read(node, text.next_sibling(node));
    for (std::size_t count = 0; !frames_.empty(); ++count) {
        if ((count & 1023U) == 1023U) check_limits();
        const std::size_t here = frames_.size() - 1;
        const std::size_t end = text.end(frames_[here].node);
        std::size_t next = frames_[here].next;
        if (next == frames_[here].infix && next != 0) next = text.next_sibling(next);
        if (next < end) {
            const std::size_t behind = read(next, end);
            frames_[here].next = behind;  // reading may have moved the frames
            continue;
        }
        Value value = apply(text, frames_[here]);
        values_.resize(frames_[here].base);
        values_.push_back(std::move(value));
        frames_.pop_back();
    }
    return std::move(values_.back());
}

void Assertions::open(const Sexpr& text, std::size_t node) {
    const std::size_t end = text.end(node);
    const std::size_t first = text.first_child(node);
    if (first == end) reader_.fail(text, node, "this list is empty", "a formula or a sum");
    const std::string_view head = text.head(node);
    if (is_operation(head)) {
        if (head == "not" || head == "=>" || head == "/" || head == "=" || head == "distinct")
            notes_.tell(text.node(node).offset, fmt::format("VNN-LIB 2.0 has no '{}'; it is read all the same", head));
        frames_.push_back({node, text.next_sibling(first), values_.size(), head, 0});
        return;
    }
    // Published texts have (Y_f[1] < Y_g[1]).
    const std::size_t second = text.is_list(first) ? text.next_sibling(first) : word_at(reader_, text, first, end).next;
    if (second < end && text.node(second).kind == SexprKind::word && is_operation(text.text(second))) {
        const std::string_view operation = text.text(second);
        notes_.tell(text.node(second).offset,
                    fmt::format("VNN-LIB 2.0 has '{}' in front of what it joins; it is read all the same", operation));
        frames_.push_back({node, first, values_.size(), operation, second});
        return;
    }
    reader_.fail(
        text, first,
        head.empty() ? "this is no operation" : fmt::format("'{}' is no operation of VNN-LIB 2.0", printable(head)),
        "and, or, <, <=, >, >=, ==, !=, +, - or *");
}

Assertions::Value Assertions::word(const Sexpr& text, std::size_t node, std::string_view word) {
    if (text.node(node).kind != SexprKind::word) reader_.fail(text, node, "a quoted text has no place in a formula");
    if (begins_as_number(word)) {
        std::optional<Rational> value = parse_number(word);
        if (!value)
            reader_.fail(text, node, fmt::format("'{}' is no number", printable(word)),
                         "a decimal number such as -0.5");
        if (outgrows(*value, word))
            reader_.fail(text, node, fmt::format("the number {} is too large or too small", printable(word)));
        if (word.find_first_of("eE") != std::string_view::npos)
            notes_.tell(text.node(node).offset, "numbers of VNN-LIB 2.0 have no exponent; it is read all the same");
        return {true, LinearForm(*std::move(value)), {}};
    }
    if (word == "true" || word == "false") return {false, {}, formulas.constant(word == "true")};
    return {true, LinearForm(Variable(declarations_.element(text, node, word))), {}};
}

const LinearForm& Assertions::number(const Sexpr& text, std::size_t node, const Value& value) const {
    if (!value.is_number) reader_.fail(text, node, "an operand is a formula", "a number, an element or a sum");
    return value.form;
}

FormulaId Assertions::formula(const Sexpr& text, std::size_t node, const Value& value) const {
    if (value.is_number) reader_.fail(text, node, "this is a number", "a comparison");
    return value.formula;
}

Assertions::Value Assertions::apply(const Sexpr& text, const Frame& frame) {
    if (is_in(comparisons, frame.operation)) return compared(text, frame);
    if (is_in(arithmetic, frame.operation)) return calculated(text, frame);
    std::vector<FormulaId> operands;
    for (std::size_t i = frame.base; i < values_.size(); ++i) {
        if (values_[i].is_number)
            reader_.fail(text, frame.node, fmt::format("an operand of '{}' is a number", frame.operation),
                         "comparisons");
        operands.push_back(values_[i].formula);
    }
    const std::size_t count = operands.size();
    if (count == 0 || (frame.operation == "not" && count != 1) || (frame.operation == "=>" && count != 2))
        reader_.fail(text, frame.node,
                     fmt::format("'{}' has {} operand{}", frame.operation, count, count == 1 ? "" : "s"));
    if (frame.operation == "and") return {false, {}, formulas.conjunction(std::move(operands))};
    if (frame.operation == "or") return {false, {}, formulas.disjunction(std::move(operands))};
    if (frame.operation == "not") return {false, {}, formulas.negation(operands[0])};
    return {false, {}, formulas.implication(operands[0], operands[1])};
}

Assertions::Value Assertions::compared(const Sexpr& text, const Frame& frame) {
    if (values_.size() - frame.base != 2)
        reader_.fail(text, frame.node, fmt::format("'{}' compares two numbers", frame.operation),
                     fmt::format("({} X[0] 1.0)", frame.operation));
    const LinearForm& left = number(text, frame.node, values_[frame.base]);
    const LinearForm& right = number(text, frame.node, values_[frame.base + 1]);
    const std::string_view operation = frame.operation;
    if (operation == "<") return {false, {}, formulas.atom(left - right, Relation::less)};
    if (operation == "<=") return {false, {}, formulas.atom(left - right, Relation::less_equal)};
    if (operation == ">") return {false, {}, formulas.atom(right - left, Relation::less)};
    if (operation == ">=") return {false, {}, formulas.atom(right - left, Relation::less_equal)};
    const FormulaId equal = formulas.atom(left - right, Relation::equal);
    return {false, {}, operation == "==" || operation == "=" ? equal : formulas.negation(equal)};
}

Assertions::Value Assertions::calculated(const Sexpr& text, const Frame& frame) {
    if (values_.size() == frame.base)
        reader_.fail(text, frame.node, fmt::format("'{}' has no operands", frame.operation));
    const bool is_sum = frame.operation == "+" || frame.operation == "-";
    if (is_sum && values_.size() > frame.base + 1) {
        // One sum of all terms: adding them one by one would take the square of their number.
        std::vector<LinearTerm> terms;
        Rational constant;
        for (std::size_t i = frame.base; i < values_.size(); ++i) {
            LinearForm one = number(text, frame.node, values_[i]);
            if (frame.operation == "-" && i > frame.base) one.scale(-1);
            terms.insert(terms.end(), one.terms().begin(), one.terms().end());
            constant += one.constant();
        }
        return {true, LinearForm(std::move(terms), std::move(constant)), {}};
    }
    LinearForm result = number(text, frame.node, values_[frame.base]);
    if (frame.operation == "-") result.scale(-1);
    for (std::size_t i = frame.base + 1; i < values_.size(); ++i) {
        const LinearForm& operand = number(text, frame.node, values_[i]);
        if (frame.operation == "*") {
            result = multiplied(result, operand, text.node(frame.node).offset);
        } else {
            if (!operand.is_constant() || operand.constant() == 0)
                reader_.fail(text, frame.node, "this divides by something else than a number that is not 0");
            result.scale(1 / operand.constant());
        }
    }
    return {true, std::move(result), {}};
}

LinearForm Assertions::multiplied(const LinearForm& left, const LinearForm& right, std::size_t offset) {
    if (left.is_constant() || right.is_constant()) {
        LinearForm result = left.is_constant() ? right : left;
        result.scale(left.is_constant() ? left.constant() : right.constant());
        return result;
    }
    if (left.terms().size() > most_terms / right.terms().size())
        reader_.fail(offset, fmt::format("this product has more than {} terms", most_terms));
    std::vector<LinearTerm> terms;
    for (const LinearTerm& a : left.terms()) {
        check_limits();
        for (const LinearTerm& b : right.terms())
            terms.push_back({product_of(a.variable, b.variable, offset), a.coefficient * b.coefficient});
        if (right.constant() != 0) terms.push_back({a.variable, a.coefficient * right.constant()});
    }
    if (left.constant() != 0)
        for (const LinearTerm& b : right.terms()) terms.push_back({b.variable, b.coefficient * left.constant()});
    return LinearForm(std::move(terms), left.constant() * right.constant());
}

std::vector<Variable> Assertions::factors(Variable variable) const {
    if (variable.index() < first_product) return {variable};
    return products[variable.index() - first_product].factors;
}

Variable Assertions::product_of(const Variable& left, const Variable& right, std::size_t offset) {
    std::vector<Variable> all = factors(left);
    const std::vector<Variable> more = factors(right);
    all.insert(all.end(), more.begin(), more.end());
    std::ranges::sort(all);
    const auto [known, is_new] = known_products_.try_emplace(all, Variable(first_product + products.size()));
    if (is_new) products.push_back({std::move(all), offset});
    return known->second;
}

}  // namespace sinew::read::vnnlib
