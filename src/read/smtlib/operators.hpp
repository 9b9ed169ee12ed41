// SPDX-License-Identifier: Apache-2.0
// The functions of the theory, applied to values that have been read already.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "read/smtlib/definitions.hpp"
#include "read/smtlib/term_sum.hpp"

namespace sinew::read::smtlib {

/// A term that has been read: a truth or a number.
struct Value {
    bool is_number = false;
    bool is_integer = false;  ///< a number of sort Int, not Real
    model::FormulaId formula;
    TermSum sum;
};

enum class Operator : std::uint8_t {
    conjunction,
    disjunction,
    negation,
    implication,
    exclusive_or,
    equal,
    distinct,
    if_then_else,
    less,
    less_equal,
    greater_equal,
    greater,
    plus,
    minus,
    times,
    over,
    to_real,
};

std::optional<Operator> operator_named(std::string_view name);

/// What is wrong with an application, and with which operand (0: with the whole).
struct ApplicationError {
    std::string message;
    std::string expected;
    std::size_t operand = 0;
};

/// Applies operators; makes atoms in `formulas` and if-then-elses in `definitions`.
class Operators {
  public:
    /// `turns_inequalities`: the negation of an inequality is the opposite one.
    Operators(model::FormulaStore& formulas, Definitions& definitions, bool turns_inequalities)
        : formulas_(formulas), definitions_(definitions), turns_inequalities_(turns_inequalities) {}

    /// The value of (operation operands…); the operands are used up. Throws ApplicationError.
    Value apply(Operator operation, std::span<Value> operands);

  private:
    model::FormulaId negation(model::FormulaId operand);
    Value truth(model::FormulaId formula) const { return {false, false, formula, {}}; }
    Value connective(Operator operation, std::span<Value> operands);
    Value comparison(Operator operation, std::span<Value> operands);
    model::FormulaId compare(Operator operation, const Value& left, const Value& right);
    Value arithmetic(Operator operation, std::span<Value> operands);
    Value product(std::span<Value> operands);
    Value quotient(std::span<Value> operands);
    Value if_then_else(std::span<Value> operands);

    model::FormulaStore& formulas_;
    Definitions& definitions_;
    bool turns_inequalities_;
};

}  // namespace sinew::read::smtlib
