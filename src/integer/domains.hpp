// SPDX-License-Identifier: Apache-2.0
// The bounds of all variables, why they hold, and what they were before: the engine's trail.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "integer/bound.hpp"

namespace sinew::integer {

class Dispatcher;
class Propagator;

/// A place on the trail. Bounds of level 0 lie before all places.
using Position = std::uint32_t;

/// Why a bound rose.
enum class ReasonKind : std::uint8_t { decision, clause, row, propagator };
class Reason {
  public:
    constexpr Reason() = default;
    constexpr Reason(ReasonKind kind, std::uint32_t index) : code_((static_cast<std::uint32_t>(kind) << 30U) | index) {}
    constexpr ReasonKind kind() const { return static_cast<ReasonKind>(code_ >> 30U); }
    constexpr std::uint32_t index() const { return code_ & max_index; }
    static constexpr std::uint32_t max_index = (1U << 30U) - 1;

  private:
    std::uint32_t code_ = 0;
};

/// Closed, of integers, not empty.
struct Range {
    Value lower = 0;
    Value upper = 0;
};

/// Glossary. root: level 0, what holds always. hole: a value between the root bounds that the domain never had; a bound
/// that falls into one moves on to the next value. position: entries are numbered along the trail; level 0 keeps none.
/// lower(), raise(): O(1) (plus O(log holes)); lower_before(): O(changes of the view since); backtrack(): O(undone).
class Domains {
  public:
    /// Hears of changed bounds at once. To be set before the first raise().
    void set_dispatcher(Dispatcher* dispatcher) { dispatcher_ = dispatcher; }

    /// Ranges ascending with gaps between them, at least one, within ±largest_value.
    IntVar add_variable(std::span<const Range> ranges);
    std::size_t variable_count() const { return lower_.size() / 2; }

    Value lower(View view) const { return lower_[view.index()]; }
    Value upper(View view) const { return -lower_[(-view).index()]; }
    Value lower(IntVar variable) const { return lower(View(variable)); }
    Value upper(IntVar variable) const { return upper(View(variable)); }
    bool is_fixed(View view) const { return lower(view) == upper(view); }
    bool holds(Bound bound) const { return lower(bound.view) >= bound.value; }
    bool fails(Bound bound) const { return upper(bound.view) < bound.value; }
    Value root_lower(View view) const { return root_lower_[view.index()]; }
    Value root_upper(View view) const { return -root_lower_[(-view).index()]; }
    bool holds_always(Bound bound) const { return root_lower(bound.view) >= bound.value; }
    /// The domain's smallest value that is at least `value`; only for values up to the domain's largest.
    Value next_value(View view, Value value) const;
    /// The weakest bound that says the same as `bound`, given the holes.
    Bound weakest(Bound bound) const;
    /// Whether the domain has at least `size` values, which is said of bounds that are so far apart, and at the root a
    /// range without holes that is as long: a few values far apart are a small domain.
    bool is_long(View view, Value size) const;
    /// The domain as it was made.
    std::span<const Range> ranges(IntVar variable) const;

    /// Makes `bound` hold, because of `reason`; nothing happens if it does. False: it cannot hold, and that is the
    /// conflict now.
    bool raise(Bound bound, Reason reason);
    bool raise(Bound bound, const Propagator& reason);
    /// A contradiction that is no single bound's: bounds that hold now and cannot all hold. Returns false.
    bool fail(std::span<const Bound> contradiction);

    bool has_conflict() const { return has_conflict_; }
    /// With a conflict of raise(): what should have been raised, whose negation holds, and why. Without a view, the
    /// conflict was fail()'s.
    Bound refused() const { return refused_; }
    Reason refused_reason() const { return refused_reason_; }
    std::span<const Bound> contradiction() const { return contradiction_; }
    void clear_conflict() { has_conflict_ = false; }

    struct Entry {
        Value value;
        View view;
        Position previous;  ///< of the same view; none: its root bound
        std::uint32_t level;
        Reason reason;
    };
    static constexpr Position none = std::numeric_limits<Position>::max();

    Position size() const { return static_cast<Position>(entries_.size()); }
    const Entry& entry(Position position) const { return entries_[position]; }
    Value value_before(const Entry& entry) const {
        return entry.previous == none ? root_lower(entry.view) : entries_[entry.previous].value;
    }
    /// The lower bound that was known just before `position`.
    Value lower_before(View view, Position position) const {
        Position at = last_[view.index()];
        while (at != none && at >= position) at = entries_[at].previous;
        return at == none ? root_lower(view) : entries_[at].value;
    }
    /// The first entry that made `bound` hold; none for bounds of the root. The bound holds.
    Position position(Bound bound) const;

    std::uint32_t level() const { return static_cast<std::uint32_t>(level_begin_.size()); }
    /// The first position of a level from 1 on.
    Position level_begin(std::uint32_t level) const { return level_begin_[level - 1]; }
    void new_level() { level_begin_.push_back(size()); }
    void backtrack(std::uint32_t level);
    /// At level 0, after propagation: what holds now holds always, and needs no reason any more.
    void commit_root();

  private:
    bool refuse(Bound bound, Reason reason);

    std::vector<Value> lower_;       // by view
    std::vector<Value> root_lower_;  // by view
    std::vector<Position> last_;     // by view
    std::vector<Entry> entries_;
    std::vector<Position> level_begin_;
    std::vector<std::uint32_t> range_begin_{0};  // by variable, and one more
    std::vector<Range> ranges_;
    Dispatcher* dispatcher_ = nullptr;
    std::vector<Bound> contradiction_;
    Bound refused_;
    Reason refused_reason_;
    bool has_conflict_ = false;
};

}  // namespace sinew::integer
