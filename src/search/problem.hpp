// SPDX-License-Identifier: Apache-2.0
// A query prepared for branch and bound: its boxes in doubles, the condition simplified on each, its domains for
// splitting. Immutable once made; shared by the workers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bounds/network_bounds.hpp"
#include "engine/literal.hpp"
#include "search/condition.hpp"
#include "search/node.hpp"

namespace sinew::search {

/// One root box.
struct ProblemBox {
    std::vector<model::Domain> domains;
    std::vector<Interval> inputs;  ///< outward
    Condition condition;           ///< simplified on this box by input bounds
};

struct Problem {
    const model::Query* query = nullptr;
    std::vector<Variable> inputs;
    std::vector<ProblemBox> boxes;  ///< those that are not visibly impossible
    std::vector<Interval> hull;
    bool couples = true;  ///< matching neurons of two networks are bounded together
    bool smooth = false;  ///< smooth neurons or products: no leaf is linear
    bool curved = false;  ///< of a kind that the linear theory has no lines for
    /// Of pre-activations: the part that is searched (engine/part.hpp).
    std::vector<Decision> assumed;

    /// Only what satisfies this phase is searched from now on.
    void assume(const engine::Literal& phase);

    /// Those that conditions and the part name: what they do not depend on need not be bounded.
    std::vector<Variable> asked() const;

    /// Throws nothing; `obstacle` says why the query does not fit (then `boxes` means nothing).
    static Problem prepare(const model::Query& query, std::string& obstacle);

    /// The smallest interval of doubles around the members of input i's domain within `side`; empty if there are none.
    Interval snap(const ProblemBox& box, std::size_t input, Interval side) const;
    /// Whether the conditions certainly fail on the part of root box `box` that `state` leaves, by intervals of any
    /// precision: worth its cost where that is a point.
    bool fails_on(std::uint32_t box, const bounds::State& state) const;
    /// Where to bisect input i on `side`: the left child is x <= left, the right one x >= right. Absent when no split
    /// makes it smaller in earnest.
    struct Cut {
        double left;
        double right;
    };
    std::optional<Cut> cut(const ProblemBox& box, std::size_t input, Interval side) const;
};

}  // namespace sinew::search
