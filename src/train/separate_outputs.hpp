// SPDX-License-Identifier: Apache-2.0
// Networks without hidden layers whose outputs are neurons: where all examples must be right each output is a problem
// of its own, so that bounds and solutions are sums over the outputs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "train/columns.hpp"
#include "train/incumbent.hpp"

namespace sinew::train {

/// Whether the problem's outputs are independent for its first objective, least weight or greatest margin.
bool has_separate_outputs(const Problem& problem, const Columns& columns);

/// What the output's activity must be at each column: 1, -1, or 0: either. Empty: at some column both.
std::vector<std::int8_t> signs_of_output(const Problem& problem, const Columns& columns, std::size_t output);

class SeparateOutputs {
  public:
    /// The problem must have separate outputs; both arguments must outlive this.
    SeparateOutputs(const Problem& problem, const Columns& columns, std::uint64_t seed);
    ~SeparateOutputs();
    SeparateOutputs(SeparateOutputs&&) noexcept;

    /// So many moves of annealing and nodes of branch and bound for each output that is not proven best.
    void run(std::uint64_t moves, std::uint64_t nodes, const Limits& limits, Incumbent& best);
    /// The best neurons; an output without any has no weights.
    std::vector<std::vector<std::int8_t>> neurons() const;

  private:
    class Part;
    std::vector<Part> parts_;
};

}  // namespace sinew::train
