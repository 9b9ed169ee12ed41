// SPDX-License-Identifier: Apache-2.0
// How far a float32 program may be from what a network computes exactly at a point, whatever the order of its sums and
// whether or not products are fused into them: the running error analysis of Wilkinson and Higham ("Accuracy and
// Stability of Numerical Algorithms", chapter 3) layer by layer, carried to the outputs through the network's own
// derivatives.
#pragma once

#include <span>
#include <vector>

#include "model/network.hpp"

namespace sinew::model {

/// Upper bounds of |computed - exact|, infinite where nothing is proven: numbers beyond float32's range, kinds of
/// layers that are not looked into.
struct Float32Radii {
    std::vector<double> variables;  ///< may be much too large where no phase hangs on it
    std::vector<double> forms;      ///< of each wanted form, itself evaluated without rounding: errors may cancel there
};

/// `values` (and, of smooth networks, `radii` around them) are the exact values of all variables, at inputs that
/// float32 holds. For each wanted form, and each variable whose phase may hang on it, one walk back through the
/// network. Sums that float32 adds up exactly in any order have no error: small whole numbers, and their like. What is
/// taken for granted of a runtime: sums of products are sums of float32 products, rounded to nearest; the products of a
/// sum and its bias are all there is (where a reader has folded something into them, so that one is no float32 number,
/// the bound of the sum is doubled); tanh, exp and their like are within 2^-18, relatively where values are above 1.
Float32Radii float32_radii(const Network& network, std::span<const Rational> values, std::span<const double> radii,
                           std::span<const LinearForm> wanted);

/// Numbers that float32 adds up without rounding, in any order: multiples of one power of two, few enough of them.
class ExactSum {
  public:
    /// A product of two float32 numbers, or one with 1.
    void add(double factor, double value = 1);
    bool is_exact() const { return is_exact_ && magnitude_ <= 0x1p24 * quantum_ && magnitude_ < 0x1p120; }

  private:
    double magnitude_ = 0;
    double quantum_ = 0x1p127;  ///< all so far are multiples of it
    bool is_exact_ = true;
};

}  // namespace sinew::model
