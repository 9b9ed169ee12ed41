// SPDX-License-Identifier: Apache-2.0
// The attack's last stage: sequential linear programming. Around a point the network is linear, so the step that raises
// the worst row most inside a trust region is a tiny linear program (bounds/max_min.hpp); sixteen step lengths are then
// tried at once. It follows slivers, where the derivatives of two rows pull against each other.
#include <algorithm>
#include <cmath>

#include "base/limit_scope.hpp"
#include "bounds/max_min.hpp"
#include "search/attack.hpp"

namespace sinew::search {

using bounds::lanes;

void Attack::refine(Candidate& candidate, std::size_t steps) {
    constexpr std::size_t radii = 4;
    const std::size_t n = inputs_.size();
    const bool wide = is_wide();
    double radius = 0.05;
    std::vector<std::uint32_t> rows;
    std::vector<double> value;
    std::vector<double> slope;
    std::vector<double> lower(n);
    std::vector<double> upper(n);
    for (std::size_t s = 0; s < steps && radius > 1e-9; ++s) {
        check_limits();
        load(candidate.inputs);
        double margin[lanes];
        evaluate(margin);
        condition_.active_rows(0, lanes, rows);
        if (rows.empty()) return;
        if (rows.size() == 1 && wide) return;  // a step along its signs is what descents make
        network_.clear_adjoints();
        value.resize(rows.size());
        for (std::size_t r = 0; r < rows.size(); ++r) value[r] = condition_.seed_row(rows[r], r, network_.adjoints());
        network_.backward();
        ++gradients_;
        slope.resize(rows.size() * n);
        for (std::size_t r = 0; r < rows.size(); ++r)
            for (std::size_t i = 0; i < n; ++i) slope[r * n + i] = network_.adjoints().row(inputs_[i])[r];
        // Radii 4ρ, ρ, ρ/4, ρ/16; each step also at a half, a quarter and an eighth of its length.
        for (std::size_t q = 0; q < radii; ++q) {
            const double reach = radius * std::pow(0.25, static_cast<double>(q) - 1);
            for (std::size_t i = 0; i < n; ++i) {
                const double room = reach * (upper_.row(i)[0] - lower_.row(i)[0]);
                lower[i] = std::max(-room, lower_.row(i)[0] - candidate.inputs[i]);
                upper[i] = std::min(room, upper_.row(i)[0] - candidate.inputs[i]);
            }
            const std::vector<double> step = bounds::max_min_step(value, slope, lower, upper);
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t t = 0; t < lanes / radii; ++t)
                    point(i)[q * (lanes / radii) + t] =
                        std::min(std::max(candidate.inputs[i] + step[i] * std::pow(0.5, static_cast<double>(t)),
                                          lower_.row(i)[0]),
                                 upper_.row(i)[0]);
        }
        evaluate(margin);
        const auto best = static_cast<std::size_t>(std::max_element(margin, margin + lanes) - margin);
        if (!(margin[best] > candidate.margin)) {
            radius /= 64;
            continue;
        }
        candidate.margin = margin[best];
        for (std::size_t i = 0; i < n; ++i) candidate.inputs[i] = point(i)[best];
        radius *= std::pow(0.25, static_cast<double>(best / (lanes / radii)) - 1);
        radius = std::min(radius, 0.25);
    }
}

}  // namespace sinew::search
