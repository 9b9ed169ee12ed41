// SPDX-License-Identifier: Apache-2.0
// A ball as a query for verify(): the box around it as domains; of norms one and two also its condition, linear over
// changes up and down, which are then the inputs.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "certify/region.hpp"
#include "certify/violation.hpp"
#include "model/verdict.hpp"

namespace sinew::certify {

class BallQuery {
  public:
    /// `network`: without conditions. It must outlive this.
    explicit BallQuery(const model::Query& network);

    /// Do at least `count` of the rivals win somewhere in the ball? Norm one: in it exactly. Norm two: in the part of
    /// the box where the changes sum up to √n·ε at most (n: the inputs that change), which has the ball in it.
    /// Good until the next call.
    const model::Query& over(const Region& region, const std::optional<Rational>& epsilon,
                             std::span<const Rival> rivals, std::size_t count);
    /// The network's input at a witness of the query last made.
    std::vector<Rational> input_of(const model::Witness& witness) const;

  private:
    void set_conditions(model::Query& query, std::span<const Rival> rivals, std::size_t count) const;
    void over_changes(const Region& region, const Rational& epsilon, std::span<const Rival> rivals, std::size_t count);

    model::Query plain_;
    std::vector<Variable> inputs_;
    std::optional<model::Query> changes_;  ///< the query last made, where it is over changes
    std::vector<Variable> moved_;          ///< the network's inputs in it
};

}  // namespace sinew::certify
