// SPDX-License-Identifier: Apache-2.0
// Lines above and below a neuron's step function on a range of its sum, proven over the integers.
//
// Floats propose slopes (an edge of the hull of a few points); the intercept is then exact: the maximum of
// multiplier·f(S) - slope·S over the range, found by bisection of the outputs. On outputs from y1 to y2 it is at most
// multiplier·y2 - slope·step(y1), so the parts that cannot hold the maximum are never opened, and what is known of the
// activation is its steps alone: every monotone activation is served, rounding included.
#pragma once

#include <limits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "integer/domains.hpp"
#include "integer/linear_rows.hpp"
#include "neuron/step_function.hpp"

namespace sinew::integer {

class NeuronLines {
  public:
    using Wide = LinearRows::Wide;

    /// output·Y + sum·S <= right.
    struct Line {
        Value output = 0;
        Value sum = 0;
        Wide right = 0;
        friend bool operator==(const Line&, const Line&) = default;
    };
    enum class Side : std::uint8_t { above, below };

    /// Whether lines of sums and outputs within these bounds stay in 128 bits.
    static bool fits(const Integer& least_sum, const Integer& greatest_sum, Range outputs);

    /// `sums` and `outputs`: all that S and Y can ever be.
    NeuronLines(neuron::StepFunction function, Range sums, Range outputs);

    /// The least sum with f(S) >= output, of those that can be; one more than the greatest if there is none.
    Value step(Value output) {
        const auto index = static_cast<std::uint64_t>(output - outputs_.lower);
        if (index < dense_.size() && dense_[index] != unknown) return dense_[index];
        return find_step(output);
    }
    /// The sums with f(S) in `outputs`, of those that can be; lower > upper if there are none.
    Range sums(Range outputs);

    /// The line over (or under) f on sums(outputs), which is not empty, that is close to f near the sum `at`: slope in
    /// floating point, then proven. Cost: some microseconds.
    Line line(Side side, Range outputs, double at);
    /// The same line moved so that it holds on sums(outputs).
    Line moved(const Line& line, Range outputs);

    const neuron::StepFunction& function() const { return function_; }
    /// f without rounding, in floating point.
    double approximate(double sum) const;

  private:
    Value find_step(Value output);
    Value mirrored_step(Side side, Value output) { return side == Side::above ? step(output) : 1 - step(1 - output); }
    double hull_slope(Side side, Range sums, Range outputs, double at);
    Wide intercept(Side side, Range outputs, Value multiplier, Value slope);

    neuron::StepFunction function_;
    Range sums_;
    double height_, scale_, offset_;
    static constexpr Value unknown = std::numeric_limits<Value>::min();
    Range outputs_;
    std::vector<Value> dense_;  ///< steps of outputs_, where they are few
    std::unordered_map<Value, Value> steps_;
    std::vector<std::pair<double, double>> points_;  // scratch
    std::vector<std::pair<double, double>> hull_;
    std::vector<std::pair<Value, Value>> parts_;
};

}  // namespace sinew::integer
