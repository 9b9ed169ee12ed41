// SPDX-License-Identifier: Apache-2.0
// The inputs near an example: which values each digit may take, and what a change costs.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "threshold/threshold_network.hpp"

namespace sinew::threshold {

enum class Norm { zero, one, two, infinity };

/// Which changes of an example are allowed. Distances are between values of the network's inputs: flipping an input of
/// kind `signs` is a distance of 2.
struct Perturbation {
    Norm norm = Norm::infinity;
    /// The norm of the change is at most this; absent: any size.
    std::optional<Rational> radius;
    /// Not empty: only these inputs may change.
    std::vector<std::uint32_t> only;
    /// Not empty: the least and greatest value of each input where nothing else bounds its change (no radius, or norm
    /// zero); the example's own value counts in any case.
    std::vector<std::pair<Rational, Rational>> usual;
};

/// A digit that may change: its value lies in low … high.
struct FreeDigit {
    std::uint32_t digit = 0;
    std::uint32_t low = 0;
    std::uint32_t centre = 0;
    std::uint32_t high = 0;
    /// cost[v - low]: what the least change of the input costs that makes the digit v: 0 at the centre, never falling
    /// away from it. Norm zero: 1; norms one and infinity: the distance; norm two: its square; over reals within a
    /// budget so many times that, that all are whole, and 1 more where the least distance is not reached.
    std::vector<std::int64_t> cost;
};

struct Ball {
    std::vector<Rational> input;
    std::vector<std::uint32_t> centre;  ///< all digits of the example
    std::vector<FreeDigit> free;
    /// The sum of costs is at most this; absent: the ranges say everything.
    std::optional<std::int64_t> budget;
    Perturbation perturbation;
};

/// Throws UsageError where the radius is negative, and for norms one and two over real inputs where the least distances
/// are so fine that their multiples need more than 50 bits.
Ball ball_around(const ThresholdNetwork& network, const std::vector<Rational>& input, const Perturbation& perturbation);

/// The largest number that the least distance of every change of the inputs is a multiple of (norm two: their squares);
/// 1 for whole-number inputs. Over reals it may be reached by no change, but by changes as near to it as one likes.
Rational distance_unit(const ThresholdNetwork& network, const std::vector<Rational>& input,
                       const Perturbation& perturbation);

/// Inputs within the ball whose digits are `digits`, each changed as little as possible: a real input that must pass
/// beyond an open end goes at most half of the way that is left, and all of them together no further than half of the
/// budget that is left and half of a distance_unit() allow.
std::vector<Rational> input_with(const ThresholdNetwork& network, const Ball& ball,
                                 const std::vector<std::uint32_t>& digits);

/// The norm of the difference; for norm two its square.
Rational distance(Norm norm, const std::vector<Rational>& from, const std::vector<Rational>& to);

}  // namespace sinew::threshold
