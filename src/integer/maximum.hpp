// SPDX-License-Identifier: Apache-2.0
// The greatest of several variables; by views, also the least one and the magnitude.
#pragma once

#include <vector>

#include "integer/propagator.hpp"

namespace sinew::integer {

/// maximum = max(members), of which there is at least one. The maximum may itself be (the negative of) a member.
/// Bounds consistent where all views are of different variables. O(members) a call.
///   min(x, y) = z:   Maximum(-View(z), {-View(x), -View(y)})
///   |x| = z:         Maximum(View(z), {View(x), -View(x)})
class Maximum : public Propagator {
  public:
    Maximum(View maximum, std::vector<View> members);

    void subscribe(Subscriptions& to) override;
    bool propagate(Domains& domains) override;
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override;
    void relax(const Domains& domains, RowSink& sink) const override;
    bool holds(std::span<const Value> values) const override;

  private:
    bool explain_only_member(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) const;

    View maximum_;
    std::vector<View> members_;
};

}  // namespace sinew::integer
