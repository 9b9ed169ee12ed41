#include "bnn/ball.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::bnn {

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

void check(const ThresholdNetwork& network, const Perturbation& perturbation) {
    if (perturbation.radius && *perturbation.radius < 0) throw UsageError("a radius cannot be negative");
    const bool sums = perturbation.norm == Norm::one || perturbation.norm == Norm::two;
    if (sums && !network.range.whole && perturbation.radius)
        throw UsageError("norms 1 and 2 are not supported over real inputs");
}
}  // namespace

Ball ball_around(const ThresholdNetwork& network, const std::vector<Rational>& input,
                 const Perturbation& perturbation) {
    check(network, perturbation);
    Ball ball;
    ball.input = input;
    ball.centre = network.digits_of(input);
    ball.budget = budget_of(perturbation);
    ball.perturbation = perturbation;
    const Norm norm = perturbation.norm;
    const Rational& least = network.range.lower;
    for (std::uint32_t d = 0; d < network.digits.size(); ++d) {
        const Digit& digit = network.digits[d];
        if (digit.step_count() == 0) continue;
        const std::vector<std::uint32_t>& only = perturbation.only;
        if (!only.empty() && std::find(only.begin(), only.end(), digit.input) == only.end()) continue;
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
    return ball;
}

namespace {
/// The least changed value of one input whose digit is `value`.
Rational moved(const ThresholdNetwork& network, const Ball& ball, const Digit& digit, std::uint32_t value) {
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
        return (from.at + end) / 2;
    }
    const Step until = digit.step(value, least);
    if (until.strict) return until.at;
    const Rational end = value > 0 ? std::max(digit.step(value - 1, least).at, segment.lower) : segment.lower;
    return (until.at + end) / 2;
}
}  // namespace

std::vector<Rational> input_with(const ThresholdNetwork& network, const Ball& ball,
                                 const std::vector<std::uint32_t>& digits) {
    std::vector<Rational> input = ball.input;
    for (std::size_t d = 0; d < digits.size(); ++d)
        if (digits[d] != ball.centre[d])
            input[network.digits[d].input] = moved(network, ball, network.digits[d], digits[d]);
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

}  // namespace sinew::bnn
