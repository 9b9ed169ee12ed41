#include "threshold/threshold_network.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::threshold {

namespace {
__extension__ using Wide = __int128;
constexpr std::int64_t largest_factor = std::int64_t{1} << 40;
constexpr std::int64_t largest_bound = std::int64_t{1} << 58;

std::int64_t clamped(const Integer& value) {
    if (value > Integer(largest_bound)) return largest_bound;
    if (value < Integer(-largest_bound)) return -largest_bound;
    return value.get_si();
}

std::int64_t factor_of(const Rational& value) {
    if (abs(value) > Rational(largest_factor))
        throw UsageError(
            "the last operation cannot be folded: the scales of its classes are too fine to be compared in whole "
            "numbers");
    return value.get_num().get_si();
}

/// left_factor · s - right_factor · s' + shift >= 0 (> 0 without ties) in whole numbers.
Comparison whole_comparison(Rational left_factor, Rational right_factor, Rational shift, Ties ties) {
    Integer common;
    mpz_lcm(common.get_mpz_t(), left_factor.get_den_mpz_t(), right_factor.get_den_mpz_t());
    Integer divisor;
    const Integer left = Rational(left_factor * common).get_num();
    const Integer right = Rational(right_factor * common).get_num();
    mpz_gcd(divisor.get_mpz_t(), left.get_mpz_t(), right.get_mpz_t());
    if (divisor == 0) divisor = 1;
    Rational scale(common, divisor);
    scale.canonicalize();
    const Rational bound = -shift * scale;
    Comparison result;
    result.left_factor = factor_of(left_factor * scale);
    result.right_factor = factor_of(right_factor * scale);
    result.bound = clamped(ties == Ties::count ? ceil(bound) : Integer(floor(bound) + 1));
    return result;
}
}  // namespace

std::uint32_t Digit::value_at(const Rational& x, const Rational& least) const {
    if (whole != 0) return static_cast<std::uint32_t>(Rational(x - least).get_num().get_ui());
    std::uint32_t value = 0;
    while (value < steps.size() && steps[value].reached(x)) ++value;
    return value;
}

Comparison ThresholdNetwork::comparison(std::size_t left, std::size_t right, Ties ties) const {
    if (score_factor.size() == 1) {
        const Rational zero = 0;
        // Class 1 is s >= 0 and class 0 is s < 0: there are no ties.
        return left == 1 ? whole_comparison(score_factor[0], zero, score_shift[0], Ties::count)
                         : whole_comparison(zero, score_factor[0], -score_shift[0], Ties::do_not_count);
    }
    return whole_comparison(score_factor[left], score_factor[right], score_shift[left] - score_shift[right], ties);
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
    const Comparison comparison = network.comparison(left, right, ties);
    const bool one = scores.size() == 1;
    return Wide{comparison.left_factor} * scores[one ? 0 : left] -
               Wide{comparison.right_factor} * scores[one ? 0 : right] >=
           comparison.bound;
}

std::size_t class_of(const ThresholdNetwork& network, std::span<const std::int64_t> scores) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < network.class_count(); ++c)
        if (wins(network, c, best, Ties::do_not_count, scores)) best = c;
    return best;
}

}  // namespace sinew::threshold
