// SPDX-License-Identifier: Apache-2.0
// A binarized network folded into whole-number thresholds: what bounds, attacks and the pseudo-Boolean encoding read.
//
// Glossary. input: a number of the user's example. digit: what the first layer sees of an input, a whole number that
// never falls as the input grows: how many of its steps the input has reached. unit: a neuron; its bit is
// y ⇔ (some row of its window has w · v >= threshold, or < threshold where `inner_negated`) xor outer_negated.
// score: the whole number w · v of a class in the last layer; classes are compared by Comparison.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/binarized.hpp"

namespace sinew::threshold {

/// Reached where x >= at, or x > at if strict.
struct Step {
    Rational at;
    bool strict = false;

    bool reached(const Rational& x) const { return strict ? x > at : x >= at; }
};

/// The number that enters the first layer's column: base + gain · (how many steps the input has reached).
struct Digit {
    std::uint32_t input = 0;
    std::int32_t base = 0;
    std::int32_t gain = 1;
    /// Rising. Empty with `whole`: then each whole number of the input's range but the least is a step.
    std::vector<Step> steps;
    std::uint32_t whole = 0;
    bool sign = false;  ///< its input is -1 or 1: nothing lies between

    std::uint32_t step_count() const { return whole != 0 ? whole : static_cast<std::uint32_t>(steps.size()); }
    Step step(std::uint32_t k, const Rational& least) const {
        return whole != 0 ? Step{Rational(least + k + 1), false} : steps[k];
    }
    /// How many steps `x` has reached.
    std::uint32_t value_at(const Rational& x, const Rational& least) const;
    std::int32_t entering(std::uint32_t value) const { return base + gain * static_cast<std::int32_t>(value); }
};

struct Unit {
    std::int64_t threshold = 0;
    bool inner_negated = false;
    bool outer_negated = false;
};

/// Units over the rows of a linear operation: unit u over window u of `pool`, or over row u alone.
struct ThresholdLayer {
    const model::BinarizedLinear* linear = nullptr;
    const model::WindowMaximum* pool = nullptr;
    std::vector<Unit> units;
    std::int32_t low = -1;  ///< what a false bit enters the next layer as; a true one enters as 1

    /// The rows of a unit's window.
    std::span<const std::uint32_t> window(std::size_t unit) const {
        return {pool->member.data() + pool->begin[unit], pool->begin[unit + 1] - pool->begin[unit]};
    }
};

/// Class `left` has at least the score of class `right` ⇔ left_factor · s_left - right_factor · s_right >= bound.
struct Comparison {
    std::int64_t left_factor = 1;
    std::int64_t right_factor = 1;
    std::int64_t bound = 0;
};
enum class Ties { count, do_not_count };

/// Points into the BinarizedNetwork it was folded from, which must outlive it.
struct ThresholdNetwork {
    std::size_t input_count = 0;
    model::InputRange range;
    std::vector<Digit> digits;  ///< one a column of the first layer; no input has two
    std::vector<ThresholdLayer> layers;
    const model::BinarizedLinear* last = nullptr;
    std::vector<Rational> score_factor;  ///< of class c: score_factor[c] · s_c + score_shift[c]
    std::vector<Rational> score_shift;

    /// With one score there are two classes: 1 where the score is >= 0, and 0.
    std::size_t class_count() const { return score_factor.size() == 1 ? 2 : score_factor.size(); }
    /// When `left` wins against `right`; `ties`: whether an equal score is enough. With one score: class 1 has that
    /// score and class 0 has 0, and ties are class 1's. Factors too long for 64 bits give way to short ones that decide
    /// alike; UsageError where scores are too large (2^20) for that.
    Comparison comparison(std::size_t left, std::size_t right, Ties ties) const;
    /// The digits of inputs.
    std::vector<std::uint32_t> digits_of(std::span<const Rational> inputs) const;
};

/// The values of all bits, layer by layer, and the scores.
struct Activity {
    std::vector<std::vector<std::uint8_t>> bits;
    std::vector<std::int64_t> scores;
};
Activity evaluate(const ThresholdNetwork& network, std::span<const std::uint32_t> digits);

/// Row sums w · v where the columns' values are `entering`.
std::vector<std::int64_t> row_sums(const model::BinarizedLinear& linear, std::span<const std::int32_t> entering);
/// The bit of a unit, from the sums of the rows.
bool bit_of(const ThresholdLayer& layer, std::size_t unit, std::span<const std::int64_t> sums);

/// The class by the scores: the greatest, the lowest index of several.
std::size_t class_of(const ThresholdNetwork& network, std::span<const std::int64_t> scores);
/// Whether `left` wins against `right` by these scores.
bool wins(const ThresholdNetwork& network, std::size_t left, std::size_t right, Ties ties,
          std::span<const std::int64_t> scores);

}  // namespace sinew::threshold
