// SPDX-License-Identifier: Apache-2.0
// What is left of a folded network inside a ball: digits that may change, gates that are not constant, and for every
// other class whether it can win. Bounds, sharing of equal neurons, attack and encoding all work on this.
//
// Glossary. variable: a free digit (first digit_count of them; its value counts from its least one, 0 … span) or a gate
// (0 or 1), numbered in topological order. signal: a variable's bit, its negation, or a constant.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "threshold/ball.hpp"

namespace sinew::threshold {

struct Signal {
    static constexpr std::uint32_t constant = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t variable = constant;
    bool negated = false;  ///< of a constant: false

    static Signal truth(bool value) { return {constant, !value}; }
    bool is_constant() const { return variable == constant; }
    bool is_true() const { return is_constant() && !negated; }
    bool is_false() const { return is_constant() && negated; }
    Signal operator~() const { return {variable, !negated}; }
    friend bool operator==(const Signal&, const Signal&) = default;
    friend auto operator<=>(const Signal&, const Signal&) = default;
};

struct VariableTerm {
    std::uint32_t variable = 0;
    std::int64_t coefficient = 0;
    friend bool operator==(const VariableTerm&, const VariableTerm&) = default;
};

enum class GateKind : std::uint8_t {
    threshold,  ///< Σ coefficient · variable >= bound
    any,        ///< some term's gate is true (coefficient 1) or false (coefficient -1)
};

struct Gate {
    GateKind kind = GateKind::threshold;
    std::size_t begin = 0;  ///< of its terms
    std::size_t end = 0;
    std::int64_t bound = 0;
};

/// Whether another class can win.
struct Target {
    std::size_t class_index = 0;
    Signal wins;
};

struct ReducedNetwork {
    std::vector<FreeDigit> digits;
    std::vector<Gate> gates;  ///< gate g is variable digit_count() + g
    std::vector<VariableTerm> terms;
    std::vector<Target> targets;  ///< those that the bounds do not exclude
    std::size_t constant_units = 0;
    std::size_t shared_units = 0;

    std::size_t digit_count() const { return digits.size(); }
    std::span<const VariableTerm> terms_of(const Gate& gate) const {
        return std::span<const VariableTerm>(terms).subspan(gate.begin, gate.end - gate.begin);
    }
    /// Values of all variables from the digits' (counted from their least ones).
    std::vector<std::int64_t> evaluate(std::span<const std::uint32_t> digit_values) const;
    static bool value_of(Signal signal, std::span<const std::int64_t> values) {
        return signal.is_constant() ? signal.is_true() : (values[signal.variable] != 0) != signal.negated;
    }
};

/// Propagates bounds from the ball through all layers; what cannot change becomes a constant, neurons with the same sum
/// and threshold (or the complementary one) become one gate. `targets`: the classes that would be a violation.
ReducedNetwork reduce(const ThresholdNetwork& network, const Ball& ball, std::size_t label,
                      std::span<const std::size_t> targets, Ties ties);

/// Σ factor · score + … >= bound over the whole-number scores of classes.
struct ScoreCondition {
    std::vector<std::pair<std::size_t, std::int64_t>> factors;
    std::int64_t bound = 0;
};

/// The same with a target for each condition, constant ones too; class_index is the condition's index.
ReducedNetwork reduce(const ThresholdNetwork& network, const Ball& ball, std::span<const ScoreCondition> conditions);

/// The least and greatest Σ coefficient · (digit - low) over the ball: within the budget the upper bound of a
/// fractional knapsack, rounded to the safe side; exact where all steps cost and gain the same.
struct SumRange {
    std::int64_t low = 0;
    std::int64_t high = 0;
};
SumRange digit_range(std::span<const VariableTerm> terms, const Ball& ball);

}  // namespace sinew::threshold
