// SPDX-License-Identifier: Apache-2.0
// A part of a proof that doubles cannot decide (a bound of exactly 0, a strict row, a jump): its piecewise-linear
// network over the rationals, by exact linear programs over the pieces that its bounds leave.
#pragma once

#include <cstddef>

#include "check/goal.hpp"
#include "check/node_check.hpp"
#include "model/query.hpp"

namespace sinew::check {

class ExactPart {
  public:
    explicit ExactPart(const model::Query& query) : query_(query) {}
    /// True: no solution is in the node. False: one is, or it would take more than `most_programs`, or no
    /// lines tell (tanh and sigmoid), or a layer is of another kind.
    bool is_excluded(const Goal& goal, const ProofNode& node, std::size_t most_programs = 20000);

  private:
    const model::Query& query_;
};

}  // namespace sinew::check
