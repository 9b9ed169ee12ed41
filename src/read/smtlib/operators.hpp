// SPDX-License-Identifier: Apache-2.0
// The functions of the theory, applied to values that have been read already.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "read/smtlib/definitions.hpp"
#include "read/smtlib/term_sum.hpp"

namespace sinew::read::smtlib {

/// What a number is where `guard` holds.
struct NumberCase {
    model::FormulaId guard;
    TermSum sum;
};

/// A term that has been read: a truth or a number.
struct Value {
    bool is_number = false;
    bool is_integer = false;  ///< a number of sort Int, not Real
    model::FormulaId formula;
    TermSum sum;
    /// Of a number that an if-then-else chooses, in a dialect: in place of `sum`; exactly one guard holds anywhere.
    std::vector<NumberCase> cases{};
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
    /// `of_dialect`: the variables are those of a network. The negation of an inequality is then the opposite one, and
    /// numbers that an if-then-else chooses become cases of the comparison around them.
    Operators(model::FormulaStore& formulas, Definitions& definitions, bool of_dialect)
        : formulas_(formulas), definitions_(definitions), of_dialect_(of_dialect) {}

    /// The value of (operation operands…); the operands are used up. Throws ApplicationError.
    Value apply(Operator operation, std::span<Value> operands);

  private:
    Value apply_plain(Operator operation, std::span<Value> operands);
    Value by_cases(Operator operation, std::span<const Value> operands);
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
    bool of_dialect_;
};

}  // namespace sinew::read::smtlib
