// SPDX-License-Identifier: Apache-2.0
// From syntax to linear forms: exact, and linear in the size of the text however it is nested.
#pragma once

#include <string>
#include <vector>

#include "exact/linear_form.hpp"
#include "read/dnn/syntax.hpp"

namespace sinew::read::dnn {

/// The variable of each symbol; invalid where the symbol names none.
using VariableTable = std::vector<Variable>;

/// The exact value of a number node. InputError for a zero denominator or an exponent beyond ±100000.
Rational number_value(const SyntaxTree& tree, const Node& number);

/// The value of an expression without names. InputError if a name occurs, or for a division by zero.
Rational constant_value(const SyntaxTree& tree, std::uint32_t root);

/// `root` as a linear form; list and tuple forms are read too. InputError for products of names, for names without a
/// variable, for conditions where a number is expected, and for if-then-else (conditions only, see condition.cpp).
LinearForm linear_form(const SyntaxTree& tree, const VariableTable& variables, std::uint32_t root);

/// The error for a name that no one declares; those that are declared may be meant.
[[nodiscard]] InputError undeclared(const SyntaxTree& tree, const Node& name, const std::vector<std::string>& declared);

/// True for kinds that are conditions whatever stands below them.
bool is_condition(NodeKind kind);

}  // namespace sinew::read::dnn
