// SPDX-License-Identifier: Apache-2.0
#include "integer/maximum.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "integer/big_row.hpp"
#include "integer/row_sink.hpp"

namespace sinew::integer {

Maximum::Maximum(View maximum, std::vector<View> members) : maximum_(maximum), members_(std::move(members)) {
    require(!members_.empty(), "a maximum has members");
    std::sort(members_.begin(), members_.end());
    members_.erase(std::unique(members_.begin(), members_.end()), members_.end());
}

void Maximum::subscribe(Subscriptions& to) {
    to.add(maximum_, 0);
    to.add(-maximum_, 0);
    for (const View member : members_) {
        to.add(member, 0);
        to.add(-member, 0);
    }
}

bool Maximum::propagate(Domains& domains) {
    Value highest = domains.upper(members_.front());
    Value reached = domains.lower(members_.front());
    for (const View member : members_) {
        highest = std::max(highest, domains.upper(member));
        reached = std::max(reached, domains.lower(member));
    }
    if (!domains.raise({-maximum_, -highest}, *this) || !domains.raise({maximum_, reached}, *this)) return false;
    const Value least = domains.lower(maximum_);
    std::size_t able = 0;
    View only;
    for (const View member : members_) {
        if (!domains.raise({-member, -domains.upper(maximum_)}, *this)) return false;
        if (domains.upper(member) < least) continue;
        ++able;
        only = member;
    }
    return able != 1 || domains.raise({only, least}, *this);
}

/// Each rule is tried by whether its premises held: views may coincide, so the view alone does not tell the rule.
void Maximum::explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) {
    const auto held = [&](Bound bound) { return domains.lower_before(bound.view, before) >= bound.value; };
    if (implied.view == maximum_) {
        for (const View member : members_) {
            if (!held({member, implied.value})) continue;
            reason.push_back({member, implied.value});
            return;
        }
    }
    if (implied.view == -maximum_ && std::all_of(members_.begin(), members_.end(), [&](View member) {
            return held({-member, implied.value});
        })) {
        for (const View member : members_) reason.push_back({-member, implied.value});
        return;
    }
    if (held({-maximum_, implied.value}) &&
        std::find(members_.begin(), members_.end(), -implied.view) != members_.end()) {
        reason.push_back({-maximum_, implied.value});
        return;
    }
    require(explain_only_member(domains, implied, before, reason), "a maximum can say why");
}

/// No other member could reach `least`, a value between what is implied and the maximum's lower bound.
bool Maximum::explain_only_member(const Domains& domains, Bound implied, Position before,
                                  std::vector<Bound>& reason) const {
    Value least = implied.value;
    for (const View member : members_)
        if (member != implied.view) least = std::max(least, 1 - domains.lower_before(-member, before));
    if (domains.lower_before(maximum_, before) < least) return false;
    reason.push_back({maximum_, least});
    for (const View member : members_)
        if (member != implied.view) reason.push_back({-member, 1 - least});
    return true;
}

void Maximum::relax(const Domains&, RowSink& sink) const {
    for (const View member : members_) sink.at_most(std::array{SinkTerm{member, 1}, SinkTerm{maximum_, -1}}, 0, {});
    // A member that no other can exceed is the maximum.
    for (const View member : members_) {
        std::vector<Bound> because;
        const auto is_below = [&](View other) {
            if (other == member) return true;
            const std::optional<Value> most = sink.upper(other);
            const std::optional<Value> least = sink.lower(member);
            if (!most || !least || *most > *least) return false;
            because.push_back({-other, -*least});
            return true;
        };
        if (!std::all_of(members_.begin(), members_.end(), is_below)) continue;
        if (members_.size() > 1) because.push_back({member, *sink.lower(member)});
        sink.at_most(std::array{SinkTerm{maximum_, 1}, SinkTerm{member, -1}}, 0, because);
        return;
    }
}

bool Maximum::holds(std::span<const Value> values) const {
    Value highest = value_of(members_.front(), values);
    for (const View member : members_) highest = std::max(highest, value_of(member, values));
    return value_of(maximum_, values) == highest;
}

}  // namespace sinew::integer
