// SPDX-License-Identifier: Apache-2.0
#include "read/dnn/expression.hpp"

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "base/suggest.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"

namespace sinew::read::dnn {

namespace {
std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

[[noreturn]] void not_a_number(const SyntaxTree& tree, const Node& node) {
    if (is_condition(node.kind))
        throw tree.error(node.offset, "a condition stands where a number is expected", "an arithmetic expression");
    switch (node.kind) {
        case NodeKind::if_then_else:
            throw tree.error(node.offset, "'ite' is for conditions only");
        case NodeKind::text:
            throw tree.error(node.offset, "an empty text stands where a number is expected", "such as '2x0 - 1/3 x1'");
        case NodeKind::tuple:
            throw tree.error(node.offset, "a tuple of the wrong form", "a number and a name, such as (0.5, 'n00')");
        default:
            throw tree.error(node.offset, "this is no arithmetic expression", "such as '2x0 - 1/3 x1'");
    }
}

Rational divided(const SyntaxTree& tree, const Node& quotient, const Rational& value, const Rational& divisor) {
    if (divisor == 0) throw tree.error(quotient.offset, "division by zero");
    return value / divisor;
}
}  // namespace

bool is_condition(NodeKind kind) {
    return kind == NodeKind::truth || (kind >= NodeKind::chain && kind <= NodeKind::implication);
}

InputError undeclared(const SyntaxTree& tree, const Node& name, const std::vector<std::string>& declared) {
    const std::string_view text = tree.symbol(name.payload);
    const std::string shown = printable(text);
    if (text == "inf" || text == "nan" || text == "NaN" || text == "infinity")
        return tree.error(name.offset, fmt::format("'{}' is not a number that a network can have", shown),
                          "a finite number");
    const std::string message = fmt::format("'{}' is not declared{}", shown, did_you_mean(text, declared));
    if (text.front() == 'n')
        return tree.error(name.offset, message, fmt::format("an entry 'a{}' in dnn", printable(text.substr(1))));
    if (text.front() == 'x') return tree.error(name.offset, message, "an input that dnn uses or domains names");
    return tree.error(name.offset, message, "a name x…, a…, n… or y… with digits that dnn or domains declares");
}

namespace {
/// The symbols that have a variable.
std::vector<std::string> declared_symbols(const SyntaxTree& tree, const VariableTable& variables) {
    constexpr std::size_t most = 2000;
    std::vector<std::string> names;
    for (std::uint32_t symbol = 0; symbol < tree.symbol_count() && names.size() < most; ++symbol)
        if (variables[symbol].valid()) names.emplace_back(tree.symbol(symbol));
    return names;
}
}  // namespace

Rational number_value(const SyntaxTree& tree, const Node& number) {
    const std::string_view text = tree.number_text(number);
    const std::size_t slash = text.find('/');
    std::optional<Rational> value = parse_number(trimmed(text.substr(0, slash)));
    if (value && slash != std::string_view::npos) {
        const std::optional<Rational> divisor = parse_number(trimmed(text.substr(slash + 1)));
        if (divisor && *divisor == 0) throw tree.error(number.offset, "division by zero");
        if (divisor)
            *value /= *divisor;
        else
            value.reset();
    }
    if (!value)
        throw tree.error(number.offset, fmt::format("the number {} is out of range", printable(text)),
                         "an exponent between -100000 and 100000");
    if (outgrows(*value, text))
        throw tree.error(number.offset, fmt::format("the number {} is too large or too small", printable(text)));
    return *std::move(value);
}

Rational constant_value(const SyntaxTree& tree, std::uint32_t root) {
    // The subtree is the nodes begin … root in postfix order: a stack machine needs no recursion.
    std::vector<Rational> stack;
    const auto pop = [&stack] {
        Rational top = std::move(stack.back());
        stack.pop_back();
        return top;
    };
    for (std::uint32_t id = tree.node(root).begin; id <= root; ++id) {
        if ((id & 15U) == 15U) check_limits();
        const Node& node = tree.node(id);
        switch (node.kind) {
            case NodeKind::number:
                stack.push_back(number_value(tree, node));
                break;
            case NodeKind::negate:
                stack.back() = -stack.back();
                break;
            case NodeKind::sum: {
                Rational total;
                for (std::uint32_t child = node.first; child != no_node; child = tree.node(child).next) total += pop();
                stack.push_back(std::move(total));
                break;
            }
            case NodeKind::product: {
                const Rational right = pop();
                stack.back() *= right;
                break;
            }
            case NodeKind::quotient: {
                const Rational right = pop();
                stack.back() = divided(tree, node, stack.back(), right);
                break;
            }
            case NodeKind::text:
                if (node.first == no_node) not_a_number(tree, node);
                break;
            case NodeKind::name:
                throw tree.error(node.offset,
                                 fmt::format("the name '{}' stands where a constant is expected",
                                             printable(tree.symbol(node.payload))),
                                 "a number");
            default:
                not_a_number(tree, node);
        }
    }
    return pop();
}

LinearForm linear_form(const SyntaxTree& tree, const VariableTable& variables, std::uint32_t root) {
    std::vector<LinearTerm> terms;
    Rational constant;
    std::vector<std::pair<std::uint32_t, Rational>> open{{root, 1}};  // what is still to be added, and how often
    const auto scaled = [&](const Node& node, std::uint32_t factor, std::uint32_t operand, Rational times) {
        if (tree.node(factor).has_name) std::swap(factor, operand);
        if (tree.node(factor).has_name)
            throw tree.error(node.offset, "a product of two names is not linear", "a number as one factor");
        open.emplace_back(operand, times * constant_value(tree, factor));
    };
    const auto add_name = [&](const Node& name, Rational times) {
        const Variable variable = variables[name.payload];
        if (!variable.valid()) throw undeclared(tree, name, declared_symbols(tree, variables));
        terms.push_back({variable, std::move(times)});
    };
    // The most common product by far, "0.5x0", without the general machinery.
    const auto add_scaled_name = [&](const Node& node, std::uint32_t name, const Rational& times) {
        Rational factor = number_value(tree, tree.node(node.first));
        if (times != 1) factor *= times;
        add_name(tree.node(name), std::move(factor));
    };
    for (std::size_t step = 0; !open.empty(); ++step) {
        if ((step & 15U) == 15U) check_limits();
        auto [id, times] = std::move(open.back());
        open.pop_back();
        const Node& node = tree.node(id);
        switch (node.kind) {
            case NodeKind::number:
                constant += times * number_value(tree, node);
                break;
            case NodeKind::name:
                add_name(node, std::move(times));
                break;
            case NodeKind::negate:
                open.emplace_back(node.first, -times);
                break;
            case NodeKind::sum:
            case NodeKind::list:
                for (std::uint32_t child = node.first; child != no_node; child = tree.node(child).next)
                    open.emplace_back(child, times);
                break;
            case NodeKind::text:
                if (node.first == no_node) not_a_number(tree, node);
                open.emplace_back(node.first, times);
                break;
            case NodeKind::product: {
                const std::uint32_t second = tree.node(node.first).next;
                if (tree.node(node.first).kind == NodeKind::number && tree.node(second).kind == NodeKind::name)
                    add_scaled_name(node, second, times);
                else
                    scaled(node, node.first, second, times);
                break;
            }
            case NodeKind::tuple: {
                const std::uint32_t second = tree.node(node.first).next;
                if (second == no_node || tree.node(second).next != no_node || tree.node(second).kind != NodeKind::text)
                    not_a_number(tree, node);
                scaled(node, node.first, second, times);
                break;
            }
            case NodeKind::quotient: {
                const std::uint32_t divisor = tree.node(node.first).next;
                if (tree.node(divisor).has_name)
                    throw tree.error(tree.node(divisor).offset, "a division by a name is not linear",
                                     "a number as divisor");
                open.emplace_back(node.first, divided(tree, node, times, constant_value(tree, divisor)));
                break;
            }
            default:
                not_a_number(tree, node);
        }
    }
    return LinearForm(std::move(terms), std::move(constant));
}

}  // namespace sinew::read::dnn
