// SPDX-License-Identifier: Apache-2.0
// Bounds that literals assert, in the order they came into force: which holds now, why, and what it replaced.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "linear/linear_system.hpp"
#include "linear/slot_set.hpp"
#include "sat/literal.hpp"

namespace sinew::linear {

using BoundId = StrongId<struct BoundTag>;

/// Glossary. premises: the literals that together assert a bound; a permanent bound has none. active: all premises are
/// true and no tighter bound of the slot was active before. current: the last active bound of its slot, which is the
/// one the LinearSystem has. assigned() costs O(bounds the literal asserts), backtrack() O(what it undoes).
class BoundTrail {
  public:
    explicit BoundTrail(LinearSystem& system) : system_(system) {}

    /// Registers a bound. If its premises are true already it comes into force now, and stays in force on backtracking
    /// as long as they are.
    BoundId add(SimplexVariable variable, Side side, const DeltaRational& value,
                std::span<const sat::Literal> premises);

    void assigned(sat::Literal literal);
    void new_level() { levels_.push_back({activations_.size(), assigned_.size()}); }
    void backtrack(std::size_t level);

    bool is_true(sat::Literal literal) const { return literal.index() < truth_.size() && truth_[literal.index()]; }
    SimplexVariable variable(BoundId bound) const { return LinearSystem::slot_variable(records_[bound.index()].slot); }
    Side side(BoundId bound) const { return LinearSystem::slot_side(records_[bound.index()].slot); }
    const DeltaRational& value(BoundId bound) const { return records_[bound.index()].value; }
    std::span<const sat::Literal> premises(BoundId bound) const {
        const Record& record = records_[bound.index()];
        return std::span<const sat::Literal>(premises_).subspan(record.premise_begin, record.premise_count);
    }
    /// The bound in force, invalid if there is none.
    BoundId current(SimplexVariable variable, Side side) const {
        const std::size_t slot = LinearSystem::slot(variable, side);
        return slot < current_.size() ? current_[slot] : BoundId();
    }
    /// Does the active `bound` hold at level 0, and therefore always?
    bool holds_always(BoundId bound) const {
        return levels_.empty() || records_[bound.index()].position < levels_.front().activations;
    }
    /// When the active `bound` came into force: its place in the order of activation.
    std::size_t position(BoundId bound) const { return records_[bound.index()].position; }
    /// The weaker bound of the slot that the active `bound` replaced, invalid if none.
    BoundId replaced(BoundId bound) const { return records_[bound.index()].replaced; }

    /// A variable whose current bounds cross, invalid if none.
    SimplexVariable crossing() const { return crossing_; }

    /// The next bound that came into force and was not asked for yet, invalid at the end.
    BoundId next_fresh();
    /// Bounds with one premise that contradict the active `bound` alone and did not contradict the one it replaced.
    template <class Visit>
    void visit_contradicted(BoundId bound, const Visit& visit) const;

    /// `changes` hears of every slot whose bound changes from now on. It must outlive the trail.
    void listen(SlotSet* changes) { listeners_.push_back(changes); }

  private:
    struct Record {
        std::size_t slot;
        DeltaRational value;
        std::uint32_t premise_begin;
        std::uint32_t premise_count;
        std::uint32_t missing;  // premises that are not true
        bool active = false;
        // While active:
        BoundId replaced{};
        std::size_t position = 0;
    };
    struct Level {
        std::size_t activations;
        std::size_t assigned;
    };
    // A tree: thousands of thresholds of one variable arrive in any order.
    using SortedBounds = std::multimap<DeltaRational, BoundId>;

    void activate(BoundId bound);
    void deactivate_last();
    void changed(std::size_t slot);
    bool tighter(const Record& record, const Bound& than) const;

    LinearSystem& system_;
    std::vector<Record> records_;
    std::vector<sat::Literal> premises_;
    std::vector<std::vector<BoundId>> asserts_;  // by literal
    std::vector<bool> truth_;                    // by literal
    std::vector<BoundId> current_;               // by slot
    std::vector<SortedBounds> by_value_;         // by slot: bounds with one premise, ascending
    std::vector<BoundId> activations_;
    std::vector<sat::Literal> assigned_;
    std::vector<Level> levels_;
    std::vector<BoundId> late_;  // registered above level 0
    std::size_t fresh_ = 0;      // activations that were asked for
    SimplexVariable crossing_;
    std::size_t crossing_since_ = 0;
    std::vector<SlotSet*> listeners_;
};

template <class Visit>
void BoundTrail::visit_contradicted(BoundId bound, const Visit& visit) const {
    const Record& record = records_[bound.index()];
    const SortedBounds& opposite = by_value_[record.slot ^ 1U];
    const bool is_lower = LinearSystem::slot_side(record.slot) == Side::lower;
    // Contradicted: upper bounds below a lower one, lower bounds above an upper one. From the nearest to the farthest,
    // until those that the replaced bound had met already.
    const auto known = [&](const DeltaRational& value) {
        if (!record.replaced.valid()) return false;
        const DeltaRational& old = records_[record.replaced.index()].value;
        return is_lower ? value < old : value > old;
    };
    if (is_lower) {
        auto end = opposite.lower_bound(record.value);
        while (end != opposite.begin() && !known((--end)->first)) visit(end->second);
    } else {
        auto begin = opposite.upper_bound(record.value);
        for (; begin != opposite.end() && !known(begin->first); ++begin) visit(begin->second);
    }
}

}  // namespace sinew::linear
