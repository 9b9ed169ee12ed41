// SPDX-License-Identifier: Apache-2.0
// Lines around functions that are convex or concave between a few known points: powers, exp, log, sqrt, sin, cos, erf,
// softplus. The slope is chosen in plain doubles, from the hull of points of the graph. The intercept is rigorous for
// any slope k. Between two points where the function is known to be convex f(s) - k·s is largest at the ends; where it
// is concave f(s) <= f(d) + f'(d)·(s - d), whatever d is, and what (f'(d) - k)·(s - d) adds is largest at the ends too;
// where neither is known (next to a point of inflection that no double is) f is below its image's end. Lines below f
// are lines above -f.
#include "bounds/relax_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "base/infinity.hpp"
#include "exact/transcendental.hpp"

namespace sinew::bounds {

namespace {
using model::Activation;
using model::ActivationKind;

/// Waves longer than this are only bounded, not followed.
constexpr double longest_wave = 6;
/// Slopes between points nearer than this share of their magnitude say nothing.
constexpr double least_width = 0x1p-20;
constexpr std::size_t samples = 33;

/// s^n for n >= 1: exact at its ends but for the outward rounding.
Interval positive_power(Interval s, long n) {
    const auto down = [n](double magnitude) {
        double result = magnitude;
        for (long i = 1; i < n; ++i) result = mul_down(result, magnitude);
        return result;
    };
    const auto up = [n](double magnitude) {
        double result = magnitude;
        for (long i = 1; i < n; ++i) result = mul_up(result, magnitude);
        return result;
    };
    if (n % 2 != 0) return {s.lower >= 0 ? down(s.lower) : -up(-s.lower), s.upper >= 0 ? up(s.upper) : -down(-s.upper)};
    if (s.lower >= 0) return {down(s.lower), up(s.upper)};
    if (s.upper <= 0) return {down(-s.upper), up(-s.lower)};
    return {0, up(std::max(-s.lower, s.upper))};
}

/// s^n, n no 0; the whole line where 0 is in s and n negative.
Interval power_interval(Interval s, long n) {
    if (n > 0) return positive_power(s, n);
    if (s.lower <= 0 && s.upper >= 0) return {};
    const Interval below = positive_power(s, -n);
    const auto inverse_down = [](double value) { return std::isinf(value) ? 0 : div_down(1, value); };
    const auto inverse_up = [](double value) { return std::isinf(value) ? 0 : div_up(1, value); };
    return {inverse_down(below.upper), inverse_up(below.lower)};
}

/// Some function between two points where it has values: what its lines are made of.
class CurveShape {
  public:
    explicit CurveShape(const Activation& activation)
        : activation_(activation),
          exponent_(activation.kind == ActivationKind::power ? activation.slope.get_num().get_si() : 0) {}

    Interval value(Interval s) const {
        switch (activation_.kind) {
            case ActivationKind::power:
                return power_interval(s, exponent_);
            case ActivationKind::exp:
                return curve_interval(Curve::exp, s);
            case ActivationKind::log:
                return curve_interval(Curve::log, s);
            case ActivationKind::sqrt:
                return curve_interval(Curve::sqrt, s);
            case ActivationKind::sin:
                return curve_interval(Curve::sin, s);
            case ActivationKind::cos:
                return curve_interval(Curve::cos, s);
            case ActivationKind::erf:
                return curve_interval(Curve::erf, s);
            default:
                return curve_interval(Curve::softplus, s);
        }
    }

    /// An interval around f'(s); the whole line where nothing is known.
    Interval slope(double s) const {
        const Interval at = Interval::point(s);
        switch (activation_.kind) {
            case ActivationKind::power:
                return Interval::point(static_cast<double>(exponent_)) *
                       (exponent_ == 2 ? at : power_interval(at, exponent_ - 1));
            case ActivationKind::exp:
                return curve_interval(Curve::exp, at);
            case ActivationKind::log:
                return power_interval(at, -1);
            case ActivationKind::sqrt:
                return Interval::point(0.5) * power_interval(curve_interval(Curve::sqrt, at), -1);
            case ActivationKind::sin:
                return curve_interval(Curve::cos, at);
            case ActivationKind::cos:
                return -curve_interval(Curve::sin, at);
            case ActivationKind::erf: {
                constexpr double two_by_root_pi = 1.1283791670955126;  // rounded down
                return Interval{two_by_root_pi, 1.1283791670955128} *
                       curve_interval(Curve::exp, -positive_power(at, 2));
            }
            default:
                return sigmoid_interval(s);
        }
    }

    /// 1 where f is convex on all of s, -1 where it is concave, 0 where neither is known.
    int curvature(Interval s) const {
        const auto by_side = [&](int right) { return s.lower >= 0 ? right : s.upper <= 0 ? -right : 0; };
        const auto against = [](Interval second) { return second.lower >= 0 ? -1 : second.upper <= 0 ? 1 : 0; };
        switch (activation_.kind) {
            case ActivationKind::power:
                if (exponent_ < 0 && s.lower <= 0 && s.upper >= 0) return 0;
                return exponent_ % 2 == 0 ? 1 : by_side(1);
            case ActivationKind::exp:
            case ActivationKind::softplus:
                return 1;
            case ActivationKind::log:
            case ActivationKind::sqrt:
                return -1;
            case ActivationKind::sin:
                return against(curve_interval(Curve::sin, s));
            case ActivationKind::cos:
                return against(curve_interval(Curve::cos, s));
            default:
                return by_side(-1);
        }
    }

    /// Ascending points between which the curvature has one sign: the ends of s, and both sides of each point of
    /// inflection inside. At most 10.
    std::size_t parts(Interval s, std::array<double, 10>& points) const {
        std::size_t count = 0;
        const auto add = [&](double point) {
            if (point > points[count - 1] && point < s.upper && count < 9) points[count++] = point;
        };
        points[count++] = s.lower;
        if (activation_.kind == ActivationKind::sin || activation_.kind == ActivationKind::cos) {
            constexpr double pi = 3.14159265358979323846;
            const double phase = activation_.kind == ActivationKind::sin ? 0 : 0.5;
            for (double k = std::floor(s.lower / pi - phase); k * pi <= s.upper + pi; ++k) {
                const double inflection = (k + phase) * pi;
                const double off = std::max(std::fabs(inflection), 1.0) * 0x1p-48;
                if (inflection == 0) {
                    add(0);
                    continue;
                }
                add(inflection - off);
                add(inflection + off);
            }
        } else {
            add(0);
        }
        points[count++] = s.upper;
        return count;
    }

    double rough(double s) const { return model::apply(activation_, s); }
    double rough_slope(double s) const { return model::derivative(activation_, s); }

  private:
    const Activation& activation_;
    long exponent_;
};

/// sign·f and what bounds it from above by lines, sign 1 or -1.
class CurveSide {
  public:
    CurveSide(const CurveShape& shape, Interval input, double sign) : shape_(shape), input_(input), sign_(sign) {}

    /// Near to that of the lowest line above the graph's middle.
    double chosen_slope() const {
        const double width = input_.upper - input_.lower;
        const double middle = input_.lower + width / 2;
        if (!(width > least_width * std::max(1.0, input_.magnitude()))) return sign_ * shape_.rough_slope(middle);
        std::array<double, samples> place{};
        std::array<double, samples> height{};
        for (std::size_t i = 0; i < samples; ++i) {
            place[i] =
                i + 1 == samples ? input_.upper : input_.lower + width * (static_cast<double>(i) / (samples - 1));
            height[i] = sign_ * shape_.rough(place[i]);
        }
        constexpr std::size_t half = samples / 2;
        double best = -infinity;
        double slope = 0;
        for (std::size_t i = 0; i < half; ++i)
            for (std::size_t j = half + 1; j < samples; ++j) {
                const double k = (height[j] - height[i]) / (place[j] - place[i]);
                const double above = height[i] + k * (middle - place[i]);
                if (above > best) {
                    best = above;
                    slope = k;
                }
            }
        // Where the graph's middle is above all chords it is concave there.
        return best > height[half] ? slope : sign_ * shape_.rough_slope(middle);
    }

    /// sign·f(s) <= k·s + intercept(k) on the input.
    double intercept(double k) const {
        std::array<double, 10> points{};
        const std::size_t count = shape_.parts(input_, points);
        double result = -infinity;
        if (count == 2 && points[0] == points[1]) return at_end(points[0], k);
        for (std::size_t p = 0; p + 1 < count; ++p) result = std::max(result, part(points[p], points[p + 1], k));
        return std::isnan(result) ? infinity : result;
    }

  private:
    Interval value(Interval s) const { return sign_ > 0 ? shape_.value(s) : -shape_.value(s); }

    double at_end(double s, double k) const { return sub_up(value(Interval::point(s)).upper, mul_down(k, s)); }

    /// The largest of sign·f(s) - k·s between two points, or more.
    double part(double from, double to, double k) const {
        const int curvature = shape_.curvature({from, to}) * (sign_ > 0 ? 1 : -1);
        if (curvature > 0) return std::max(at_end(from, k), at_end(to, k));
        if (curvature < 0) return concave(from, to, k);
        return sub_up(value({from, to}).upper, std::min(mul_down(k, from), mul_down(k, to)));
    }

    double concave(double from, double to, double k) const {
        double low = from;
        double high = to;
        for (int step = 0; step < 30 && low < high; ++step) {
            const double middle = low + (high - low) / 2;
            (sign_ * shape_.rough_slope(middle) > k ? low : high) = middle;
        }
        const double d = std::clamp(low + (high - low) / 2, from, to);
        const Interval at = shape_.slope(d);
        const Interval slope = sign_ > 0 ? at : -at;
        const auto excess = [&](double s) {  // the largest (f'(d) - k)·(s - d)
            if (s == d) return 0.0;
            const double factor = s >= d ? sub_up(slope.upper, k) : sub_down(slope.lower, k);
            const double distance = factor >= 0 ? sub_up(s, d) : sub_down(s, d);
            return mul_up(factor, distance);
        };
        return add_up(at_end(d, k), std::max(excess(from), excess(to)));
    }

    const CurveShape& shape_;
    Interval input_;
    double sign_;
};
}  // namespace

Interval image_curve(const Activation& activation, Interval input) {
    return CurveShape(activation).value(input);
}

Lines relax_curve(const Activation& activation, Interval input) {
    const CurveShape shape(activation);
    const Interval image = shape.value(input);
    const Lines constant{0, image.lower, 0, image.upper};
    const bool is_wave = activation.kind == ActivationKind::sin || activation.kind == ActivationKind::cos;
    const double width = input.upper - input.lower;
    if (!std::isfinite(width) || !std::isfinite(image.lower) || !std::isfinite(image.upper)) return constant;
    if (width == 0 || (is_wave && !(width < longest_wave))) return constant;
    Lines lines;
    const CurveSide above(shape, input, 1);
    const CurveSide below(shape, input, -1);
    const double upper = above.chosen_slope();
    const double lower = -below.chosen_slope();
    if (std::isfinite(upper)) {
        lines.upper_slope = upper;
        lines.upper_intercept = above.intercept(upper);
    }
    if (std::isfinite(lower)) {
        lines.lower_slope = lower;
        lines.lower_intercept = -below.intercept(-lower);
    }
    if (!std::isfinite(lines.upper_intercept)) {
        lines.upper_slope = 0;
        lines.upper_intercept = image.upper;
    }
    if (!std::isfinite(lines.lower_intercept)) {
        lines.lower_slope = 0;
        lines.lower_intercept = image.lower;
    }
    return lines;
}

}  // namespace sinew::bounds
