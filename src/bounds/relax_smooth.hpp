// SPDX-License-Identifier: Apache-2.0
// Lines around S-shaped activations (tanh, sigmoid): odd around their value at 0, convex below 0, concave above it. The
// choice of the lines follows CROWN (Zhang et al., NeurIPS 2018, and Singh et al., POPL 2019) and is made in plain
// doubles; what makes a line valid is computed outward:
//   Above, with any slope k. On s <= 0 the function less k·s is convex, so it is largest at the ends. On s >= 0 it lies
//   below its tangent at any d >= 0: f(s) <= f(d) + f'(d)·(s - d), whatever d is; the difference between f'(d), known
//   as an interval, and k costs at most |f'(d) - k|·|s - d|, which is largest at the ends too. Below: the mirror image,
//   f(-s) = 2·f(0) - f(s).
#pragma once

#include <algorithm>
#include <cmath>

#include "bounds/relaxation.hpp"
#include "bounds/smooth_function.hpp"

namespace sinew::bounds {

/// Where the tangent to tanh at d > 0 meets its graph again at -s (s > 0), approximately: 0 < d. For sigmoid: 2·d(s/2).
double tangent_point(double s);

/// Points d >= 0 from whose tangents the line above [from, to] is chosen, in ascending order: the tangent at the first
/// goes through the left end where that is negative, the last is at the right end; between them `start`, with the
/// others nearer to it, or (nan) what leaves the smaller area. False: the chord is the only line worth having.
template <class Function>
bool tangent_points(const Function& function, double from, double to, double start, double (&points)[3]) {
    if (!(to > 0)) return false;
    const double first = from >= 0 ? from : function.tangent(-from);
    if (!(first < to)) return false;
    points[0] = first;
    points[1] = std::max(from + (to - from) / 2, first);
    points[2] = to;
    if (!std::isnan(start)) {
        constexpr double nearer = 0.3;
        points[1] = std::clamp(start, first, to);
        points[0] = std::max(points[1] - nearer * (to - first), first);
        points[2] = std::min(points[1] + nearer * (to - first), to);
    }
    return true;
}

/// `Function` has: rough(s), f(s) for |s| <= 20 off by at most 32u; slope_of(value), f' from f in one or two
/// operations; mirrored(value) = 2·f(0) - value in one operation; value(s), an interval around f(s); slope(value), an
/// interval around f'(s) from one around f(s); complement(value) = 2·f(0) - value; tangent(s): where a tangent passes
/// through (-s, f(-s)).
template <class Function>
class SmoothLines {
  public:
    SmoothLines(const Function& function, Interval input)
        : function_(function),
          input_(input),
          at_lower_(function.value(input.lower)),
          at_upper_(function.value(input.upper)) {}

    Lines lines() const {
        const Side above = upper(input_.lower, input_.upper, at_lower_, at_upper_);
        const Side below =
            upper(-input_.upper, -input_.lower, function_.complement(at_upper_), function_.complement(at_lower_));
        return {below.slope, function_.complement({below.intercept, below.intercept}).lower, above.slope,
                above.intercept};
    }

    /// Tangents to choose from.
    Pencils pencils(PencilPlaces start) const {
        Pencils pencils;
        pencils.upper = upper_pencil(input_.lower, input_.upper, at_lower_, at_upper_, start.upper);
        const Pencil mirrored = upper_pencil(-input_.upper, -input_.lower, function_.complement(at_upper_),
                                             function_.complement(at_lower_), -start.lower);
        pencils.lower = mirrored;
        for (int i = 0; i < 3; ++i) {
            pencils.lower.intercept[i] = function_.complement({mirrored.intercept[i], mirrored.intercept[i]}).lower;
            pencils.lower.place[i] = -mirrored.place[i];
        }
        return pencils;
    }

  private:
    struct Side {
        double slope;
        double intercept;
    };

    /// f(s) - k·s at an end, rounded up.
    static double at_end(Interval value, double k, double s) { return sub_up(value.upper, mul_down(k, s)); }

    /// Not below f(s) - k·s for s in [from, to], 0 <= from <= to < ∞; d >= 0 has value `value`.
    double concave(double k, double d, Interval value, double from, double to) const {
        const Interval slope = function_.slope(value);
        const auto excess = [&](double s) {  // the largest (f'(d) - k)·(s - d)
            const double factor = s >= d ? sub_up(slope.upper, k) : sub_down(slope.lower, k);
            const double distance = factor >= 0 ? sub_up(s, d) : sub_down(s, d);
            return mul_up(factor, distance);
        };
        return add_up(at_end(value, k, d), std::max(excess(from), excess(to)));
    }

    Side upper(double lower, double upper, Interval at_lower, Interval at_upper) const {
        if (std::isinf(lower) || std::isinf(upper)) return {0, at_upper.upper};
        const double width = upper - lower;
        const double chord = width > 0 ? std::max((at_upper.lower - at_lower.lower) / width, 0.0) : 0;
        if (upper <= 0) {
            // At 0 the value is exact, and a slightly flatter line goes through that point.
            const double k = upper == 0 ? chord * (1 - 0x1p-44) : chord;
            return {k, std::max(at_end(at_lower, k, lower), at_end(at_upper, k, upper))};
        }
        const double middle = lower + width / 2;
        const double d = lower >= 0 ? middle : std::max(function_.tangent(-lower), middle);
        double k = chord;
        double intercept;
        if (d >= upper) {  // the graph's last part is steeper than the chord
            intercept = concave(k, upper, at_upper, std::max(lower, 0.0), upper);
        } else {
            const Interval value = function_.value(d);
            k = std::max(function_.slope(value).lower, 0.0);
            intercept = concave(k, d, value, std::max(lower, 0.0), upper);
        }
        if (lower < 0) intercept = std::max(intercept, at_end(at_lower, k, lower));
        return {k, intercept};
    }

    Pencil upper_pencil(double lower, double upper, Interval at_lower, Interval at_upper, double start) const {
        Pencil pencil;
        const bool finite = std::isfinite(lower) && std::isfinite(upper);
        if (!finite || !tangent_points(function_, lower, upper, start, pencil.place)) {
            const Side side = this->upper(lower, upper, at_lower, at_upper);
            return Pencil::single(side.slope, side.intercept);
        }
        for (int i = 0; i < 3; ++i) {
            const Interval value = function_.value(pencil.place[i]);
            const double k = std::max(function_.slope(value).lower, 0.0);
            pencil.slope[i] = k;
            pencil.intercept[i] = concave(k, pencil.place[i], value, std::max(lower, 0.0), upper);
            if (lower < 0) pencil.intercept[i] = std::max(pencil.intercept[i], at_end(at_lower, k, lower));
        }
        return pencil;
    }

    const Function& function_;
    Interval input_, at_lower_, at_upper_;
};

/// The same lines for intervals of ordinary size (suits_quick_lines), in plain doubles with one slack for all
/// roundings: four times as fast. u = 2^-53, w the width, m the larger magnitude of an end (<= 20). Values are off by
/// at most 34u, slopes of the function (<= 1) by at most 80u, so f'(d)·(s - d) - k·(s - d) by 80u·w; what is computed
/// with k·s is off by at most 2u·k·m, other roundings by u times 1 or w each. Their sum is below u·(80 + 128·w +
/// 8·k·m).
template <class Function>
class QuickLines {
  public:
    explicit QuickLines(const Function& function) : function_(function) {}

    Lines lines(Interval input) const {
        const double at_lower = function_.rough(input.lower);
        const double at_upper = function_.rough(input.upper);
        Lines lines;
        upper(input.lower, input.upper, at_lower, at_upper, lines.upper_slope, lines.upper_intercept);
        double mirrored = 0;
        upper(-input.upper, -input.lower, function_.mirrored(at_upper), function_.mirrored(at_lower), lines.lower_slope,
              mirrored);
        lines.lower_intercept = function_.mirrored(mirrored) - 0x1p-48;  // roundings of 1 - x and of this, |x| < 16
        return lines;
    }

    Pencils pencils(Interval input, PencilPlaces start) const {
        const double at_lower = function_.rough(input.lower);
        const double at_upper = function_.rough(input.upper);
        Pencils pencils;
        upper_pencil(input.lower, input.upper, at_lower, at_upper, start.upper, pencils.upper);
        upper_pencil(-input.upper, -input.lower, function_.mirrored(at_upper), function_.mirrored(at_lower),
                     -start.lower, pencils.lower);
        for (int i = 0; i < 3; ++i) {
            pencils.lower.intercept[i] = function_.mirrored(pencils.lower.intercept[i]) - 0x1p-48;
            pencils.lower.place[i] = -pencils.lower.place[i];
        }
        return pencils;
    }

  private:
    /// For a line above [from, to] that was found in plain doubles.
    static double slack(double from, double to, double slope) {
        return 0x1p-53 * (80 + 128 * (to - from) + 8 * slope * std::max(std::fabs(from), std::fabs(to)));
    }

    void upper_pencil(double from, double to, double at_from, double at_to, double start, Pencil& pencil) const {
        if (!tangent_points(function_, from, to, start, pencil.place)) {
            double slope = 0;
            double intercept = 0;
            upper(from, to, at_from, at_to, slope, intercept);
            pencil = Pencil::single(slope, intercept);
            return;
        }
        for (int i = 0; i < 3; ++i) {
            const double d = pencil.place[i];
            const double value = function_.rough(d);
            const double k = std::max(function_.slope_of(value), 0.0);
            double best = value - k * d;
            if (from < 0) best = std::max(best, at_from - k * from);
            pencil.slope[i] = k;
            pencil.intercept[i] = best + slack(from, to, k);
        }
    }

    void upper(double from, double to, double at_from, double at_to, double& slope, double& intercept) const {
        const double width = to - from;
        const double chord = std::max((at_to - at_from) / width, 0.0);
        const double start = std::max(from, 0.0);
        double k = chord;
        double best = at_to - k * to;
        if (to > 0) {
            const double middle = from + 0.5 * width;
            const double d = from >= 0 ? middle : std::max(function_.tangent(-from), middle);
            if (d < to) {
                const double value = function_.rough(d);
                k = std::max(function_.slope_of(value), 0.0);
                best = value - k * d;
            } else {
                best += std::max((k - function_.slope_of(at_to)) * (to - start), 0.0);
            }
        }
        if (from < 0) best = std::max(best, at_from - k * from);
        slope = k;
        intercept = best + slack(from, to, k);
    }

    const Function& function_;
};

/// 0 as an end is left to SmoothLines, whose lines go through it exactly.
inline bool suits_quick_lines(Interval input) {
    return input.magnitude() <= 20 && input.upper - input.lower <= 16 && input.lower < input.upper &&
           input.lower != 0 && input.upper != 0;
}

}  // namespace sinew::bounds
