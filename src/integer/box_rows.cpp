// SPDX-License-Identifier: Apache-2.0
#include "integer/box_rows.hpp"

#include <algorithm>
#include <cmath>

namespace sinew::integer {

namespace {
/// Integers up to it are doubles, and so are sums that stay below it.
constexpr double exact_size = 0x1p52;
constexpr int most_row_rounds = 4;

/// floor(a / b) of integers below the limit, b > 0.
double floor_quotient(double a, double b) {
    double quotient = std::floor(a / b);
    // The division may have been rounded up to an integer.
    if (std::fma(quotient, b, -a) > 0) quotient -= 1;
    return quotient;
}
}  // namespace

bool BoxRows::add(std::span<const Entry> entries, double right, std::span<const double> lower,
                  std::span<const double> upper) {
    double size = std::fabs(right);
    for (const Entry& entry : entries)
        size +=
            std::fabs(entry.coefficient) * (1 + std::max(std::fabs(lower[entry.slot]), std::fabs(upper[entry.slot])));
    if (!(size < exact_size)) return false;
    entries_.insert(entries_.end(), entries.begin(), entries.end());
    begin_.push_back(entries_.size());
    right_.push_back(right);
    return true;
}

double BoxRows::most(std::size_t row, std::span<const double> lower, std::span<const double> upper) const {
    double sum = 0;
    for (const Entry& entry : entries(row))
        sum += entry.coefficient * (entry.coefficient > 0 ? upper[entry.slot] : lower[entry.slot]);
    return sum;
}

bool BoxRows::propagate_row(std::size_t row, std::span<double> lower, std::span<double> upper, bool& changed) const {
    double room = right_[row];
    for (const Entry& entry : entries(row))
        room -= entry.coefficient * (entry.coefficient > 0 ? lower[entry.slot] : upper[entry.slot]);
    if (room < 0) return false;
    for (const Entry& entry : entries(row)) {
        double& low = lower[entry.slot];
        double& high = upper[entry.slot];
        const double size = std::fabs(entry.coefficient);
        if (size * (high - low) <= room) continue;
        const double steps = floor_quotient(room, size);
        if (entry.coefficient > 0)
            high = low + steps;
        else
            low = high - steps;
        changed = true;
    }
    return true;
}

bool BoxRows::propagate(std::span<double> lower, std::span<double> upper) const {
    bool changed = true;
    for (int round = 0; changed && round < most_row_rounds; ++round) {
        changed = false;
        for (std::size_t row = 0; row < size(); ++row)
            if (!propagate_row(row, lower, upper, changed)) return false;
    }
    return true;
}

}  // namespace sinew::integer
