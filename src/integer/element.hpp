// SPDX-License-Identifier: Apache-2.0
// One of an array's entries, chosen by an index.
#pragma once

#include <vector>

#include "integer/propagator.hpp"

namespace sinew::integer {

/// An entry of the array: a variable or a number, and the literal that says that it is the one chosen.
struct ElementEntry {
    Bound chosen;
    View view;         ///< invalid: the number
    Value number = 0;  ///< without a view
};

/// The result equals the entry whose literal is true; exactly one is, which others see to (the literals of the index).
/// An entry that cannot equal the result is not chosen; the result lies between the least and the greatest entry that
/// may still be chosen; with the entry that is chosen it is equal. O(entries) a call.
class Element : public Propagator {
  public:
    Element(std::vector<ElementEntry> entries, View result) : entries_(std::move(entries)), result_(result) {}

    void subscribe(Subscriptions& to) override;
    bool propagate(Domains& domains) override;
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override;
    void relax(const Domains& domains, RowSink& sink) const override;
    bool holds(std::span<const Value> values) const override;

  private:
    /// The same constraint about the negatives is the same algorithm: an entry or the result, as it is or negated.
    struct Side {
        bool negative;
        View of(View view) const { return negative ? -view : view; }
        Value of(Value value) const { return negative ? -value : value; }
    };
    Value lower(const Domains& domains, const ElementEntry& entry, Side side) const;
    bool propagate(Domains& domains, Side side);
    bool explain(const Domains& domains, Bound implied, Position before, Side side, std::vector<Bound>& reason) const;

    std::vector<ElementEntry> entries_;
    View result_;
};

}  // namespace sinew::integer
