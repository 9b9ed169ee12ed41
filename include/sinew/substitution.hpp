// SPDX-License-Identifier: Apache-2.0
// Expressions and conditions before it is said what their variables are: numbers stand for them, and something else is
// put in later. A question can be written down once and asked of several models and queries.
//
//   const Condition wanted = symbol(0) >= 2 * symbol(1);
//   query.add(substitute(wanted, [&](std::size_t number) { return x[number]; }));
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sinew/expression.hpp>

namespace sinew {

/// The variable of that number; of a Model or a Query, what it numbers so. UsageError from 2^32 - 1 on.
Expression symbol(std::size_t number);

/// Numbers of variables and their coefficients, by increasing number, none of them 0.
std::vector<std::pair<std::size_t, Rational>> terms(const Expression& expression);
const Rational& constant(const Expression& expression);  ///< what it has beside its terms

/// What stands in the place of a variable.
using Substitution = std::function<Expression(std::size_t)>;
/// The same with other expressions in the place of all variables.
Expression substitute(const Expression& expression, const Substitution& in_place_of);
/// The same of a condition, which keeps the parts that it shares, and its Booleans.
Condition substitute(const Condition& condition, const Substitution& in_place_of);

/// What a variable is called.
using Naming = std::function<std::string(std::size_t)>;
/// "2 x - 1/2 y + 3". What would need more than about `longest` characters is cut: "…".
std::string to_text(const Expression& expression, const Naming& names, std::size_t longest = 400);
/// "(x < 1 and not y = 0)", cut as above.
std::string to_text(const Condition& condition, const Naming& names, std::size_t longest = 400);

}  // namespace sinew
