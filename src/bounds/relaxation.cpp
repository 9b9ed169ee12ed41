// SPDX-License-Identifier: Apache-2.0
#include "bounds/relaxation.hpp"

#include <algorithm>
#include <cmath>

#include "base/infinity.hpp"
#include "bounds/relax_curve.hpp"

namespace sinew::bounds {

namespace {
bool unusable(Interval input) {
    return !(input.lower <= input.upper);  // nan or empty
}

/// Beyond this magnitude tanh and sigmoid are constant as far as lines can tell.
constexpr double saturated = 38;
/// Narrower intervals of a smooth activation are not split: its lines are next to each other there.
constexpr double narrowest_split = 1e-6;

/// The middle of what is not saturated.
std::optional<double> smooth_split_point(Interval input) {
    const double lower = std::max(input.lower, -8.0);
    const double upper = std::min(input.upper, 8.0);
    if (!(upper - lower > narrowest_split)) return std::nullopt;
    return lower + (upper - lower) / 2;
}

/// Between two finite ends that are not next to each other.
std::optional<double> middle_of(Interval input) {
    const double width = input.upper - input.lower;
    if (!std::isfinite(width) || !(width > narrowest_split * std::max(1.0, input.magnitude()))) return std::nullopt;
    return input.lower + width / 2;
}

Interval value_of(const PieceEnclosure& piece, Interval s) {
    if (piece.slope.lower == 0 && piece.slope.upper == 0) return piece.intercept;
    return piece.slope * s + piece.intercept;
}
}  // namespace

Relaxation::Relaxation(const model::Activation& activation) : activation_(activation) {
    for (const model::Piece& piece : model::pieces(activation))
        pieces_.push_back({piece.begin ? Interval::enclosing(*piece.begin) : Interval::point(-infinity),
                           piece.begin_closed, Interval::enclosing(piece.slope), Interval::enclosing(piece.intercept)});
    const std::vector<model::Piece> exact = model::pieces(activation);
    for (std::size_t p = 1; p < exact.size(); ++p)
        if ((exact[p].slope - exact[p - 1].slope) * *exact[p].begin != exact[p - 1].intercept - exact[p].intercept)
            continuous_ = false;
}

std::pair<std::size_t, std::size_t> Relaxation::reach(Interval input) const {
    // Where a continuous function's pieces meet, either piece tells its value: an end that only touches a piece does
    // not reach it. A jump's edge belongs to one side.
    std::size_t first = pieces_.size() - 1;
    while (first > 0) {
        const Interval begin = pieces_[first].begin;
        if (begin.upper < input.lower || (begin.upper == input.lower && (continuous_ || pieces_[first].begin_closed)))
            break;
        --first;
    }
    std::size_t last = first;
    while (last + 1 < pieces_.size()) {
        const PieceEnclosure& next = pieces_[last + 1];
        if (input.upper < next.begin.lower || (input.upper == next.begin.lower && (continuous_ || !next.begin_closed)))
            break;
        ++last;
    }
    return {first, last};
}

template <class Visit>
void Relaxation::for_each_corner(Interval input, Visit&& visit) const {
    const auto [first, last] = reach(input);
    for (std::size_t p = first; p <= last; ++p) {
        const Interval left = p == first ? Interval::point(input.lower) : pieces_[p].begin;
        const Interval right = p == last ? Interval::point(input.upper) : pieces_[p + 1].begin;
        visit(left, value_of(pieces_[p], left));
        visit(right, value_of(pieces_[p], right));
    }
}

Interval Relaxation::image(Interval input) const {
    if (unusable(input)) return {};
    if (activation_.kind == model::ActivationKind::tanh) return image_tanh(input);
    if (activation_.kind == model::ActivationKind::sigmoid) return image_sigmoid(input);
    if (model::is_curved(activation_)) return image_curve(activation_, input);
    Interval result{infinity, -infinity};
    for_each_corner(input, [&](Interval, Interval value) { result = hull(result, value); });
    return result;
}

bool Relaxation::fixed(Interval input) const {
    if (unusable(input)) return true;
    if (model::is_curved(activation_)) return input.lower == input.upper;
    if (pieces_.empty()) return input.lower == input.upper || input.lower > saturated || input.upper < -saturated;
    const auto [first, last] = reach(input);
    return first == last;
}

double Relaxation::intercept_above(Interval input, double slope) const {
    double intercept = -infinity;
    for_each_corner(input, [&](Interval s, Interval value) {
        const Interval product = slope == 0 ? Interval::point(0) : Interval::point(slope) * s;
        const double needed = sub_up(value.upper, product.lower);
        intercept = std::isnan(needed) ? infinity : std::max(intercept, needed);
    });
    return intercept;
}

double Relaxation::intercept_below(Interval input, double slope) const {
    double intercept = infinity;
    for_each_corner(input, [&](Interval s, Interval value) {
        const Interval product = slope == 0 ? Interval::point(0) : Interval::point(slope) * s;
        const double needed = sub_down(value.lower, product.upper);
        intercept = std::isnan(needed) ? -infinity : std::min(intercept, needed);
    });
    return intercept;
}

Lines Relaxation::relax(Interval input) const {
    if (unusable(input)) return {};
    if (activation_.kind == model::ActivationKind::tanh) return relax_tanh(input);
    if (activation_.kind == model::ActivationKind::sigmoid) return relax_sigmoid(input);
    if (model::is_curved(activation_)) return relax_curve(activation_, input);
    const auto [first, last] = reach(input);
    if (first == last) {  // its own slope, with an intercept that also covers a slope that no double holds
        const PieceEnclosure& piece = pieces_[first];
        const double slope = piece.slope.lower;
        if (piece.slope.upper == slope) return {slope, piece.intercept.lower, slope, piece.intercept.upper};
        return {slope, intercept_below(input, slope), slope, intercept_above(input, slope)};
    }
    switch (activation_.kind) {
        case model::ActivationKind::relu:
            return relax_relu(input);
        case model::ActivationKind::leaky_relu:
            return relax_leaky_relu(*this, input);
        case model::ActivationKind::clip:
            return relax_clip(*this, input);
        case model::ActivationKind::sign:
        case model::ActivationKind::signum:
        case model::ActivationKind::hardlim:
            return relax_step(*this, input);
        default:
            break;
    }
    return {0, image(input).lower, 0, image(input).upper};
}

Pencils Relaxation::pencils(Interval input, PencilPlaces start) const {
    if (!unusable(input) && activation_.kind == model::ActivationKind::tanh) return pencils_tanh(input, start);
    if (!unusable(input) && activation_.kind == model::ActivationKind::sigmoid) return pencils_sigmoid(input, start);
    const Lines usual = relax(input);
    SlopeRanges ranges{{usual.lower_slope, usual.lower_slope}, {usual.upper_slope, usual.upper_slope}};
    if (!pieces_.empty() && !fixed(input)) {
        switch (activation_.kind) {
            case model::ActivationKind::relu:
                ranges.lower = {0, 1};
                break;
            case model::ActivationKind::leaky_relu:
                ranges = slopes_of_leaky_relu(*this, usual);
                break;
            case model::ActivationKind::clip:
                ranges = slopes_of_clip(*this, input, usual);
                break;
            case model::ActivationKind::sign:
            case model::ActivationKind::signum:
            case model::ActivationKind::hardlim:
                ranges = slopes_of_step(*this, input);
                break;
            default:
                break;
        }
    }
    const auto pencil = [&](const SlopeRange& range, double slope, double intercept, double sign, double place,
                            auto intercept_of) {
        if (!(range.first < range.last)) return Pencil::single(slope, intercept);
        const double width = range.last - range.first;
        Pencil result;
        for (int i = 0; i < 3; ++i) {
            result.slope[i] = i == 0 ? range.first : i == 1 ? range.first + width / 2 : range.last;
            result.intercept[i] = intercept_of(result.slope[i]);
            result.place[i] = sign * (i + 1);
            if (!std::isfinite(result.intercept[i])) return Pencil::single(slope, intercept);
        }
        const double choice = std::isnan(place) ? 2 * (slope - range.first) / width : sign * place - 1;
        result.choice = std::clamp(choice, 0.0, 2.0);
        return result;
    };
    return {pencil(ranges.lower, usual.lower_slope, usual.lower_intercept, -1, start.lower,
                   [&](double slope) { return intercept_below(input, slope); }),
            pencil(ranges.upper, usual.upper_slope, usual.upper_intercept, 1, start.upper,
                   [&](double slope) { return intercept_above(input, slope); })};
}

std::optional<double> Relaxation::split_point(Interval input) const {
    if (unusable(input) || fixed(input)) return std::nullopt;
    if (model::is_curved(activation_)) return middle_of(input);
    if (pieces_.empty()) return smooth_split_point(input);
    for (std::size_t p = 1; p < pieces_.size(); ++p) {
        const double point = pieces_[p].begin.lower;
        if (input.lower < point && point < input.upper) return point;
    }
    return std::nullopt;
}

}  // namespace sinew::bounds
