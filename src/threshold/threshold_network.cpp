// SPDX-License-Identifier: Apache-2.0
#include "threshold/threshold_network.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "threshold/half_plane.hpp"

namespace sinew::threshold {

namespace {
__extension__ using Wide = __int128;
constexpr std::int64_t largest_factor = std::int64_t{1} << 40;
/// Scores beyond this are not compared by longer factors.
constexpr std::int64_t largest_narrowed = std::int64_t{1} << 20;
constexpr std::int64_t largest_bound = std::int64_t{1} << 58;

std::int64_t clamped(const Integer& value) {
    if (value > Integer(largest_bound)) return largest_bound;
    if (value < Integer(-largest_bound)) return -largest_bound;
    return value.get_si();
}

/// left · s - right · s' >= bound over whole numbers, factors without a common divisor.
struct LongComparison {
    Integer left;
    Integer right;
    Integer bound;

    bool is_short() const { return abs(left) <= Integer(largest_factor) && abs(right) <= Integer(largest_factor); }
};

/// left_factor · s - right_factor · s' + shift >= 0 (> 0 without ties) in whole numbers.
LongComparison whole_comparison(const Rational& left_factor, const Rational& right_factor, const Rational& shift,
                                Ties ties) {
    const Integer common = lcm(left_factor.get_den(), right_factor.get_den());
    const Integer left = Rational(left_factor * common).get_num();
    const Integer right = Rational(right_factor * common).get_num();
    Integer divisor = gcd(left, right);
    if (divisor == 0) divisor = 1;
    const Rational bound = -shift * common / divisor;
    return {left / divisor, right / divisor, ties == Ties::count ? ceil(bound) : Integer(floor(bound) + 1)};
}

/// The largest magnitude of a score.
Integer largest_score(const ThresholdNetwork& network) {
    std::int64_t entering = 1;
    if (network.layers.empty())
        for (const Digit& digit : network.digits)
            entering = std::max({entering, std::abs(std::int64_t{digit.entering(0)}),
                                 std::abs(std::int64_t{digit.entering(digit.step_count())})});
    std::int64_t most = 0;
    for (std::size_t r = 0; r < network.last->rows(); ++r) {
        std::int64_t weight = 0;
        model::for_each_weight(*network.last, r, [&](std::size_t, int w) { weight += std::abs(w); });
        most = std::max(most, weight);
    }
    return Integer(static_cast<long>(entering)) * static_cast<long>(most);
}

LongComparison long_comparison(const ThresholdNetwork& network, std::size_t left, std::size_t right, Ties ties) {
    const std::vector<Rational>& factor = network.score_factor;
    const std::vector<Rational>& shift = network.score_shift;
    if (factor.size() > 1) return whole_comparison(factor[left], factor[right], shift[left] - shift[right], ties);
    const Rational zero = 0;
    // Class 1 is s >= 0 and class 0 is s < 0: there are no ties.
    return left == 1 ? whole_comparison(factor[0], zero, shift[0], Ties::count)
                     : whole_comparison(zero, factor[0], -shift[0], Ties::do_not_count);
}
}  // namespace

std::uint32_t Digit::value_at(const Rational& x, const Rational& least) const {
    if (whole != 0) return static_cast<std::uint32_t>(Rational(x - least).get_num().get_ui());
    std::uint32_t value = 0;
    while (value < steps.size() && steps[value].reached(x)) ++value;
    return value;
}

Comparison ThresholdNetwork::comparison(std::size_t left, std::size_t right, Ties ties) const {
    const LongComparison given = long_comparison(*this, left, right, ties);
    if (given.is_short()) return {given.left.get_si(), given.right.get_si(), clamped(given.bound)};
    const Integer largest = largest_score(*this);
    if (largest > Integer(largest_narrowed))
        throw UsageError(
            "the last operation cannot be folded: the scales of its classes are too fine to be compared in whole "
            "numbers");
    const HalfPlane narrow = short_half_plane(given.left, -given.right, given.bound, largest.get_si());
    return {narrow.x_factor, -narrow.y_factor, narrow.bound};
}

std::vector<std::uint32_t> ThresholdNetwork::digits_of(std::span<const Rational> inputs) const {
    std::vector<std::uint32_t> values;
    values.reserve(digits.size());
    for (const Digit& digit : digits) values.push_back(digit.value_at(inputs[digit.input], range.lower));
    return values;
}

std::vector<std::int64_t> row_sums(const model::BinarizedLinear& linear, std::span<const std::int32_t> entering) {
    std::vector<std::int64_t> sums(linear.rows());
    for (std::size_t r = 0; r < sums.size(); ++r) {
        std::int64_t sum = 0;
        model::for_each_weight(linear, r, [&](std::size_t c, int w) { sum += std::int64_t{w} * entering[c]; });
        sums[r] = sum;
    }
    return sums;
}

bool bit_of(const ThresholdLayer& layer, std::size_t unit, std::span<const std::int64_t> sums) {
    const Unit& own = layer.units[unit];
    if (layer.pool == nullptr) return (sums[unit] >= own.threshold) != (own.inner_negated != own.outer_negated);
    bool any = false;
    for (const std::uint32_t row : layer.window(unit)) any = any || (sums[row] >= own.threshold) != own.inner_negated;
    return any != own.outer_negated;
}

Activity evaluate(const ThresholdNetwork& network, std::span<const std::uint32_t> digits) {
    std::vector<std::int32_t> entering(digits.size());
    for (std::size_t c = 0; c < digits.size(); ++c) entering[c] = network.digits[c].entering(digits[c]);
    Activity activity;
    for (const ThresholdLayer& layer : network.layers) {
        const std::vector<std::int64_t> sums = row_sums(*layer.linear, entering);
        std::vector<std::uint8_t>& bits = activity.bits.emplace_back(layer.units.size());
        entering.resize(bits.size());
        for (std::size_t u = 0; u < bits.size(); ++u) {
            bits[u] = bit_of(layer, u, sums) ? 1 : 0;
            entering[u] = bits[u] != 0 ? 1 : layer.low;
        }
    }
    activity.scores = row_sums(*network.last, entering);
    return activity;
}

bool wins(const ThresholdNetwork& network, std::size_t left, std::size_t right, Ties ties,
          std::span<const std::int64_t> scores) {
    const LongComparison comparison = long_comparison(network, left, right, ties);
    const bool one = scores.size() == 1;
    const std::int64_t of_left = scores[one ? 0 : left];
    const std::int64_t of_right = scores[one ? 0 : right];
    if (!comparison.is_short())
        return comparison.left * static_cast<long>(of_left) - comparison.right * static_cast<long>(of_right) >=
               comparison.bound;
    return Wide{comparison.left.get_si()} * of_left - Wide{comparison.right.get_si()} * of_right >=
           clamped(comparison.bound);
}

std::size_t class_of(const ThresholdNetwork& network, std::span<const std::int64_t> scores) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < network.class_count(); ++c)
        if (wins(network, c, best, Ties::do_not_count, scores)) best = c;
    return best;
}

}  // namespace sinew::threshold
