// SPDX-License-Identifier: Apache-2.0
// Inputs that a text says are equal, or on a line with one another, are one input: a network and its copy on the same
// point have one set of inputs, which every engine prefers to two with equalities between them.
#pragma once

#include <optional>
#include <vector>

#include "model/query.hpp"
#include "read/vnnlib/assertions.hpp"

namespace sinew::read::vnnlib {

/// Classes of elements, by union and find: element = factor · (its class's representative) + offset. Nearly linear.
class EqualInputs {
  public:
    /// `is_whole`: by element, whether it is an integer.
    EqualInputs(std::size_t elements, std::vector<bool> is_whole);

    /// a·x + b·y + c = 0. False where this cannot be said by classes alone (it would make an integer a fraction), and
    /// must stay a condition; a representative may be given a value by it, as by bound().
    bool join(const LinearForm& equality);

    /// The bounds that hold of an element; told of its representative.
    void bound(std::size_t element, bool is_lower, bool is_upper, const Rational& value);
    /// Bounds that a sum of elements that is at most 0 puts on those that have none, where the others are bounded;
    /// whether there were some.
    bool bound_by(const LinearForm& sum);
    /// True once equalities or bounds contradict each other.
    bool contradicts() const { return contradicts_; }

    std::size_t representative(std::size_t element);
    bool is_representative(std::size_t element) { return representative(element) == element; }
    /// The element over its representative, Variable(representative).
    LinearForm form(std::size_t element);
    /// What representatives may be: integers where their elements are, and within the bounds.
    const model::Domain& domain(std::size_t representative) const { return domains_[representative]; }
    model::Domain& domain(std::size_t representative) { return domains_[representative]; }
    /// The bounds of an element, a real's or an integer's.
    model::Domain range(std::size_t element);
    /// The one value that the element can have.
    std::optional<Rational> fixed(std::size_t element);

  private:
    struct Line {
        std::size_t parent;
        Rational factor;
        Rational offset;
    };
    Line find(std::size_t element);

    std::vector<Line> lines_;
    std::vector<std::uint32_t> size_;
    std::vector<model::Domain> domains_;
    bool contradicts_ = false;
};

}  // namespace sinew::read::vnnlib
