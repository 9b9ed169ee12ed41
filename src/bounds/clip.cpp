// SPDX-License-Identifier: Apache-2.0
#include "bounds/clip.hpp"

#include <cmath>
#include <cstddef>

#include "exact/interval.hpp"

namespace sinew::bounds {

bool clip_box(std::span<const double> coefficients, double constant, std::span<double> lower, std::span<double> upper) {
    const auto least_term = [&](std::size_t i) {
        return mul_down(coefficients[i], coefficients[i] > 0 ? lower[i] : upper[i]);
    };
    double least = constant;
    for (std::size_t i = 0; i < coefficients.size(); ++i) least = add_down(least, least_term(i));
    if (least > 0) return false;
    if (!std::isfinite(least)) return true;
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
        const double c = coefficients[i];
        if (c == 0 || lower[i] >= upper[i]) continue;
        // The others take at least least - term_i, so c·x_i may take term_i - least at most.
        const double room = sub_up(least_term(i), least);
        // A product tells as well as a quotient whether there is anything to gain, and costs a tenth.
        if (!(room < c * (c > 0 ? upper[i] : lower[i]))) continue;
        if (c > 0) {
            const double limit = div_up(room, c);
            if (limit < upper[i]) upper[i] = limit;
        } else {
            const double limit = div_down(room, c);
            if (limit > lower[i]) lower[i] = limit;
        }
        if (!(lower[i] <= upper[i])) return false;
    }
    return true;
}

}  // namespace sinew::bounds
