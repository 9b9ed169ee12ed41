// SPDX-License-Identifier: Apache-2.0
// Lines below and above an activation on an interval, as the checker chooses and proves them: any slope is good, its
// intercept is what is proved. Written apart from the solver's.
#pragma once

#include <vector>

#include "exact/interval.hpp"
#include "model/activation.hpp"

namespace sinew::check {

/// lower_slope·s + lower_intercept <= f(s) <= upper_slope·s + upper_intercept.
struct Lines {
    double lower_slope = 0, lower_intercept = 0;
    double upper_slope = 0, upper_intercept = 0;
};

/// Of a piecewise-linear activation, tanh or sigmoid.
class ActivationLines {
  public:
    explicit ActivationLines(const model::Activation& activation);
    static bool knows(const model::Activation& activation);

    /// Around all f(s), s in `input`.
    Interval image(Interval input) const;
    /// Whether f is more than one straight piece there, so that tighter bounds of s help.
    bool is_open(Interval input) const;
    /// On a finite interval that is not empty: among some slopes those whose lines are nearest to f in the middle.
    Lines lines(Interval input) const;
    /// With these slopes.
    Lines lines(Interval input, double lower_slope, double upper_slope) const;

  private:
    struct Piece {
        Interval begin;  ///< around where it begins; infinite of the first
        Interval slope, intercept;
        Interval before, after;  ///< around the limits of f at `begin` from the left, and from the right or at it
    };
    struct Point {
        double s, value;
    };

    Interval value(double s) const;
    double above(Interval input, double slope) const;
    double below(Interval input, double slope) const;
    double greatest_excess(Interval input, double slope, bool mirrored) const;
    Interval smooth_value(double s) const;
    double smooth_excess(Interval input, double slope, bool mirrored) const;
    void choose_points(Interval input) const;

    model::Activation activation_;
    bool is_relu_ = false;
    bool is_smooth_ = false;
    std::vector<Piece> pieces_;
    mutable std::vector<Point> points_;
};

}  // namespace sinew::check
