// SPDX-License-Identifier: Apache-2.0
// Contradictions among the phases of first neurons, cut down to the few neighbours that contradict each other.
#pragma once

#include <unordered_map>
#include <vector>

#include "base/limits.hpp"
#include "phase/front_phases.hpp"
#include "phase/local_sum.hpp"

namespace sinew::phase {

class PhaseCores {
  public:
    void add_box(Variable input, const Range& range);
    void add(const FrontAtom& atom);

    /// From phases of atoms (bit: the atom's number, rising) that contradict each other in the box: sets of them that
    /// do so and of which each phase is needed, at most one for each group of neighbours (atoms that share inputs with
    /// one another). Phases that a limit kept from being tried stay in.
    std::vector<std::vector<BitPhase>> cut_down(const std::vector<BitPhase>& core, const Limits& limits) const;

  private:
    std::vector<std::vector<BitPhase>> neighbourhoods(const std::vector<BitPhase>& core) const;
    bool contradict(const std::vector<BitPhase>& phases, const Limits& limits) const;

    std::unordered_map<Variable, Range> boxes_;
    std::vector<FrontAtom> atoms_;
};

}  // namespace sinew::phase
