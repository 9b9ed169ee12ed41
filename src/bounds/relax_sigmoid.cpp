// SPDX-License-Identifier: Apache-2.0
// sigmoid (logsig) between two lines: relax_smooth.hpp says which and why they are valid.
#include "bounds/relax_smooth.hpp"

namespace sinew::bounds {

namespace {
struct Sigmoid {
    const SmoothTables& tables = smooth_tables();

    double rough(double s) const {
        const double e = detail::exp_of_minus(tables, std::fabs(s));
        return (s < 0 ? e : 1.0) / (1 + e);
    }
    static double slope_of(double value) { return value * (1 - value); }
    static double mirrored(double value) { return 1 - value; }
    Interval value(double s) const { return smooth_sigmoid(tables, s); }
    static Interval slope(Interval value) { return value * complement(value); }
    static Interval complement(Interval value) { return {sub_down(1, value.upper), sub_up(1, value.lower)}; }
    static double tangent(double s) { return 2 * tangent_point(s / 2); }  // sigmoid(s) = (1 + tanh(s/2))/2
};
}  // namespace

Lines relax_sigmoid(Interval input) {
    const Sigmoid sigmoid;
    return suits_quick_lines(input) ? QuickLines(sigmoid).lines(input) : SmoothLines(sigmoid, input).lines();
}

Pencils pencils_sigmoid(Interval input, PencilPlaces start) {
    const Sigmoid sigmoid;
    return suits_quick_lines(input) ? QuickLines(sigmoid).pencils(input, start)
                                    : SmoothLines(sigmoid, input).pencils(start);
}

Interval image_sigmoid(Interval input) {
    const SmoothTables& tables = smooth_tables();
    return {smooth_sigmoid(tables, input.lower).lower, smooth_sigmoid(tables, input.upper).upper};
}

}  // namespace sinew::bounds
