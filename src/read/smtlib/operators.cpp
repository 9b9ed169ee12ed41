// SPDX-License-Identifier: Apache-2.0
#include "read/smtlib/operators.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace sinew::read::smtlib {

namespace {
using model::FormulaId;
using model::Relation;

constexpr std::size_t most_distinct = 2000;
constexpr std::size_t most_cases = 4096;

constexpr std::array<std::pair<std::string_view, Operator>, 17> names = {{
    {"and", Operator::conjunction},
    {"or", Operator::disjunction},
    {"not", Operator::negation},
    {"=>", Operator::implication},
    {"xor", Operator::exclusive_or},
    {"=", Operator::equal},
    {"distinct", Operator::distinct},
    {"ite", Operator::if_then_else},
    {"<", Operator::less},
    {"<=", Operator::less_equal},
    {">=", Operator::greater_equal},
    {">", Operator::greater},
    {"+", Operator::plus},
    {"-", Operator::minus},
    {"*", Operator::times},
    {"/", Operator::over},
    {"to_real", Operator::to_real},
}};

std::string_view name_of(Operator operation) {
    for (const auto& [name, known] : names)
        if (known == operation) return name;
    return "?";
}

void demand(Operator operation, std::size_t found, std::size_t least, std::size_t most) {
    if (found >= least && found <= most) return;
    throw ApplicationError{fmt::format("'{}' with {} argument{}", name_of(operation), found, found == 1 ? "" : "s"),
                           least == most ? std::to_string(least) : fmt::format("{} or more", least), 0};
}

void demand_sort(Operator operation, std::span<const Value> operands, bool number) {
    for (std::size_t i = 0; i < operands.size(); ++i)
        if (operands[i].is_number != number)
            throw ApplicationError{
                fmt::format("a {} as an argument of '{}'", number ? "Bool" : "number", name_of(operation)),
                number ? "a number" : "a Bool", i + 1};
}

constexpr std::size_t any_number = static_cast<std::size_t>(-1);
}  // namespace

std::optional<Operator> operator_named(std::string_view name) {
    for (const auto& [known, operation] : names)
        if (known == name) return operation;
    return std::nullopt;
}

Value Operators::apply(Operator operation, std::span<Value> operands) {
    const auto has_cases = [](const Value& operand) { return !operand.cases.empty(); };
    if (operation == Operator::if_then_else || std::ranges::none_of(operands, has_cases))
        return apply_plain(operation, operands);
    return by_cases(operation, operands);
}

/// The operation on every combination of the operands' cases.
Value Operators::by_cases(Operator operation, std::span<const Value> operands) {
    std::size_t combinations = 1;
    for (const Value& operand : operands) {
        combinations *= std::max<std::size_t>(operand.cases.size(), 1);
        if (combinations > most_cases)
            throw ApplicationError{
                fmt::format("the numbers with 'ite' in this '{}' have too many cases", name_of(operation)),
                fmt::format("at most {}", most_cases), 0};
    }
    Value result;
    std::vector<FormulaId> truths;
    for (std::size_t k = 0; k < combinations; ++k) {
        std::vector<Value> chosen;
        std::vector<FormulaId> guards;
        std::size_t rest = k;
        for (const Value& operand : operands) {
            chosen.push_back({operand.is_number, operand.is_integer, operand.formula, operand.sum});
            if (operand.cases.empty()) continue;
            const NumberCase& one = operand.cases[rest % operand.cases.size()];
            rest /= operand.cases.size();
            chosen.back().sum = one.sum;
            guards.push_back(one.guard);
        }
        Value value = apply_plain(operation, chosen);
        result.is_number = value.is_number;
        result.is_integer = value.is_integer;
        if (value.is_number) {
            result.cases.push_back({formulas_.conjunction(std::move(guards)), std::move(value.sum)});
        } else {
            guards.push_back(value.formula);
            truths.push_back(formulas_.conjunction(std::move(guards)));
        }
    }
    if (!result.is_number) result.formula = formulas_.disjunction(std::move(truths));
    return result;
}

Value Operators::apply_plain(Operator operation, std::span<Value> operands) {
    switch (operation) {
        case Operator::conjunction:
        case Operator::disjunction:
        case Operator::negation:
        case Operator::implication:
        case Operator::exclusive_or:
            return connective(operation, operands);
        case Operator::equal:
        case Operator::distinct:
        case Operator::less:
        case Operator::less_equal:
        case Operator::greater_equal:
        case Operator::greater:
            return comparison(operation, operands);
        case Operator::if_then_else:
            return if_then_else(operands);
        default:
            return arithmetic(operation, operands);
    }
}

FormulaId Operators::negation(FormulaId operand) {
    const model::FormulaNode& node = formulas_.node(operand);
    if (!of_dialect_ || node.kind != model::FormulaKind::atom || node.atom.relation == Relation::equal)
        return formulas_.negation(operand);
    model::Atom opposite = node.atom.opposite();
    return formulas_.atom(std::move(opposite.form), opposite.relation);
}

Value Operators::connective(Operator operation, std::span<Value> operands) {
    demand_sort(operation, operands, false);
    std::vector<FormulaId> formulas;
    for (const Value& operand : operands) formulas.push_back(operand.formula);
    switch (operation) {
        case Operator::conjunction:
            return truth(formulas_.conjunction(std::move(formulas)));
        case Operator::disjunction:
            return truth(formulas_.disjunction(std::move(formulas)));
        case Operator::negation:
            demand(operation, operands.size(), 1, 1);
            return truth(negation(formulas[0]));
        case Operator::implication:  // right-associative: (=> a b c) is a and b imply c
            demand(operation, operands.size(), 2, any_number);
            for (std::size_t i = 0; i + 1 < formulas.size(); ++i) formulas[i] = negation(formulas[i]);
            return truth(formulas_.disjunction(std::move(formulas)));
        default: {
            demand(operation, operands.size(), 2, any_number);
            FormulaId result = formulas[0];
            for (std::size_t i = 1; i < formulas.size(); ++i) result = formulas_.exclusive_or(result, formulas[i]);
            return truth(result);
        }
    }
}

Value Operators::comparison(Operator operation, std::span<Value> operands) {
    demand(operation, operands.size(), 2, any_number);
    const bool any_sort = operation == Operator::equal || operation == Operator::distinct;
    demand_sort(operation, operands, any_sort ? operands[0].is_number : true);
    const bool pairwise = operation == Operator::distinct;
    if (pairwise && operands.size() > most_distinct)
        throw ApplicationError{fmt::format("'distinct' with {} arguments", operands.size()),
                               fmt::format("at most {}", most_distinct), 0};
    std::vector<FormulaId> links;
    for (std::size_t i = 0; i + 1 < operands.size(); ++i)
        for (std::size_t k = i + 1; k < (pairwise ? operands.size() : i + 2); ++k)
            links.push_back(compare(operation, operands[i], operands[k]));
    return truth(formulas_.conjunction(std::move(links)));
}

FormulaId Operators::compare(Operator operation, const Value& left, const Value& right) {
    if (!left.is_number) {
        return operation == Operator::equal ? formulas_.equivalence(left.formula, right.formula)
                                            : formulas_.exclusive_or(left.formula, right.formula);
    }
    const bool swap = operation == Operator::greater || operation == Operator::greater_equal;
    TermSum difference = swap ? right.sum : left.sum;
    TermSum negative = swap ? left.sum : right.sum;
    negative.scale(-1);
    difference.add(std::move(negative));
    const bool strict = operation == Operator::less || operation == Operator::greater;
    const bool equation = operation == Operator::equal || operation == Operator::distinct;
    const FormulaId atom = formulas_.atom(difference.form(), equation ? Relation::equal
                                                             : strict ? Relation::less
                                                                      : Relation::less_equal);
    return operation == Operator::distinct ? formulas_.negation(atom) : atom;
}

Value Operators::arithmetic(Operator operation, std::span<Value> operands) {
    demand_sort(operation, operands, true);
    demand(operation, operands.size(), 1, operation == Operator::to_real ? 1 : any_number);
    const bool is_integer = operation != Operator::over && operation != Operator::to_real &&
                            std::ranges::all_of(operands, [](const Value& operand) { return operand.is_integer; });
    operands[0].is_integer = is_integer;  // it becomes the result
    switch (operation) {
        case Operator::times:
            return product(operands);
        case Operator::over:
            return quotient(operands);
        case Operator::minus:
            if (operands.size() == 1)
                operands[0].sum.scale(-1);
            else
                for (std::size_t i = 1; i < operands.size(); ++i) operands[i].sum.scale(-1);
            break;
        default:
            break;
    }
    Value result = std::move(operands[0]);
    for (std::size_t i = 1; i < operands.size(); ++i) result.sum.add(std::move(operands[i].sum));
    return result;
}

Value Operators::product(std::span<Value> operands) {
    Value result = std::move(operands[0]);
    for (std::size_t i = 1; i < operands.size(); ++i) {
        TermSum factor = std::move(operands[i].sum);
        // A sum without terms is a constant at first sight; joining equal variables may show another to be one.
        if (factor.size() != 0 && (result.sum.size() == 0 || !factor.is_constant())) {
            if (result.sum.size() != 0 && !result.sum.is_constant())
                throw ApplicationError{"a product of two terms with variables is not linear",
                                       "a constant as one factor", i + 1};
            std::swap(factor, result.sum);
        }
        result.sum.scale(factor.form().constant());
    }
    return result;
}

Value Operators::quotient(std::span<Value> operands) {
    demand(Operator::over, operands.size(), 2, any_number);
    Value result = std::move(operands[0]);
    for (std::size_t i = 1; i < operands.size(); ++i) {
        TermSum divisor = std::move(operands[i].sum);
        if (!divisor.is_constant())
            throw ApplicationError{"a division by a term with variables is not linear", "a constant as divisor", i + 1};
        const Rational value = divisor.form().constant();
        if (value == 0)
            throw ApplicationError{"a division by zero, which SMT-LIB leaves open", "a divisor other than 0", i + 1};
        result.sum.scale(1 / value);
    }
    return result;
}

Value Operators::if_then_else(std::span<Value> operands) {
    demand(Operator::if_then_else, operands.size(), 3, 3);
    if (operands[0].is_number) throw ApplicationError{"a number as the condition of 'ite'", "a Bool", 1};
    if (operands[1].is_number != operands[2].is_number)
        throw ApplicationError{"a Bool and a number as the branches of 'ite'", "branches of the same sort", 0};
    const FormulaId condition = operands[0].formula;
    if (!operands[1].is_number)
        return truth(formulas_.if_then_else(condition, operands[1].formula, operands[2].formula));
    const bool is_integer = operands[1].is_integer && operands[2].is_integer;  // an Int beside a Real becomes one
    for (Value& operand : operands) operand.is_integer = is_integer;
    if (condition == formulas_.constant(true)) return std::move(operands[1]);
    if (condition == formulas_.constant(false)) return std::move(operands[2]);
    if (of_dialect_) {
        Value result;
        result.is_number = true;
        result.is_integer = is_integer;
        const auto add = [&](FormulaId guard, Value& branch) {
            if (branch.cases.empty()) branch.cases.push_back({formulas_.constant(true), std::move(branch.sum)});
            for (NumberCase& one : branch.cases)
                result.cases.push_back({formulas_.conjunction({guard, one.guard}), std::move(one.sum)});
        };
        add(condition, operands[1]);
        add(negation(condition), operands[2]);
        if (result.cases.size() > most_cases)
            throw ApplicationError{"this 'ite' has too many cases", fmt::format("at most {}", most_cases), 0};
        return result;
    }
    return {true,
            is_integer,
            {},
            TermSum(definitions_.if_then_else(condition, operands[1].sum.form(), operands[2].sum.form()))};
}

}  // namespace sinew::read::smtlib
