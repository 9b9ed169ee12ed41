// SPDX-License-Identifier: Apache-2.0
// Looks for a witness among the whole numbers of a box of real inputs: images are made of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "model/query.hpp"

namespace sinew::binarized {

class GridAttack {
  public:
    /// `query` must outlive this. The attack finds nothing where `query` is no binarized network over inputs bounded
    /// within 0 … 255 with an output condition that one comparison of scores is enough for.
    GridAttack(const model::Query& query, std::uint64_t seed);
    GridAttack(const GridAttack&) = delete;
    GridAttack& operator=(const GridAttack&) = delete;
    ~GridAttack();

    bool applies() const { return state_ != nullptr; }

    /// Inputs, whole numbers, at which the output condition should hold; the caller checks them. Both ways go on where
    /// they ended when called again.
    /// `evaluations`: of the network, those of earlier calls included.
    std::optional<std::vector<Rational>> follow_gradients(std::size_t evaluations, const Limits& limits);
    /// `ticks`: updates of a sum.
    std::optional<std::vector<Rational>> search_locally(std::uint64_t ticks, const Limits& limits);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sinew::binarized
