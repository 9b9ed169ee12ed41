// SPDX-License-Identifier: Apache-2.0
// Coordinates of the integer points in which given linear forms are triangular (Hermite normal form by columns), with
// the change of coordinates in both directions. Equations alone are solved by exact/integer_elimination.hpp.
#pragma once

#include <cstddef>
#include <vector>

#include "exact/integer_elimination.hpp"

namespace sinew {

/// Integer coordinates y of the integer points x, at first y = x. x = Σ y_j·direction(j), y_j = form(j)·x, and both
/// matrices are integral, so that x is an integer point exactly where y is. Forms that are added become combinations of
/// the first coordinates only; form(0) … form(i) are a basis of all integer forms in the space that they span.
class IntegerCoordinates {
  public:
    /// Sorted by index, without zeros.
    using Vector = std::vector<IntegerTerm>;

    explicit IntegerCoordinates(std::size_t dimension);

    std::size_t dimension() const { return forms_.size(); }
    /// How many of the forms added were independent.
    std::size_t rank() const { return rank_; }

    /// `form`·x as a combination of y_0 … y_{rank-1}. A form that is independent of the earlier ones raises the rank by
    /// one, and its last coefficient is positive. form(j) stays for j below the old rank. O(entries of all directions),
    /// and a sparse addition or two for each step of Euclid's algorithm on the coefficients.
    Vector add(const Vector& form);

    const Vector& form(std::size_t j) const { return forms_[j]; }
    const Vector& direction(std::size_t j) const { return directions_[j]; }

  private:
    /// direction(a) -= factor · direction(b), and y_b grows to match.
    void shear(std::size_t a, std::size_t b, const Integer& factor);
    void make_next(std::size_t j, bool opposite);
    void shorten_last(const Integer& last, Vector& form);

    std::vector<Vector> forms_;
    std::vector<Vector> directions_;
    std::size_t rank_ = 0;
};

}  // namespace sinew
