// SPDX-License-Identifier: Apache-2.0
#include "read/smtlib/evaluator.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/join.hpp"
#include "base/limit_scope.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"

namespace sinew::read::smtlib {

namespace {
constexpr std::size_t longest_copied_sum = 16;
constexpr std::size_t most_expansions = 2'000'000;       // terms read inside of macros
constexpr std::size_t most_bits = std::size_t{1} << 32;  // of the numbers of all terms that are computed

constexpr std::size_t everything = static_cast<std::size_t>(-1);

/// Numerals and decimals, and exponents, which tools write though the standard has none.
std::optional<Rational> plain_number(std::string_view text) {
    return text.find('/') == std::string_view::npos ? parse_number(text) : std::nullopt;
}

/// 12 is a numeral, 12.0 and 1e3 are not.
bool is_numeral(std::string_view text) {
    return text.find_first_of(".eE") == std::string_view::npos;
}

bool is_symbol(const Sexpr& text, std::size_t node) {
    const SexprKind kind = text.node(node).kind;
    if (kind == SexprKind::quoted_symbol) return true;
    if (kind != SexprKind::word) return false;
    const char first = text.text(node).front();
    return !(first >= '0' && first <= '9') && first != ':' && first != '#';
}
}  // namespace

const Symbol* Evaluator::find(const Sexpr& text, std::size_t node) const {
    if (!is_symbol(text, node)) return nullptr;
    const auto at = symbols_.find(std::string(text.text(node)));
    return at == symbols_.end() ? nullptr : &at->second;
}

void Evaluator::define(const Sexpr& text, std::size_t node, Symbol symbol) {
    if (text.is_list(node) || !is_symbol(text, node)) reader_.fail(text, node, "this is no name", "a symbol");
    const std::string_view name = text.text(node);
    const bool reserved = operator_named(name) || name == "let" || name == "true" || name == "false" || name == "!";
    if (reserved && text.node(node).kind == SexprKind::word)
        reader_.fail(text, node, fmt::format("'{}' cannot be declared: it has a meaning already", name));
    symbol.order = next_order();
    if (!symbols_.try_emplace(std::string(name), std::move(symbol)).second)
        reader_.fail(text, node, fmt::format("'{}' is declared twice", printable(name)));
}

Value Evaluator::shared(Value value) {
    if (!value.is_number || !value.cases.empty() || value.sum.size() <= longest_copied_sum) return value;
    value.sum = dialect_ ? TermSum(value.sum.form()) : TermSum(definitions_.affine(value.sum.form()));
    return value;
}

Value Evaluator::evaluate(const Sexpr& text, std::size_t node) {
    frames_.clear();
    values_.clear();
    if (!locals_.empty()) locals_ = {};  // clear() would visit every bucket of the largest term so far
    bound_.clear();
    barrier_ = 0;
    visible_order_ = everything;
    expansions_ = 0;
    start(text, node);
    while (!frames_.empty()) step();
    return std::move(values_.back());
}

void Evaluator::start(const Sexpr& text, std::size_t node) {
    if (visible_order_ != everything && ++expansions_ > most_expansions)
        reader_.fail(text, node, "functions that use functions expand to too many terms",
                     fmt::format("at most {}", most_expansions));
    if (text.is_list(node))
        start_list(text, node);
    else
        atom(text, node);
}

void Evaluator::start_list(const Sexpr& text, std::size_t node) {
    const std::size_t head = text.first_child(node);
    if (head == text.end(node)) reader_.fail(text, node, "an empty list is no term", "a term");
    if (text.is_list(head))
        reader_.fail(text, head, "a list stands where a function is expected", "the name of a function");
    Frame frame{Frame::Kind::application, &text, node, text.next_sibling(head), values_.size()};
    const std::string_view name = text.text(head);
    const bool plain = text.node(head).kind == SexprKind::word;
    if (dialect_ && find(text, head) == nullptr &&
        std::ranges::find(dialect_->operators, name) == dialect_->operators.end())
        reader_.fail(text, head, fmt::format("the operator {} is not one of {}", printable(name), dialect_->name),
                     joined(dialect_->operators, ", "));
    if (plain && name == "let") {
        const std::size_t body = frame.next < text.end(node) ? text.next_sibling(frame.next) : text.end(node);
        if (text.child_count(node) != 3 || !text.is_list(frame.next) || text.child_count(frame.next) == 0)
            reader_.fail(text, node, "a 'let' of the wrong form", "(let ((name term) …) term)");
        frame.kind = Frame::Kind::bindings;
        frame.order = body;
        frame.next = text.first_child(frame.next);
    } else if (plain && name == "!") {
        if (text.child_count(node) < 2) reader_.fail(text, node, "an annotation without a term", "(! term :keyword …)");
        frame.kind = Frame::Kind::annotation;
    } else if (const auto operation = plain ? operator_named(name) : std::nullopt) {
        frame.operation = *operation;
    } else {
        frame.symbol = find(text, head);
        if (frame.symbol != nullptr && frame.symbol->order > visible_order_) frame.symbol = nullptr;
        if (frame.symbol == nullptr)
            reader_.fail(text, head, fmt::format("unknown function '{}'", printable(name)),
                         "a function of linear arithmetic, or one that define-fun has given");
        if (frame.symbol->macro == nullptr)
            reader_.fail(text, head, fmt::format("'{}' is a constant, not a function", printable(name)));
        frame.kind = Frame::Kind::macro;
    }
    frames_.push_back(frame);
}

void Evaluator::check_size(const Sexpr& text, std::size_t node, const Rational& number) const {
    if (outgrows(number, text.text(node)))
        reader_.fail(text, node, fmt::format("the number {} is too large or too small", printable(text.text(node))));
}

const Value* Evaluator::local(std::string_view name) const {
    const auto found = locals_.find(name);
    const bool is_seen = found != locals_.end() && !found->second.empty() && found->second.back().level > barrier_;
    return is_seen ? &found->second.back().value : nullptr;
}

Value Evaluator::word(const Sexpr& text, std::size_t node) const {
    if (const Value* const bound = local(text.text(node))) return *bound;
    const Symbol* const symbol = find(text, node);
    const bool is_constant = symbol != nullptr && symbol->macro == nullptr && symbol->order <= visible_order_;
    return is_constant ? symbol->value : dialect_->word(text, node);
}

void Evaluator::atom(const Sexpr& text, std::size_t node) {
    const std::string_view name = text.text(node);
    if (dialect_) return values_.push_back(word(text, node));
    if (text.node(node).kind == SexprKind::string) reader_.fail(text, node, "a string is no term of linear arithmetic");
    if (!is_symbol(text, node)) {
        std::optional<Rational> number = plain_number(name);
        if (!number) reader_.fail(text, node, fmt::format("'{}' is no number", printable(name)), "such as 12 or 0.5");
        check_size(text, node, *number);
        values_.push_back({true, numerals_are_integers_ && is_numeral(name), {}, TermSum(*std::move(number))});
        return;
    }
    if (const Value* const bound = local(name)) return values_.push_back(*bound);
    if (text.node(node).kind == SexprKind::word && (name == "true" || name == "false")) {
        values_.push_back({false, false, formulas_.constant(name == "true"), {}});
        return;
    }
    const Symbol* symbol = find(text, node);
    if (symbol == nullptr || symbol->order > visible_order_) {
        if (auto number = plain_number(name)) {  // "-0.5", which the standard takes for a symbol
            check_size(text, node, *number);
            values_.push_back({true, numerals_are_integers_ && is_numeral(name), {}, TermSum(*std::move(number))});
            return;
        }
        if (operator_named(name))
            reader_.fail(text, node, fmt::format("'{}' stands alone", name), fmt::format("({} …)", name));
        reader_.fail(text, node, fmt::format("'{}' is not declared", printable(name)),
                     "a constant of declare-fun, declare-const, define-fun or let");
    }
    if (symbol->macro != nullptr)
        reader_.fail(text, node, fmt::format("the function '{}' has no arguments here", printable(name)));
    values_.push_back(symbol->value);
}

void Evaluator::check_binding(const Sexpr& text, std::size_t binding) const {
    if (!text.is_list(binding) || text.child_count(binding) != 2 || !is_symbol(text, text.first_child(binding)))
        reader_.fail(text, binding, "a binding of the wrong form", "(name term)");
}

void Evaluator::step() {
    if ((++steps_ & 15U) == 0) check_limits();
    Frame& frame = frames_.back();
    const Sexpr& text = *frame.text;
    switch (frame.kind) {
        case Frame::Kind::application:
            if (frame.operation == Operator::plus) fold_sum(frame);
            if (frame.next == text.end(frame.node)) return finish();
            break;
        case Frame::Kind::macro:
            if (frame.next == text.end(frame.node)) return finish();
            break;
        case Frame::Kind::annotation:
            if (values_.size() > frame.base) {  // the attributes are not read
                frames_.pop_back();
                return;
            }
            break;
        case Frame::Kind::bindings: {
            if (frame.next == frame.order) return bind_let(frame);
            const std::size_t binding = frame.next;
            check_binding(text, binding);
            frame.next = text.next_sibling(binding);
            start(text, text.next_sibling(text.first_child(binding)));
            return;
        }
        case Frame::Kind::body:
            unbind();
            frames_.pop_back();
            return;
        case Frame::Kind::expansion:
            unbind();
            barrier_ = frame.barrier;
            visible_order_ = frame.order;
            if (values_.back().is_number != frame.symbol->macro->result_is_number)
                reader_.fail(text, frame.node, "the body of this function is not of the sort that it promises");
            values_.back().is_integer = values_.back().is_integer && frame.symbol->macro->result_is_integer;
            frames_.pop_back();
            return;
    }
    const std::size_t child = frame.next;
    frame.next = text.next_sibling(child);
    start(text, child);  // may move `frame`
}

/// Sums of millions of arguments are added as they come, so that they do not wait in memory.
void Evaluator::fold_sum(Frame& frame) {
    if (values_.size() != frame.base + 2 || !values_[frame.base].is_number || !values_[frame.base + 1].is_number)
        return;
    if (!values_[frame.base].cases.empty() || !values_[frame.base + 1].cases.empty()) return;
    values_[frame.base].sum.add(std::move(values_[frame.base + 1].sum));
    values_[frame.base].is_integer = values_[frame.base].is_integer && values_[frame.base + 1].is_integer;
    values_.pop_back();
    ++frame.folded;
}

void Evaluator::finish() {
    const Frame frame = frames_.back();
    if (frame.kind == Frame::Kind::macro) return expand(frame);
    if (dialect_ && values_.size() == frame.base)
        reader_.fail(*frame.text, frame.node, fmt::format("{} needs an operand", frame.text->head(frame.node)));
    try {
        Value result = operators_.apply(frame.operation, std::span(values_).subspan(frame.base));
        values_.resize(frame.base);
        if (result.is_number) bits_ += result.sum.bits();
        if (bits_ > most_bits)
            reader_.fail(*frame.text, frame.node, "the numbers of the script grow too large, in sum",
                         fmt::format("at most {} bits", most_bits));
        values_.push_back(std::move(result));
    } catch (const ApplicationError& error) {
        std::size_t place = frame.text->first_child(frame.node);
        const std::size_t operand = error.operand == 0 ? 0 : error.operand + frame.folded;
        for (std::size_t i = 0; i < operand; ++i) place = frame.text->next_sibling(place);
        reader_.fail(*frame.text, place, error.message, error.expected);
    }
    frames_.pop_back();
}

void Evaluator::bind_let(Frame& frame) {
    const Sexpr& text = *frame.text;
    const std::size_t level = bound_.size() + 1;
    bound_.emplace_back();
    std::size_t value = frame.base;
    const std::size_t list = text.next_sibling(text.first_child(frame.node));
    for (std::size_t binding = text.first_child(list); binding < text.end(list);
         binding = text.next_sibling(binding), ++value) {
        const std::string_view name = text.text(text.first_child(binding));
        std::vector<Local>& stack = locals_[name];
        if (!stack.empty() && stack.back().level == level)
            reader_.fail(text, binding, fmt::format("'let' binds '{}' twice", printable(name)));
        stack.push_back({level, shared(std::move(values_[value]))});
        bound_.back().push_back(name);
    }
    values_.resize(frame.base);
    frame.kind = Frame::Kind::body;
    start(text, frame.order);
}

void Evaluator::expand(Frame frame) {
    const Macro& macro = *frame.symbol->macro;
    const Sexpr& text = *frame.text;
    if (values_.size() - frame.base != macro.parameters.size())
        reader_.fail(text, frame.node, fmt::format("{} arguments", values_.size() - frame.base),
                     std::to_string(macro.parameters.size()));
    const std::size_t level = bound_.size() + 1;
    bound_.emplace_back();
    for (std::size_t i = 0; i < macro.parameters.size(); ++i) {
        Value& value = values_[frame.base + i];
        if (value.is_number != macro.number[i])
            reader_.fail(text, frame.node, fmt::format("argument {} is of the wrong sort", i + 1),
                         macro.number[i] ? "a number" : "a Bool");
        value.is_integer = value.is_integer && macro.integer[i];
        locals_[macro.parameters[i]].push_back({level, shared(std::move(value))});
        bound_.back().push_back(macro.parameters[i]);
    }
    values_.resize(frame.base);
    Frame& expansion = frames_.back();
    expansion.kind = Frame::Kind::expansion;
    expansion.barrier = std::exchange(barrier_, level - 1);
    expansion.order = std::exchange(visible_order_, macro.order);
    start(macro.text, macro.body);
}

void Evaluator::unbind() {
    for (const std::string_view name : bound_.back()) locals_[name].pop_back();
    bound_.pop_back();
}

}  // namespace sinew::read::smtlib
