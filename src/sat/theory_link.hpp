// Keeps the theory's view of the trail in step with the core's: what it was told, at which level.
#pragma once

#include <cstdint>
#include <vector>

#include "sat/theory_hook.hpp"
#include "sat/trail.hpp"

namespace sinew::sat {

/// The theory hears of watched variables only. A variable that is watched when it is assigned already is told late: at
/// the current level, and again after backtracking to a level where it is still assigned.
class TheoryLink {
  public:
    void connect(TheoryHook* theory) { theory_ = theory; }
    void add_variable() { watched_.push_back(0); }
    void watch(BoolVar variable, const Trail& trail);

    /// assigned() for everything the theory has not heard of yet, in trail order.
    void tell(const Trail& trail);
    /// To be called before the trail opens a level, with everything told.
    void new_level() {
        if (theory_ != nullptr) theory_->new_level();
    }
    /// To be called after the trail went back.
    void backtrack(const Trail& trail);

  private:
    struct Late {
        Literal literal;
        std::uint32_t told_level;
    };
    static constexpr std::uint32_t untold = 0xffffffffU;

    TheoryHook* theory_ = nullptr;
    std::vector<std::uint8_t> watched_;
    std::vector<Late> late_;
    std::size_t told_ = 0;
};

}  // namespace sinew::sat
