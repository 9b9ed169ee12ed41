// SPDX-License-Identifier: Apache-2.0
// How far a float32 program may be from what a piecewise-linear network computes exactly, anywhere in a box of inputs,
// whatever the order of its sums and whether or not products are fused into them. At a point model/float32_radius.hpp
// says more; what both take for granted of a program is said there.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bounds/network_bounds.hpp"
#include "model/network.hpp"

namespace sinew::bounds {

/// Upper bounds of |computed - exact|, infinite where nothing is proven: values beyond float32's range, jumps.
struct Float32Errors {
    std::vector<double> variables;
    std::vector<double> forms;  ///< of each wanted form, itself evaluated without rounding
};

/// Why there are none for the network: a layer of another kind, as its name; empty if there are.
std::string float32_obstacle(const model::Network& network);

/// `state` bounds all variables where the inputs are those of float32. Each sum's own rounding is bounded by running
/// error analysis (Higham, "Accuracy and Stability of Numerical Algorithms", 3.1 and 4.2), and reaches a form through
/// the derivatives that the network can have between what is exact and what may be computed. One walk back a form.
Float32Errors float32_errors(const model::Network& network, const State& state, std::span<const LinearForm> wanted);

}  // namespace sinew::bounds
