// SPDX-License-Identifier: Apache-2.0
#include "certify/ball_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sinew::certify {

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();

/// min over a change d in [low, high] (0 among them) of g·d + λ·w·|d|, rounded down.
double least_of_one(double g, double lambda, double weight, double low, double high) {
    const double price = mul_down(lambda, weight);
    const auto at = [&](double d) { return add_down(mul_down(g, d), mul_down(price, std::fabs(d))); };
    return std::min({0.0, at(low), at(high)});
}

/// min over a change d in [low, high] of g·d + λ·w²·d², rounded down.
double least_of_two(double g, double lambda, double weight, double low, double high) {
    const double price = mul_down(lambda, mul_down(weight, weight));
    const double end = g > 0 ? low : high;
    // The parabola falls all the way to the end if its slope there still points to it.
    const double slope = std::fabs(g);
    const double braking = mul_up(2, mul_up(price, std::fabs(end)));
    if (!(price > 0) || slope >= braking) return add_down(mul_down(g, end), mul_down(price, mul_down(end, end)));
    return -div_up(mul_up(g, g), mul_down(4, price));
}

/// A multiplier for the ball that is nearly the best: floats, as any that is not negative gives a bound.
double multiplier(std::span<const double> g, std::span<const Interval> box, const BallShape& shape) {
    struct Side {
        double gain;  ///< a unit of the norm
        double room;  ///< in the norm
    };
    std::vector<Side> sides;
    for (std::size_t i = 0; i < g.size(); ++i) {
        const double weight = shape.weight[i].lower;
        if (g[i] == 0 || !(weight > 0)) continue;
        const double room = g[i] > 0 ? shape.centre[i].upper - box[i].lower : box[i].upper - shape.centre[i].lower;
        if (room > 0) sides.push_back({std::fabs(g[i]) / weight, room * weight});
    }
    double left = shape.radius.upper;
    if (shape.norm == Norm::one) {
        std::sort(sides.begin(), sides.end(), [](const Side& a, const Side& b) { return a.gain > b.gain; });
        for (const Side& side : sides) {
            if (side.room >= left) return side.gain;
            left -= side.room;
        }
        return 0;
    }
    left *= left;
    double all = 0;
    double steepest = 0;
    for (const Side& side : sides) {
        all += side.room * side.room;
        steepest += side.gain * side.gain;
    }
    if (all <= left || !(left > 0)) return 0;
    // Changes are min(room, gain / 2λ): their squares fall with λ.
    double low = 0;
    double high = std::sqrt(steepest / left);
    for (int step = 0; step < 40; ++step) {
        const double lambda = 0.5 * (low + high);
        double sum = 0;
        for (const Side& side : sides) {
            const double change = std::min(side.room, side.gain / (2 * lambda));
            sum += change * change;
        }
        (sum > left ? low : high) = lambda;
    }
    return high;
}
}  // namespace

double least_on_ball(std::span<const double> coefficients, double constant, std::span<const Interval> box,
                     const BallShape& shape) {
    double at_box = constant;
    for (std::size_t i = 0; i < box.size(); ++i) {
        const double g = coefficients[i];
        at_box = add_down(at_box, g == 0 ? 0 : mul_down(g, g > 0 ? box[i].lower : box[i].upper));
    }
    if (std::isnan(at_box)) at_box = -infinity;
    if (shape.norm != Norm::one && shape.norm != Norm::two) return at_box;
    const double lambda = multiplier(coefficients, box, shape);
    if (!(lambda > 0) || !std::isfinite(lambda)) return at_box;
    const double radius = shape.norm == Norm::one ? shape.radius.upper : mul_up(shape.radius.upper, shape.radius.upper);
    double sum = sub_down(constant, mul_up(lambda, radius));
    for (std::size_t i = 0; i < box.size(); ++i) {
        const double g = coefficients[i];
        if (g == 0) continue;
        const double weight = shape.weight[i].lower;
        // What is left of the centre's own uncertainty is one rounding: the change is counted from an end of it.
        const Interval centre = shape.centre[i];
        const double low = std::min(0.0, sub_down(box[i].lower, centre.upper));
        const double high = std::max(0.0, sub_up(box[i].upper, centre.lower));
        sum = add_down(sum, mul_down(g, g > 0 ? centre.lower : centre.upper));
        if (!std::isfinite(low) || !std::isfinite(high)) {
            if (g > 0 ? !std::isfinite(low) : !std::isfinite(high)) return at_box;
        }
        sum = add_down(sum, shape.norm == Norm::one ? least_of_one(g, lambda, weight, low, high)
                                                    : least_of_two(g, lambda, weight, low, high));
    }
    return std::isnan(sum) ? at_box : std::max(sum, at_box);
}

bool BallBounds::tighten_by_ball(bounds::State& state, std::span<const Interval> box, const BallShape& shape) {
    const std::vector<std::uint32_t>& all = bounds_.phase_variables();
    std::size_t begin = 0;
    while (begin < all.size()) {
        // The pre-activations of one layer are consecutive variables.
        std::size_t end = begin + 1;
        while (end < all.size() && all[end] == all[end - 1] + 1) ++end;
        std::vector<bounds::Row> rows;
        std::vector<std::uint32_t> open;
        for (std::size_t p = begin; p < end; ++p) {
            if (!bounds_.split_point(state, all[p])) continue;
            open.push_back(all[p]);
            rows.push_back({{{all[p], 1.0}}, 0});
            rows.push_back({{{all[p], -1.0}}, 0});
        }
        begin = end;
        if (open.empty()) continue;
        std::vector<const bounds::Row*> pointers;
        for (const bounds::Row& row : rows) pointers.push_back(&row);
        bounds_.relax(state);
        bounds_.lower_bounds(state, pointers, out_);
        for (std::size_t k = 0; k < open.size(); ++k) {
            const double lower = least_on_ball(out_.coefficients_of(2 * k), out_.constant[2 * k], box, shape);
            const double upper = -least_on_ball(out_.coefficients_of(2 * k + 1), out_.constant[2 * k + 1], box, shape);
            state.lower[open[k]] = std::max(state.lower[open[k]], lower);
            state.upper[open[k]] = std::min(state.upper[open[k]], upper);
            if (state.lower[open[k]] > state.upper[open[k]]) return false;
        }
        if (!bounds_.tighten(state)) return false;
    }
    return true;
}

std::vector<double> BallBounds::lower_bounds(std::span<const Interval> box, const BallShape& shape,
                                             std::span<const bounds::Row> rows) {
    const std::vector<double> nothing_there(rows.size(), infinity);
    bounds::State state = bounds_.start(box);
    const bool is_ball = shape.norm == Norm::one || shape.norm == Norm::two;
    // Over a ball the first layer is bounded better than its box would be: that first, or the box's lines spoil it.
    if (!bounds_.tighten(state)) return nothing_there;
    if (is_ball && !tighten_by_ball(state, box, shape)) return nothing_there;
    std::vector<const bounds::Row*> pointers;
    for (const bounds::Row& row : rows) pointers.push_back(&row);
    bounds_.relax(state);
    bounds_.lower_bounds(state, pointers, out_);
    std::vector<double> result(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) {
        result[r] = out_.value[r];
        if (is_ball)
            result[r] = std::max(result[r], least_on_ball(out_.coefficients_of(r), out_.constant[r], box, shape));
    }
    return result;
}

}  // namespace sinew::certify
