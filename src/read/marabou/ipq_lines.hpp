// SPDX-License-Identifier: Apache-2.0
// The lines of an input query as data: no meaning yet.
#pragma once

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

/// output = activation(input)
struct Constraint {
    model::ActivationKind kind = model::ActivationKind::sign;
    std::size_t input = 0;
    std::size_t output = 0;
    std::size_t line = 0;
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

    std::size_t name(std::size_t variable) const { return names.empty() ? variable : names[variable]; }
};

/// Throws InputError with the line.
InputQuery parse_lines(std::string_view text, const std::string& name);

}  // namespace sinew::read::marabou
