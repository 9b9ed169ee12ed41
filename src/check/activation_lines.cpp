// SPDX-License-Identifier: Apache-2.0
#include "check/activation_lines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/infinity.hpp"
#include "exact/transcendental.hpp"

namespace sinew::check {

namespace {
using model::ActivationKind;

Interval times(double factor, Interval interval) {
    return Interval::point(factor) * interval;
}
/// The interval that -f has where f has this one.
Interval mirrored(Interval interval, bool mirrors) {
    return mirrors ? -interval : interval;
}
}  // namespace

bool ActivationLines::knows(const model::Activation& activation) {
    return model::is_piecewise_linear(activation) || activation.kind == ActivationKind::tanh ||
           activation.kind == ActivationKind::sigmoid;
}

ActivationLines::ActivationLines(const model::Activation& activation)
    : activation_(activation),
      is_relu_(activation.kind == ActivationKind::relu),
      is_smooth_(activation.kind == ActivationKind::tanh || activation.kind == ActivationKind::sigmoid) {
    const model::Piece* last = nullptr;
    const std::vector<model::Piece> exact = model::pieces(activation);
    for (const model::Piece& piece : exact) {
        Piece made;
        made.slope = Interval::enclosing(piece.slope);
        made.intercept = Interval::enclosing(piece.intercept);
        made.begin = Interval::point(-infinity);
        if (piece.begin) {
            made.begin = Interval::enclosing(*piece.begin);
            made.before = Interval::enclosing(last->slope * *piece.begin + last->intercept);
            made.after = Interval::enclosing(piece.slope * *piece.begin + piece.intercept);
        }
        pieces_.push_back(made);
        last = &piece;
    }
}

Interval ActivationLines::smooth_value(double s) const {
    return activation_.kind == ActivationKind::tanh ? tanh_interval(s) : sigmoid_interval(s);
}

/// Around f(s), and around its limits there.
Interval ActivationLines::value(double s) const {
    if (is_smooth_) return smooth_value(s);
    Interval result{infinity, -infinity};
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
        if (p > 0 && s < pieces_[p].begin.lower) continue;
        if (p + 1 < pieces_.size() && s > pieces_[p + 1].begin.upper) continue;
        result = hull(result, times(s, pieces_[p].slope) + pieces_[p].intercept);
    }
    return result;
}

Interval ActivationLines::image(Interval input) const {
    if (is_relu_) return {std::max(input.lower, 0.0), std::max(input.upper, 0.0)};
    if (std::isinf(input.lower) || std::isinf(input.upper)) {
        if (is_smooth_) return {smooth_value(input.lower).lower, smooth_value(input.upper).upper};
        // Monotone or not: pieces that end at infinity are constant there or unbounded.
        Interval result{infinity, -infinity};
        for (std::size_t p = 0; p < pieces_.size(); ++p) {
            if (p > 0 && input.upper < pieces_[p].begin.lower) continue;
            if (p + 1 < pieces_.size() && input.lower > pieces_[p + 1].begin.upper) continue;
            const double from = p > 0 ? std::max(input.lower, pieces_[p].begin.lower) : input.lower;
            const double to = p + 1 < pieces_.size() ? std::min(input.upper, pieces_[p + 1].begin.upper) : input.upper;
            result = hull(result, pieces_[p].slope * Interval{from, to} + pieces_[p].intercept);
        }
        return result;
    }
    Interval result = hull(value(input.lower), value(input.upper));
    for (std::size_t p = 1; p < pieces_.size(); ++p)
        if (pieces_[p].begin.lower <= input.upper && pieces_[p].begin.upper >= input.lower)
            result = hull(result, hull(pieces_[p].before, pieces_[p].after));
    return result;  // tanh and sigmoid are monotone
}

bool ActivationLines::is_open(Interval input) const {
    if (is_relu_) return input.lower < 0 && input.upper > 0;
    if (is_smooth_) return input.lower < input.upper;
    for (std::size_t p = 1; p < pieces_.size(); ++p) {
        if (pieces_[p].begin.upper < input.lower || pieces_[p].begin.lower > input.upper) continue;
        const bool is_inside = pieces_[p].begin.upper > input.lower && pieces_[p].begin.lower < input.upper;
        const bool jumps =
            pieces_[p].before.upper < pieces_[p].after.lower || pieces_[p].before.lower > pieces_[p].after.upper;
        if (is_inside || jumps) return true;
    }
    return false;
}

/// The supremum of f(s) - slope·s, or of its negation: it is at an end or where two pieces meet.
double ActivationLines::greatest_excess(Interval input, double slope, bool mirrors) const {
    if (is_smooth_) return smooth_excess(input, slope, mirrors);
    double greatest = -infinity;
    const auto take = [&](Interval excess) { greatest = std::max(greatest, mirrored(excess, mirrors).upper); };
    const auto of_piece = [&](const Piece& piece, Interval at) {
        take((piece.slope - Interval::point(slope)) * at + piece.intercept);
    };
    for (std::size_t p = 0; p < pieces_.size(); ++p) {
        for (const double end : {input.lower, input.upper}) {
            if (p > 0 && end < pieces_[p].begin.lower) continue;
            if (p + 1 < pieces_.size() && end > pieces_[p + 1].begin.upper) continue;
            of_piece(pieces_[p], Interval::point(end));
        }
        if (p == 0 || pieces_[p].begin.lower > input.upper || pieces_[p].begin.upper < input.lower) continue;
        of_piece(pieces_[p - 1], pieces_[p].begin);
        of_piece(pieces_[p], pieces_[p].begin);
    }
    return greatest;
}

/// f' is symmetric about 0 and falls from there: f(s) - slope·s has its one interior maximum where f'(s) = slope and
/// s > 0, and its one interior minimum at the mirror image. With t = tanh: f' = 1 - t² for tanh; with σ: σ(1 - σ).
double ActivationLines::smooth_excess(Interval input, double slope, bool mirrors) const {
    const auto excess = [&](double s) {
        return mirrored(smooth_value(s) - times(slope, Interval::point(s)), mirrors).upper;
    };
    double greatest = std::max(excess(input.lower), excess(input.upper));
    const bool is_tanh = activation_.kind == ActivationKind::tanh;
    const double steepest = is_tanh ? 1 : 0.25;
    if (!(slope > 0) || !(slope < steepest)) return greatest;
    // Near the extremum e any point d bounds it: f lies below its tangents where it is concave (s >= 0), so there
    // f(e) - slope·e <= f(d) - slope·d + |f'(d) - slope|·|e - d|.
    const double root = std::sqrt(1 - slope / steepest);
    const double estimate = is_tanh ? std::atanh(root) : 2 * std::atanh(root);
    if (!std::isfinite(estimate)) return infinity;
    const double reach = 1e-6 * (1 + estimate);  // the estimate is good to far more than that; proved below
    const double low = std::max(estimate - reach, 0.0);
    const double high = estimate + reach;
    const auto derivative = [&](double s) {
        const Interval f = smooth_value(s);
        const Interval one = Interval::point(1);
        return is_tanh ? one - f * f : f * (one - f);
    };
    // f' falls on s >= 0: the extremum is between low and high, or nothing is known.
    const Interval at_low = low > 0 ? derivative(low) : Interval::point(steepest);
    if (!(at_low.lower >= slope) || !(derivative(high).upper <= slope)) return infinity;
    const bool is_maximum = !mirrors;
    const double sign = is_maximum ? 1 : -1;
    const double from = is_maximum ? low : -high;
    const double to = is_maximum ? high : -low;
    if (to < input.lower || from > input.upper) return greatest;
    const Interval steepness = derivative(estimate) - Interval::point(slope);
    const Interval slack = Interval::point(steepness.magnitude()) * Interval::point(mul_up(2, reach));
    return std::max(greatest, add_up(excess(sign * estimate), slack.upper));
}

double ActivationLines::above(Interval input, double slope) const {
    return greatest_excess(input, slope, false);
}
double ActivationLines::below(Interval input, double slope) const {
    return -greatest_excess(input, slope, true);
}

void ActivationLines::choose_points(Interval input) const {
    points_.clear();
    const auto add = [&](double s, Interval at) { points_.push_back({s, at.lower + (at.upper - at.lower) / 2}); };
    add(input.lower, value(input.lower));
    for (std::size_t p = 1; p < pieces_.size(); ++p) {
        const Piece& piece = pieces_[p];
        if (!(piece.begin.lower > input.lower && piece.begin.upper < input.upper)) continue;
        add(piece.begin.lower, piece.before);
        add(piece.begin.lower, piece.after);
    }
    add(input.upper, value(input.upper));
}

Lines ActivationLines::lines(Interval input, double lower_slope, double upper_slope) const {
    return {lower_slope, below(input, lower_slope), upper_slope, above(input, upper_slope)};
}

Lines ActivationLines::lines(Interval input) const {
    if (is_relu_) {
        if (input.upper <= 0) return {};
        if (input.lower >= 0) return {1, 0, 1, 0};
        const double slope = input.upper / (input.upper - input.lower);
        // Convex: the line is above where it is above at both ends.
        const double at_lower = -mul_down(slope, input.lower);
        const double at_upper = sub_up(input.upper, mul_down(slope, input.upper));
        return {input.upper > -input.lower ? 1.0 : 0.0, 0, slope, std::max(at_lower, at_upper)};
    }
    const double middle = input.lower + (input.upper - input.lower) / 2;
    Lines best{0, -infinity, 0, infinity};
    double best_lower = -infinity;
    double best_upper = infinity;
    const auto offer = [&](double slope) {
        if (!std::isfinite(slope)) return;
        const double lower = below(input, slope);
        const double upper = above(input, slope);
        if (slope * middle + lower > best_lower) {
            best_lower = slope * middle + lower;
            best.lower_slope = slope;
            best.lower_intercept = lower;
        }
        if (slope * middle + upper < best_upper) {
            best_upper = slope * middle + upper;
            best.upper_slope = slope;
            best.upper_intercept = upper;
        }
    };
    offer(0);
    if (is_smooth_) {
        const auto derivative = [&](double s) {
            const double f = smooth_value(s).lower;
            return activation_.kind == ActivationKind::tanh ? 1 - f * f : f * (1 - f);
        };
        for (const double s : {input.lower, middle, input.upper}) offer(derivative(s));
        offer((smooth_value(input.upper).lower - smooth_value(input.lower).lower) / (input.upper - input.lower));
        // The tangent through either end.
        for (const double end : {input.lower, input.upper}) {
            double touch = end < 0 ? input.upper : input.lower;
            const double at_end = smooth_value(end).lower;
            for (int step = 0; step < 6; ++step) {
                const double slope = derivative(touch);
                if (touch == end || !(slope > 0)) break;
                offer((smooth_value(touch).lower - at_end) / (touch - end));
                const double chord = (smooth_value(touch).lower - at_end) / (touch - end);
                const double steepest = activation_.kind == ActivationKind::tanh ? 1 : 0.25;
                if (!(chord > 0 && chord < steepest)) break;
                const double root = std::atanh(std::sqrt(1 - chord / steepest)) * (steepest == 1 ? 1 : 2);
                touch = std::clamp(end < 0 ? root : -root, input.lower, input.upper);
            }
        }
        return best;
    }
    choose_points(input);
    for (std::size_t i = 0; i < points_.size(); ++i)
        for (std::size_t j = i + 1; j < points_.size(); ++j)
            if (points_[i].s < points_[j].s)
                offer((points_[j].value - points_[i].value) / (points_[j].s - points_[i].s));
    for (const Piece& piece : pieces_) offer(piece.slope.lower);
    return best;
}

}  // namespace sinew::check
