// SPDX-License-Identifier: Apache-2.0
#include "threshold/ball.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::threshold {

namespace {
/// Where the value of one input may lie.
struct Segment {
    Rational lower;
    Rational upper;
};

constexpr std::uint32_t most_free_values = 1U << 20;

/// Inputs of kind signs may pass an activation first; then their digits are not marked.
bool is_sign(const ThresholdNetwork& network, const Digit& digit) {
    return network.range.signs || digit.sign;
}

Segment segment_around(const ThresholdNetwork& network, const Digit& digit, const Rational& x,
                       const Perturbation& perturbation) {
    Segment segment{network.range.lower, network.range.upper};
    if (!perturbation.radius || perturbation.norm == Norm::zero) {
        if (!perturbation.usual.empty())
            segment = {std::min(perturbation.usual[digit.input].first, x),
                       std::max(perturbation.usual[digit.input].second, x)};
        if (perturbation.radius && *perturbation.radius < 1) segment = {x, x};
        return segment;
    }
    if (is_sign(network, digit) && *perturbation.radius < 2) return {x, x};  // nothing lies between -1 and 1
    // In every norm from one to infinity no coordinate changes by more than the radius.
    segment.lower = std::max(segment.lower, Rational(x - *perturbation.radius));
    segment.upper = std::min(segment.upper, Rational(x + *perturbation.radius));
    if (network.range.whole) {
        segment.lower = Rational(ceil(segment.lower));
        segment.upper = Rational(floor(segment.upper));
    }
    return segment;
}

/// The least distance from `x` of a whole number at which the digit is `value`.
Rational whole_distance(const Digit& digit, const Rational& least, const Rational& x, std::uint32_t centre,
                        std::uint32_t value) {
    if (value == centre) return 0;
    if (value > centre) return digit.step(value - 1, least).at - x;
    return x - (digit.step(value, least).at - 1);
}

/// Signs have no numbers between -1 and 1.
Rational whole_distance_of(const ThresholdNetwork& network, const Digit& digit, const Rational& x, std::uint32_t centre,
                           std::uint32_t value) {
    if (is_sign(network, digit)) return value == centre ? 0 : 2;
    return whole_distance(digit, network.range.lower, x, centre, value);
}

std::int64_t to_cost(const Rational& distance, Norm norm) {
    const std::int64_t whole = distance.get_num().get_si();
    return norm == Norm::zero ? (whole == 0 ? 0 : 1) : norm == Norm::two ? whole * whole : whole;
}

std::optional<std::int64_t> budget_of(const Perturbation& perturbation) {
    if (!perturbation.radius || perturbation.norm == Norm::infinity) return std::nullopt;
    const Rational& radius = *perturbation.radius;
    const Integer whole = floor(perturbation.norm == Norm::two ? Rational(radius * radius) : radius);
    constexpr long largest = 1L << 50;
    return whole > Integer(largest) ? largest : whole.get_si();
}

/// How far a real input moves until its digit is another: it may have to go a little further than the distance.
struct LeastChange {
    Rational distance;
    bool open = false;
};

LeastChange least_change(const Digit& digit, const Rational& least, const Rational& x, std::uint32_t centre,
                         std::uint32_t value) {
    if (value == centre) return {0, false};
    const Step step = value > centre ? digit.step(value - 1, least) : digit.step(value, least);
    return {Rational(abs(step.at - x)), step.strict == (value > centre)};
}

bool counts_reals(const ThresholdNetwork& network, const Perturbation& perturbation) {
    return !network.range.whole && perturbation.norm != Norm::zero;
}

/// In norm two the square.
Rational power(const Rational& distance, Norm norm) {
    return norm == Norm::two ? Rational(distance * distance) : distance;
}

/// Costs and budget over reals. A sum of distances stays below the radius, or reaches it if none of them is open: so
/// each open one costs a little that all of them together cannot make a whole unit of.
void count_reals(const ThresholdNetwork& network, Ball& ball) {
    const Norm norm = ball.perturbation.norm;
    const Rational& least = network.range.lower;
    const Rational multiples = 1 / distance_unit(network, ball.input, ball.perturbation);
    const Integer scale(static_cast<unsigned long>(ball.free.size() + 1));
    const Rational radius = power(*ball.perturbation.radius, norm) * multiples;
    const bool ends_open = radius.get_den() != 1;
    const Integer budget = scale * floor(radius) + (ends_open ? Integer(scale - 1) : Integer(0));
    if (budget * scale > Integer(1L << 50))
        throw UsageError(
            "the least changes of these real inputs are too fine for a sum of 50 bits (norms inf and 0 work)");
    ball.budget = budget.get_si();
    for (FreeDigit& free : ball.free) {
        const Digit& digit = network.digits[free.digit];
        free.cost.clear();
        for (std::uint32_t value = free.low; value <= free.high; ++value) {
            const LeastChange change = least_change(digit, least, ball.input[digit.input], free.centre, value);
            const Integer cost =
                scale * Rational(power(change.distance, norm) * multiples).get_num() + (change.open ? 1 : 0);
            free.cost.push_back(cost > budget ? *ball.budget + 1 : cost.get_si());
        }
    }
    std::erase_if(ball.free, [&](FreeDigit& free) {
        const auto centre = [&] { return free.centre - free.low; };
        while (free.cost.front() > *ball.budget) {
            free.cost.erase(free.cost.begin());
            ++free.low;
        }
        while (free.cost.back() > *ball.budget && free.cost.size() > centre() + 1) {
            free.cost.pop_back();
            --free.high;
        }
        return free.low == free.high;
    });
}
}  // namespace

Rational distance_unit(const ThresholdNetwork& network, const std::vector<Rational>& input,
                       const Perturbation& perturbation) {
    if (!counts_reals(network, perturbation)) return 1;
    Integer common = 1;
    for (const Digit& digit : network.digits) {
        const std::uint32_t centre = digit.value_at(input[digit.input], network.range.lower);
        for (std::uint32_t value = 0; value <= digit.step_count(); ++value) {
            const Rational change =
                least_change(digit, network.range.lower, input[digit.input], centre, value).distance;
            mpz_lcm(common.get_mpz_t(), common.get_mpz_t(), change.get_den_mpz_t());
        }
    }
    return power(Rational(1) / common, perturbation.norm);
}

Ball ball_around(const ThresholdNetwork& network, const std::vector<Rational>& input,
                 const Perturbation& perturbation) {
    if (perturbation.radius && *perturbation.radius < 0) throw UsageError("a radius cannot be negative");
    Ball ball;
    ball.input = input;
    ball.centre = network.digits_of(input);
    const bool sums_reals = counts_reals(network, perturbation) && perturbation.norm != Norm::infinity;
    if (!sums_reals) ball.budget = budget_of(perturbation);
    ball.perturbation = perturbation;
    const Norm norm = perturbation.norm;
    const Rational& least = network.range.lower;
    for (std::uint32_t d = 0; d < network.digits.size(); ++d) {
        const Digit& digit = network.digits[d];
        if (digit.step_count() == 0) continue;
        const std::vector<std::uint32_t>& only = perturbation.only;
        if (!only.empty() && std::ranges::find(only, digit.input) == only.end()) continue;
        const Rational& x = input[digit.input];
        const Segment segment = segment_around(network, digit, x, perturbation);
        FreeDigit free;
        free.digit = d;
        free.centre = ball.centre[d];
        free.low = digit.value_at(segment.lower, least);
        free.high = digit.value_at(segment.upper, least);
        if (free.high - free.low > most_free_values)
            throw UsageError("an input may change to too many values: a smaller radius is needed");
        const auto cost = [&](std::uint32_t value) {
            if (norm == Norm::zero || !network.range.whole) return std::int64_t{value == free.centre ? 0 : 1};
            return to_cost(whole_distance_of(network, digit, x, free.centre, value), norm);
        };
        while (ball.budget && free.low < free.centre && cost(free.low) > *ball.budget) ++free.low;
        while (ball.budget && free.high > free.centre && cost(free.high) > *ball.budget) --free.high;
        if (free.low == free.high) continue;
        for (std::uint32_t value = free.low; value <= free.high; ++value) free.cost.push_back(cost(value));
        ball.free.push_back(std::move(free));
    }
    if (sums_reals && perturbation.radius) count_reals(network, ball);
    return ball;
}

namespace {
/// The least changed value of one input whose digit is `value`; beyond an open end at most by `reach`.
Rational moved(const ThresholdNetwork& network, const Ball& ball, const Digit& digit, std::uint32_t value,
               const Rational& reach) {
    const Rational& x = ball.input[digit.input];
    const Rational& least = network.range.lower;
    const std::uint32_t centre = digit.value_at(x, least);
    if (value == centre) return x;
    if (network.range.whole) {
        const Rational distance = whole_distance_of(network, digit, x, centre, value);
        return value > centre ? Rational(x + distance) : Rational(x - distance);
    }
    const Segment segment = segment_around(network, digit, x, ball.perturbation);
    if (value > centre) {
        const Step from = digit.step(value - 1, least);
        if (!from.strict) return from.at;
        const Rational end =
            value < digit.step_count() ? std::min(digit.step(value, least).at, segment.upper) : segment.upper;
        return from.at + std::min(Rational((end - from.at) / 2), reach);
    }
    const Step until = digit.step(value, least);
    if (until.strict) return until.at;
    const Rational end = value > 0 ? std::max(digit.step(value - 1, least).at, segment.lower) : segment.lower;
    return until.at - std::min(Rational((until.at - end) / 2), reach);
}

/// How far each real input may go beyond an open end, so that all together stay within the radius.
Rational reach_beyond(const ThresholdNetwork& network, const Ball& ball, const std::vector<std::uint32_t>& digits) {
    const Rational unbounded = network.range.upper - network.range.lower;
    if (!counts_reals(network, ball.perturbation)) return unbounded;
    const Norm norm = ball.perturbation.norm;
    const Rational half = distance_unit(network, ball.input, ball.perturbation) / 2;
    if (norm == Norm::infinity) return half;
    Rational sum = 0;
    Rational distances = 0;
    unsigned long open = 0;
    for (std::size_t d = 0; d < digits.size(); ++d) {
        if (digits[d] == ball.centre[d]) continue;
        const Digit& digit = network.digits[d];
        const LeastChange change =
            least_change(digit, network.range.lower, ball.input[digit.input], ball.centre[d], digits[d]);
        sum += power(change.distance, norm);
        if (!change.open) continue;
        distances += change.distance;
        ++open;
    }
    if (open == 0) return unbounded;
    const Rational left = ball.perturbation.radius ? Rational(power(*ball.perturbation.radius, norm) - sum) : half;
    const Rational slack = std::min(half, Rational(left / 2));
    if (norm == Norm::one) return slack / open;
    // (c + d)^2 = c^2 + 2cd + d^2, and d^2 <= d: inputs lie in 0 … 1.
    return slack / (2 * distances + open);
}
}  // namespace

std::vector<Rational> input_with(const ThresholdNetwork& network, const Ball& ball,
                                 const std::vector<std::uint32_t>& digits) {
    std::vector<Rational> input = ball.input;
    const Rational reach = reach_beyond(network, ball, digits);
    for (std::size_t d = 0; d < digits.size(); ++d)
        if (digits[d] != ball.centre[d])
            input[network.digits[d].input] = moved(network, ball, network.digits[d], digits[d], reach);
    return input;
}

Rational distance(Norm norm, const std::vector<Rational>& from, const std::vector<Rational>& to) {
    Rational result = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const Rational change = abs(to[i] - from[i]);
        if (norm == Norm::zero)
            result += change == 0 ? 0 : 1;
        else if (norm == Norm::infinity)
            result = std::max(result, change);
        else
            result += norm == Norm::two ? Rational(change * change) : change;
    }
    return result;
}

}  // namespace sinew::threshold
