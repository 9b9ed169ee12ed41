// SPDX-License-Identifier: Apache-2.0
// Can first neurons have these phases together? A linear question, answered exactly, with a proof or a point.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/limits.hpp"
#include "phase/real_front.hpp"

namespace sinew::phase {

class FrontPhases {
  public:
    FrontPhases();
    FrontPhases(const FrontPhases&) = delete;
    FrontPhases& operator=(const FrontPhases&) = delete;
    ~FrontPhases();

    /// The range of an input; every input of an atom needs one, before the first question.
    void add_box(Variable input, const Range& range);
    void add(const FrontAtom& atom);

    /// `phases`: of the atoms in the order of add(). Absent: they can be had together, and point() says where (or a
    /// limit was reached). Else atoms whose phases contradict each other within the box.
    std::optional<std::vector<std::size_t>> contradiction(const std::vector<bool>& phases, const Limits& limits);
    /// The same for the atoms whose phases are given; the others may have either.
    std::optional<std::vector<std::size_t>> contradiction(std::span<const std::optional<bool>> phases,
                                                          const Limits& limits);
    /// Values of the inputs of the box after a contradiction() that found none.
    std::unordered_map<Variable, Rational> point() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sinew::phase
