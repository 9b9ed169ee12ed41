// SPDX-License-Identifier: Apache-2.0
#include "read/smtlib/definition_of.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/utf8.hpp"

namespace sinew::read::smtlib {

namespace {
Symbol constant(const SexprReader& reader, Evaluator& evaluator, const Sexpr& command, std::size_t sort_node,
                std::size_t body) {
    Symbol symbol;
    const Sort promised = sort_at(reader, command, sort_node);
    symbol.value = evaluator.shared(evaluator.evaluate(command, body));
    if (symbol.value.is_number != (promised != Sort::boolean))
        reader.fail(command, body, "the body is not of the sort that the definition promises");
    symbol.value.is_integer = symbol.value.is_integer && promised == Sort::integer;
    return symbol;
}
}  // namespace

Sort sort_at(const SexprReader& reader, const Sexpr& command, std::size_t node) {
    const std::string_view name = command.text(node);
    if (name == "Real") return Sort::real;
    if (name == "Int") return Sort::integer;
    if (name == "Bool") return Sort::boolean;
    reader.fail(command, node, fmt::format("the sort '{}' is not supported", printable(name)), "Real, Int or Bool");
}

std::size_t argument(const Sexpr& command, std::size_t number) {
    std::size_t at = command.first_child(0);
    for (; number > 0; --number) at = command.next_sibling(at);
    return at;
}

Symbol definition_of(const SexprReader& reader, Evaluator& evaluator, const Sexpr& command) {
    const bool is_constant = command.head(0) == "define-const";
    if (command.child_count(0) != (is_constant ? 4U : 5U))
        reader.fail(command, 0, "a definition has another form",
                    is_constant ? "(define-const name sort term)" : "(define-fun name (parameters) sort term)");
    if (is_constant) return constant(reader, evaluator, command, argument(command, 2), argument(command, 3));
    const std::size_t parameters = argument(command, 2);
    if (!command.is_list(parameters)) reader.fail(command, parameters, "no list of parameters", "((name sort) …)");
    if (command.child_count(parameters) == 0)
        return constant(reader, evaluator, command, argument(command, 3), argument(command, 4));
    auto macro = std::make_shared<Macro>();
    for (std::size_t at = command.first_child(parameters); at < command.end(parameters);
         at = command.next_sibling(at)) {
        if (command.child_count(at) != 2 || command.is_list(command.first_child(at)))
            reader.fail(command, at, "a parameter of the wrong form", "(name sort)");
        std::string name(command.text(command.first_child(at)));
        if (std::ranges::find(macro->parameters, name) != macro->parameters.end())
            reader.fail(command, at, fmt::format("two parameters are called '{}'", printable(name)));
        macro->parameters.push_back(std::move(name));
        const Sort kind = sort_at(reader, command, command.next_sibling(command.first_child(at)));
        macro->number.push_back(kind != Sort::boolean);
        macro->integer.push_back(kind == Sort::integer);
    }
    const Sort result = sort_at(reader, command, argument(command, 3));
    macro->result_is_number = result != Sort::boolean;
    macro->result_is_integer = result == Sort::integer;
    macro->body = argument(command, 4);
    macro->text = command;
    macro->order = evaluator.next_order();
    Symbol symbol;
    symbol.macro = std::move(macro);
    return symbol;
}

}  // namespace sinew::read::smtlib
