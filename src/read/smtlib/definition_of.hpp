// SPDX-License-Identifier: Apache-2.0
// define-fun and define-const: what a new symbol means.
#pragma once

#include "read/smtlib/evaluator.hpp"

namespace sinew::read::smtlib {

enum class Sort : std::uint8_t { real, integer, boolean };

/// The sort that a node names. InputError for others than Real, Int and Bool.
Sort sort_at(const SexprReader& reader, const Sexpr& command, std::size_t node);

/// Argument `number` of a command, which has that many; its name is number 0.
std::size_t argument(const Sexpr& command, std::size_t number);

/// The meaning of the symbol that (define-fun symbol (parameters) sort term) or (define-const symbol sort term)
/// defines. InputError for commands of another form, and for a body of another sort.
Symbol definition_of(const SexprReader& reader, Evaluator& evaluator, const Sexpr& command);

}  // namespace sinew::read::smtlib
