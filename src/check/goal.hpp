// SPDX-License-Identifier: Apache-2.0
// What a node has to exclude: the query's conditions as rows to bound and a tree of "all" and "any" over them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "check/box_bounds.hpp"
#include "model/query.hpp"
#include "proof/network_proof.hpp"

namespace sinew::check {

/// form <= 0, or form < 0.
struct GoalAtom {
    model::Atom exact;
    Row row;
    bool is_strict = false;
    proof::AtomName name;

    /// Whether `form >= lower` excludes it.
    bool is_excluded(double lower) const { return lower > 0 || (is_strict && lower >= 0); }
};

/// Children stand before their parents; the last node is the whole. Free Booleans count as true either way.
struct Goal {
    enum class Kind : std::uint8_t { constant, atom, all, any };
    struct Node {
        Kind kind = Kind::constant;
        bool value = false;
        std::uint32_t atom = 0;
        std::vector<std::uint32_t> children;
    };
    std::vector<GoalAtom> atoms;
    std::vector<Node> nodes;

    static Goal of(const model::Query& query);
    /// What is left of it on a box, where atoms over inputs may be certain.
    Goal on(const model::Network& network, std::span<const Variable> inputs, std::span<const Interval> box) const;
    /// The boxes of inputs whose union holds every solution, as domains and bounds of single inputs say; disjunctions
    /// all of whose members bound inputs are taken apart, to at most `most` boxes.
    std::vector<std::vector<Interval>> boxes(const model::Query& query, std::size_t most) const;
    /// Whether these lower bounds of the atoms' forms exclude it.
    bool is_excluded(std::span<const double> lower) const;
};

}  // namespace sinew::check
