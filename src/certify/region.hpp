// SPDX-License-Identifier: Apache-2.0
// The inputs near an example: what each of them may be, how far a changed input is, and the way between the units of
// examples and those of the network.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "certify/certify.hpp"

namespace sinew::certify {

/// What a question says of all examples, checked against its network.
class Space {
  public:
    /// Throws UsageError where lists do not have one entry an input, a deviation is not above zero, or whole-number
    /// inputs are to be normalised.
    Space(const model::Query& network, const Question& question);

    std::size_t input_count() const { return domains_.size(); }
    Norm norm() const { return norm_; }
    /// In the units of examples.
    const model::Domain& domain(std::size_t input) const { return domains_[input]; }
    const Rational& mean(std::size_t input) const { return lines_[input].mean; }
    const Rational& deviation(std::size_t input) const { return lines_[input].deviation; }
    /// Whether the input may change, and whether its change is limited by ε.
    bool changes(std::size_t input) const { return changes_[input]; }
    bool counts(std::size_t input) const { return changes_[input] && !own_[input]; }
    /// The limit of its own: the inner one is absent where it may change to any value.
    const std::optional<std::optional<Rational>>& own_limit(std::size_t input) const { return own_[input]; }
    bool has_own_limits() const;
    /// Whether the inputs that count have a least and a greatest value.
    bool is_bounded() const;
    /// Whether all distances are whole numbers, where the example's values are.
    bool is_whole() const { return is_whole_; }

    std::vector<Rational> to_network(std::span<const Rational> example) const;
    std::vector<Rational> to_example(std::span<const Rational> network) const;
    /// In the norm; norm two: the square. Units of examples.
    Rational distance(std::span<const Rational> from, std::span<const Rational> to) const;

  private:
    void take_network_domains(const model::Query& network);

    Norm norm_;
    std::vector<model::Domain> domains_;
    std::vector<Normalisation> lines_;
    std::vector<bool> changes_;
    std::vector<std::optional<std::optional<Rational>>> own_;
    bool is_whole_ = false;
};

class Region {
  public:
    /// `space` must outlive it. Throws UsageError where the example has another number of inputs, or a value that its
    /// domain has not.
    Region(const Space& space, const Example& example);

    const Space& space() const { return space_; }
    const std::vector<Rational>& example() const { return example_; }
    /// The example, in the network's units.
    const std::vector<Rational>& centre() const { return centre_; }
    /// By input, in the network's units: what it may be where ε limits the changes (absent: nothing does). Norms one
    /// and two: the box around the ball.
    std::vector<model::Domain> box(const std::optional<Rational>& epsilon) const;
    /// Whether these values (in the units of examples) are in the ball, exactly.
    bool contains(std::span<const Rational> input, const std::optional<Rational>& epsilon) const;
    /// Beyond this (norm two: its square) there is no input; absent: there is no such distance.
    std::optional<Rational> largest() const;
    Rational distance(std::span<const Rational> input) const { return space_.distance(example_, input); }
    /// Whether all distances from this example are whole numbers.
    bool is_whole() const;

  private:
    const Space& space_;
    std::vector<Rational> example_;
    std::vector<Rational> centre_;
};

/// A rational not below the square root, and above it by at most a share of 2^-40.
Rational root_above(const Rational& square);

}  // namespace sinew::certify
