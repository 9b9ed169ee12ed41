// SPDX-License-Identifier: Apache-2.0
#include "integer/neuron_lines.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/error.hpp"

namespace sinew::integer {

namespace {
using Wide = LinearRows::Wide;

/// Points that a slope is chosen from.
constexpr Value samples = 24;
/// Steps remembered; then the memory starts anew.
constexpr std::size_t most_steps = 1 << 17;
constexpr Value most_sum = Value{1} << 50;
constexpr Value most_output = Value{1} << 40;
}  // namespace

NeuronLines::NeuronLines(neuron::StepFunction function, Range sums, Range outputs)
    : function_(std::move(function)),
      sums_(sums),
      height_(function_.height().get_d()),
      scale_(to_nearest(function_.scale())),
      offset_(to_nearest(function_.offset())),
      outputs_(outputs) {
    const auto count = static_cast<std::uint64_t>(outputs.upper - outputs.lower) + 2;
    if (count <= most_steps) dense_.assign(count, unknown);
}

bool NeuronLines::fits(const Integer& least_sum, const Integer& greatest_sum, Range outputs) {
    return abs(least_sum) < most_sum && abs(greatest_sum) < most_sum && outputs.lower > -most_output &&
           outputs.upper < most_output;
}

Value NeuronLines::find_step(Value output) {
    if (const auto found = steps_.find(output); found != steps_.end()) return found->second;
    if (steps_.size() >= most_steps) steps_.clear();
    const neuron::ExtendedInteger first(static_cast<long>(sums_.lower));
    const neuron::ExtendedInteger past(static_cast<long>(sums_.upper + 1));
    const neuron::ExtendedInteger least = std::clamp(function_.least_sum(Integer(output)), first, past);
    const Value step = least.value().get_si();
    const auto index = static_cast<std::uint64_t>(output - outputs_.lower);
    if (index < dense_.size())
        dense_[index] = step;
    else
        steps_.emplace(output, step);
    return step;
}

Range NeuronLines::sums(Range outputs) {
    return {step(outputs.lower), step(outputs.upper + 1) - 1};
}

double NeuronLines::approximate(double sum) const {
    return height_ * model::apply(function_.activation(), scale_ * sum + offset_);
}

/// The slope, over `at`, of the upper hull of points on f; for Side::below of f mirrored at the origin.
double NeuronLines::hull_slope(Side side, Range sums, Range outputs, double at) {
    const double sign = side == Side::above ? 1 : -1;
    points_.clear();
    if (outputs.upper - outputs.lower <= samples) {
        for (Value y = outputs.lower; y <= outputs.upper; ++y) {
            const Value s = side == Side::above ? std::max(sums.lower, step(y)) : std::min(sums.upper, step(y + 1) - 1);
            if (s >= sums.lower && s <= sums.upper)
                points_.emplace_back(sign * static_cast<double>(s), sign * static_cast<double>(y));
        }
        const bool above = side == Side::above;
        points_.emplace_back(sign * static_cast<double>(above ? sums.upper : sums.lower),
                             sign * static_cast<double>(above ? outputs.upper : outputs.lower));
    } else {
        for (Value i = 0; i <= samples; ++i) {
            const double s = std::lerp(static_cast<double>(sums.lower), static_cast<double>(sums.upper),
                                       static_cast<double>(i) / static_cast<double>(samples));
            points_.emplace_back(sign * s, sign * approximate(s));
        }
    }
    std::sort(points_.begin(), points_.end());
    hull_.clear();
    for (const auto& [s, y] : points_) {
        while (!hull_.empty() && hull_.back().first == s && hull_.back().second <= y) hull_.pop_back();
        while (hull_.size() >= 2) {
            const auto& [s1, y1] = hull_[hull_.size() - 2];
            const auto& [s2, y2] = hull_.back();
            if ((y2 - y1) * (s - s1) > (y - y1) * (s2 - s1)) break;
            hull_.pop_back();
        }
        hull_.emplace_back(s, y);
    }
    double slope = 0;
    for (std::size_t i = 1; i < hull_.size(); ++i) {
        const double width = hull_[i].first - hull_[i - 1].first;
        if (width > 0) slope = (hull_[i].second - hull_[i - 1].second) / width;
        if (hull_[i].first >= sign * at) break;
    }
    return std::isfinite(slope) ? std::max(0.0, slope) : 0;
}

/// The maximum of multiplier·f(S) - slope·S (or, below, of slope·S - multiplier·f(S)) over sums(outputs), or a little
/// more: up to a quarter of an output step, or a 512th of their range.
Wide NeuronLines::intercept(Side side, Range outputs, Value multiplier, Value slope) {
    const Range range = sums(outputs);
    const Value first = side == Side::above ? range.lower : -range.upper;
    const Value low = side == Side::above ? outputs.lower : -outputs.upper;
    const Value high = side == Side::above ? outputs.upper : -outputs.lower;
    const auto value = [&](Value output, Value reached) {
        return static_cast<Wide>(multiplier) * output -
               static_cast<Wide>(slope) * std::max(first, mirrored_step(side, reached));
    };
    Wide best = std::max(value(low, low), value(high, high));
    Wide result = best;
    const Wide tolerance =
        std::max(static_cast<Wide>(multiplier) / 4, static_cast<Wide>(multiplier) * (high - low) / 512);
    parts_.assign(1, {low, high});
    while (!parts_.empty()) {
        const auto [from, to] = parts_.back();
        parts_.pop_back();
        const Wide bound = value(to, from);
        if (bound <= best + tolerance || from == to) {
            if (from == to) best = std::max(best, bound);
            result = std::max(result, bound);
            continue;
        }
        const Value middle = from + (to - from) / 2;
        best = std::max(best, value(middle, middle));
        parts_.emplace_back(from, middle);
        parts_.emplace_back(middle + 1, to);
    }
    return std::max(result, best);
}

NeuronLines::Line NeuronLines::line(Side side, Range outputs, double at) {
    const Range range = sums(outputs);
    require(range.lower <= range.upper, "a line is asked for where the neuron has values");
    const double slope = hull_slope(side, range, outputs, at);
    // So fine that rounding the slope moves the line by less than a tenth of an output step across the range.
    const int bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(range.upper - range.lower))) + 4;
    const Value multiplier = Value{1} << bits;
    const auto rounded = static_cast<Value>(std::llround(std::min(slope * static_cast<double>(multiplier), 0x1p60)));
    const Wide right = intercept(side, outputs, multiplier, rounded);
    return side == Side::above ? Line{multiplier, -rounded, right} : Line{-multiplier, rounded, right};
}

NeuronLines::Line NeuronLines::moved(const Line& line, Range outputs) {
    const Side side = line.output > 0 ? Side::above : Side::below;
    return {line.output, line.sum, intercept(side, outputs, std::abs(line.output), std::abs(line.sum))};
}

}  // namespace sinew::integer
