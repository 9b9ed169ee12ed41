// SPDX-License-Identifier: Apache-2.0
// What a constraint with an algorithm of its own looks like to the engine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "integer/bound.hpp"
#include "integer/domains.hpp"

namespace sinew::integer {

/// Who hears of what; filled by Propagator::subscribe() before the search.
class Subscriptions {
  public:
    struct Entry {
        View view;
        std::uint32_t tag;
    };
    /// The propagator is woken when view's lower bound rises (for upper bounds: the negative view), and
    /// bound_changed(tag, …) is called. A view may be subscribed several times.
    void add(View view, std::uint32_t tag) { entries_.push_back({view, tag}); }
    const std::vector<Entry>& entries() const { return entries_; }

  private:
    std::vector<Entry> entries_;
};

/// cheap ones run to their fixpoint before an expensive one runs once. optional ones are expensive and redundant: other
/// constraints say the same of values, so below level 0 they only run as often as that pays.
enum class Cost : std::uint8_t { cheap, expensive, optional };

class RowSink;

/// A constraint over integer variables: it raises bounds and can say why.
///
/// Example, x + y <= 5 over views X = View(x), Y = View(y):
///   subscribe:  to.add(X, 0); to.add(Y, 1);
///   propagate:  const Value upper = 5 - domains.lower(Y);           // x <= 5 - lower(y)
///               return domains.raise({-X, -upper}, *this) && … the same for Y;
///   explain({-X, -u}, before, reason):                              // asked why x <= u, where u >= 5 - lower(y) then
///               reason.push_back({Y, 5 - u});                       // the weakest bound of y that is enough
class Propagator {
  public:
    virtual ~Propagator() = default;

    /// Called once, before the search, at level 0.
    virtual void subscribe(Subscriptions& to) = 0;

    /// A subscribed bound rose from `before` to `after`: called at once, also from within raise(), so that sums kept
    /// here always agree with the domains. With before > after the engine goes back, and undoes what it told before.
    virtual void bound_changed(std::uint32_t /*tag*/, Value /*before*/, Value /*after*/) {}

    /// Raises what follows from the bounds, by Domains::raise() with *this as the reason. Returns false as soon as a
    /// raise() or fail() has returned false: the domains have the conflict then. Called again whenever a subscribed
    /// bound has risen since (also by itself), so one pass is enough. With all its variables fixed it must notice
    /// if the constraint is violated.
    virtual bool propagate(Domains& domains) = 0;

    /// Appends bounds that held before `before` and together imply `implied`, which is a bound that this propagator
    /// raised there, or a weaker one of the same view: the weaker the appended bounds, the better what is learned.
    /// domains.lower_before(view, before) is what was known; bounds of level 0 may be left out.
    virtual void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) = 0;

    /// Tells linear inequalities that follow from the constraint, if it has any, from the bounds that `sink` knows.
    virtual void relax(const Domains& /*domains*/, RowSink& /*sink*/) const {}

    /// What a run that is about to begin may take, for propagators with long ones: they stop early, having found less.
    virtual void set_limits(const Limits& /*limits*/) {}

    virtual Cost cost() const { return Cost::cheap; }

    /// Whether the constraint holds for a value of every variable (by index). Asked of every solution as a last check.
    virtual bool holds(std::span<const Value> values) const = 0;

    /// Its number in the engine, for Domains::raise().
    std::uint32_t id() const { return id_; }

  private:
    friend class Dispatcher;
    std::uint32_t id_ = 0;
};

}  // namespace sinew::integer
