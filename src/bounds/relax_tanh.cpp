// SPDX-License-Identifier: Apache-2.0
// tanh (tansig) between two lines: relax_smooth.hpp says which and why they are valid.
#include <array>
#include <cmath>

#include "bounds/relax_smooth.hpp"

namespace sinew::bounds {

namespace {
/// By the negated end of the interval, in steps of 1/16 up to 16.
constexpr int tangent_steps = 16;
constexpr int tangent_end = 16;

/// The root of f'(d)·(d + s) = f(d) + f(s), which grows with s.
double solve_tangent(double s) {
    double low = 0;
    double high = s;
    for (int step = 0; step < 60; ++step) {
        const double d = (low + high) / 2;
        const double t = std::tanh(d);
        ((1 - t * t) * (d + s) > t + std::tanh(s) ? low : high) = d;
    }
    return (low + high) / 2;
}

std::array<double, tangent_steps * tangent_end + 2> make_tangents() {
    std::array<double, tangent_steps * tangent_end + 2> table{};
    for (std::size_t i = 1; i < table.size(); ++i) table[i] = solve_tangent(static_cast<double>(i) / tangent_steps);
    return table;
}

struct Tanh {
    const SmoothTables& tables = smooth_tables();

    double rough(double s) const { return std::copysign(detail::tanh_in_table(tables, std::fabs(s)), s); }
    static double slope_of(double value) { return 1 - value * value; }
    static double mirrored(double value) { return -value; }
    Interval value(double s) const { return smooth_tanh(tables, s); }
    static Interval slope(Interval value) {
        // 1 - t² for t in `value`; a square is smallest where |t| is.
        const double small = value.contains(0) ? 0 : std::min(std::fabs(value.lower), std::fabs(value.upper));
        const double large = value.magnitude();
        return {sub_down(1, mul_up(large, large)), sub_up(1, mul_down(small, small))};
    }
    static Interval complement(Interval value) { return -value; }
    static double tangent(double s) { return tangent_point(s); }
};
}  // namespace

double tangent_point(double s) {
    static const auto table = make_tangents();
    if (s >= tangent_end) {  // 4·exp(-2d)·(d + s) = 2, nearly
        const double first = 0.5 * std::log(2 * s);
        return 0.5 * std::log(2 * (s + first));
    }
    const double place = s * tangent_steps;
    const auto below = static_cast<std::size_t>(place);
    const double share = place - static_cast<double>(below);
    return table[below] + share * (table[below + 1] - table[below]);
}

Lines relax_tanh(Interval input) {
    const Tanh tanh;
    return suits_quick_lines(input) ? QuickLines(tanh).lines(input) : SmoothLines(tanh, input).lines();
}

Pencils pencils_tanh(Interval input, PencilPlaces start) {
    const Tanh tanh;
    return suits_quick_lines(input) ? QuickLines(tanh).pencils(input, start) : SmoothLines(tanh, input).pencils(start);
}

Interval image_tanh(Interval input) {
    const SmoothTables& tables = smooth_tables();
    return {smooth_tanh(tables, input.lower).lower, smooth_tanh(tables, input.upper).upper};
}

}  // namespace sinew::bounds
