// SPDX-License-Identifier: Apache-2.0
#include "bounds/smooth_function.hpp"

#include "exact/transcendental.hpp"

namespace sinew::bounds {

namespace {
/// Two doubles are nearest to it from below and above: either is off by less than one unit in the last place.
SmoothTables make_tables() {
    SmoothTables tables;
    for (int k = 0; k <= SmoothTables::steps * SmoothTables::longest_tanh; ++k)
        tables.tanh[k] = tanh_interval(static_cast<double>(k) / SmoothTables::steps).lower;
    for (int i = 0; i <= SmoothTables::longest_exp; ++i) tables.exp_whole[i] = to_nearest(enclose_exp(-i, 80).lower);
    for (int j = 0; j < SmoothTables::steps; ++j)
        tables.exp_part[j] = to_nearest(enclose_exp(Rational(-j, SmoothTables::steps), 80).lower);
    return tables;
}
}  // namespace

const SmoothTables& smooth_tables() {
    static const SmoothTables tables = make_tables();
    return tables;
}

namespace detail {
Interval rare_tanh(double s) {
    if (s == 0) return {0, 0};
    if (s > SmoothTables::longest_tanh) return {just_below_one, 1};
    if (s < -SmoothTables::longest_tanh) return {-1, -just_below_one};
    return tanh_interval(s);
}

Interval rare_sigmoid(double s) {
    if (s > 0) return {just_below_one, 1};
    if (s < 0) return {0, 0x1p-1000};
    return sigmoid_interval(s);
}
}  // namespace detail

}  // namespace sinew::bounds
