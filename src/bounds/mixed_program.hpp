// SPDX-License-Identifier: Apache-2.0
// A query as a mixed-integer program, for formats that have no activations and no disjunctions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/query.hpp"

namespace sinew::bounds {

struct MixedProgram {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    struct Column {
        std::string name;
        std::optional<Rational> lower, upper;
        bool is_integer = false;
        bool is_binary = false;
    };
    enum class Relation : std::uint8_t { at_most, at_least, equal };
    struct Row {
        std::vector<std::pair<std::size_t, Rational>> terms;  ///< by column, each once
        Relation relation = Relation::at_most;
        Rational right;
        std::size_t indicator = none;  ///< where a constant would be infinite: it holds when this column is 1
        /// At most, and equal only if switched off: its left side plus anything from 0 to 1 is no more than `right`
        /// then.
        bool is_strict = false;
    };

    std::vector<Column> columns;  ///< the network's variables first, in their order
    std::vector<Row> rows;
};

/// A program that is feasible wherever the query is: one binary variable a piece of an unfixed activation and a part of
/// a disjunction, with constants from interval bounds. A linear program has no strict rows (`is_strict` tells which of
/// them should be), != is left out, and the steps of sign and hardlim have both values at the step. UsageError, with
/// `format` as what cannot say it, for sigmoid, tanh and precision.
MixedProgram mixed_program(const model::Query& query, const std::string& format);

}  // namespace sinew::bounds
