// SPDX-License-Identifier: Apache-2.0
// The lines of an input query as data: no meaning yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exact/linear_form.hpp"
#include "model/activation.hpp"
#include "model/formula.hpp"

namespace sinew::read::marabou {

/// Σ terms ⋈ 0 with the constant on the left. Variables are Marabou's numbers.
struct Equation {
    model::Relation relation = model::Relation::equal;
    LinearForm form;
    std::size_t line = 0;
};

/// output = activation(input), output = max(inputs, constant), or output = input rounded to a whole number, half away
/// from zero. An output that something else determines, too, is compared with it.
struct Constraint {
    enum class Kind : std::uint8_t { activation, maximum, rounding } kind = Kind::activation;
    model::Activation activation;
    std::vector<std::size_t> inputs;
    std::optional<Rational> constant;  ///< of a maximum: the greatest value of what Marabou has eliminated
    std::size_t output = 0;
    std::size_t line = 0;
};

/// One of these conjunctions holds.
struct Disjunction {
    std::vector<std::vector<Equation>> disjuncts;
};

struct InputQuery {
    std::size_t variable_count = 0;
    /// Marabou's number of variable v is names[v]; empty where it is v itself. Only queries whose numbers lie far apart
    /// have names, and no variable then that nothing speaks of.
    std::vector<std::size_t> names;
    std::vector<std::size_t> inputs;
    std::vector<std::size_t> outputs;
    std::vector<std::optional<Rational>> lower;
    std::vector<std::optional<Rational>> upper;
    std::vector<Equation> equations;
    std::vector<Constraint> constraints;
    std::vector<Disjunction> disjunctions;

    std::size_t name(std::size_t variable) const { return names.empty() ? variable : names[variable]; }
};

/// Throws InputError with the line.
InputQuery parse_lines(std::string_view text, const std::string& name);

}  // namespace sinew::read::marabou
