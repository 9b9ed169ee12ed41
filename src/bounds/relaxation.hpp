// SPDX-License-Identifier: Apache-2.0
// What back-substitution needs of an activation: two lines between which it lies on an interval. The lines are valid
// over the reals with the coefficients as stored: whatever was rounded to find them was rounded outward.
#pragma once

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "exact/interval.hpp"
#include "model/activation.hpp"

namespace sinew::bounds {

/// lower_slope·s + lower_intercept <= act(s) <= upper_slope·s + upper_intercept for every real s in the interval it was
/// made for. Intercepts may be infinite ("nothing known"); slopes are finite.
struct Lines {
    double lower_slope = 0;
    double lower_intercept = -std::numeric_limits<double>::infinity();
    double upper_slope = 0;
    double upper_intercept = std::numeric_limits<double>::infinity();
};

/// Three lines on one side of an activation. Any convex combination of them is a line on that side too, and so there is
/// one to choose: `choice` in [0, 2] stands for the first line (0), the second (1), the third (2), or what lies between
/// two neighbours. `place` is what a choice means beyond this interval: a tangent's point, or the choice plus 1,
/// negated below. So its sign says the side (above it is positive); nan where there is nothing to choose.
struct Pencil {
    double slope[3] = {};
    double intercept[3] = {};
    double place[3] = {};
    double choice = 1;

    /// One line, nothing to choose.
    static Pencil single(double slope, double intercept) {
        constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();
        return {{slope, slope, slope}, {intercept, intercept, intercept}, {nowhere, nowhere, nowhere}, 1};
    }
};
struct Pencils {
    Pencil lower, upper;
};
/// Places to begin at; nan where none is known.
struct PencilPlaces {
    double lower = std::numeric_limits<double>::quiet_NaN();
    double upper = std::numeric_limits<double>::quiet_NaN();
};

/// The pieces of an activation in doubles: each number enclosed.
struct PieceEnclosure {
    Interval begin;  ///< of the first piece: [-inf, -inf]
    bool begin_closed = false;
    Interval slope;
    Interval intercept;
};

/// An activation made ready for bounding: built once a layer, used for every neuron of it.
class Relaxation {
  public:
    explicit Relaxation(const model::Activation& activation);

    const model::Activation& activation() const { return activation_; }
    /// An enclosure of { act(s) : s in `input` }. An empty or nan input gives the whole line.
    Interval image(Interval input) const;
    /// Whether `input` lies on one piece, so that splitting cannot improve the lines. Smooth activations: whether it is
    /// a point, or saturated.
    bool fixed(Interval input) const;
    /// The lines of the activation's own rule (relax_*.cpp) on `input`. Cost: tens of nanoseconds.
    Lines relax(Interval input) const;
    /// Lines to choose from on `input`, near `start`. Finite where `input` is and the activation's image.
    Pencils pencils(Interval input, PencilPlaces start = {}) const;
    /// No jumps.
    bool continuous() const { return continuous_; }
    /// Where a split of `input` is best made: a breakpoint strictly inside; absent when fixed. Smooth activations: a
    /// point that leaves both sides room; absent where the lines are as near as doubles can tell.
    std::optional<double> split_point(Interval input) const;

    /// Empty for smooth activations.
    const std::vector<PieceEnclosure>& pieces() const { return pieces_; }

    /// The tightest line with slope `slope` above (or below) the activation on `input`: its intercept, rounded outward.
    /// Piecewise-linear activations.
    double intercept_above(Interval input, double slope) const;
    double intercept_below(Interval input, double slope) const;

  private:
    /// The first and last piece that meet `input` (the same for a single point).
    std::pair<std::size_t, std::size_t> reach(Interval input) const;
    /// Calls visit(s, value) with enclosures of the corner points of the graph over `input`, one-sided limits included.
    template <class Visit>
    void for_each_corner(Interval input, Visit&& visit) const;

    model::Activation activation_;
    std::vector<PieceEnclosure> pieces_;
    bool continuous_ = true;
};

/// One rule an activation. Each is given an interval on which the activation is not one piece; infinite ends are
/// allowed, nan and empty intervals are not.
Lines relax_relu(Interval input);
Lines relax_leaky_relu(const Relaxation& relaxation, Interval input);
Lines relax_clip(const Relaxation& relaxation, Interval input);
Lines relax_step(const Relaxation& relaxation, Interval input);

/// Between which slopes the lines on either side are worth choosing, where the activation is piecewise linear; the same
/// twice where one line is best.
struct SlopeRange {
    double first;
    double last;
};
struct SlopeRanges {
    SlopeRange lower, upper;
};
SlopeRanges slopes_of_leaky_relu(const Relaxation& relaxation, const Lines& usual);
SlopeRanges slopes_of_clip(const Relaxation& relaxation, Interval input, const Lines& usual);
SlopeRanges slopes_of_step(const Relaxation& relaxation, Interval input);

/// The same for tanh and sigmoid, on any interval; what the function takes there, rounded outward.
Lines relax_tanh(Interval input);
Lines relax_sigmoid(Interval input);
Pencils pencils_tanh(Interval input, PencilPlaces start);
Pencils pencils_sigmoid(Interval input, PencilPlaces start);
Interval image_tanh(Interval input);
Interval image_sigmoid(Interval input);

/// The maximum of several components: which one bounds it from below, and from above either that component too
/// (it dominates) or a constant.
struct MaxPoolLines {
    std::size_t lower_member = 0;  ///< index into the window
    bool dominates = false;        ///< then the maximum is lower_member exactly
    double upper = std::numeric_limits<double>::infinity();
};
MaxPoolLines relax_max_pool(const std::vector<Interval>& window);

/// left·x + right·y + lower <= x·y <= left·x + right·y + upper on two intervals: tangent planes at their middle, moved
/// to the corners (what is left of the products is bilinear, so it is largest there). Between McCormick's planes
/// (Mathematical Programming 10, 1976), as far from the product as they are on average, and the same slopes on both
/// sides, so that what products have in common cancels.
struct ProductPlanes {
    double left = 0;
    double right = 0;
    double lower = -std::numeric_limits<double>::infinity();
    double upper = std::numeric_limits<double>::infinity();
};
ProductPlanes relax_product(Interval x, Interval y);
/// x·x, by its chord and the tangent with the same slope; `right` is 0.
ProductPlanes relax_square(Interval x);
Interval square(Interval x);

}  // namespace sinew::bounds
