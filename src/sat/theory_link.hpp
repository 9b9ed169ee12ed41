// SPDX-License-Identifier: Apache-2.0
// Keeps a theory's view of the trail in step with the core's: what it was told, at which level.
#pragma once

#include <cstdint>
#include <vector>

#include "sat/theory_hook.hpp"
#include "sat/trail.hpp"

namespace sinew::sat {

/// What a theory hears of: the variables that are watched for it, or all.
enum class Hears : std::uint8_t { watched, everything };

/// A variable that is watched when it is assigned already is told late: at the current level, and again after
/// backtracking to a level where it is still assigned.
class TheoryLink {
  public:
    TheoryLink(TheoryHook& theory, Hears hears) : theory_(&theory), hears_(hears) {}
    TheoryHook& theory() const { return *theory_; }
    void watch(BoolVar variable, const Trail& trail);

    /// assigned() for everything the theory has not heard of yet, in trail order.
    void tell(const Trail& trail);
    /// To be called before the trail opens a level, with everything told.
    void new_level() { theory_->new_level(); }
    /// To be called after the trail went back.
    void backtrack(const Trail& trail);

  private:
    struct Late {
        Literal literal;
        std::uint32_t told_level;
    };
    static constexpr std::uint32_t untold = 0xffffffffU;

    bool is_watched(BoolVar variable) const {
        return variable.index() < watched_.size() && watched_[variable.index()] != 0;
    }

    TheoryHook* theory_;
    Hears hears_;
    std::vector<std::uint8_t> watched_;
    std::vector<Late> late_;
    std::size_t told_ = 0;
};

}  // namespace sinew::sat
