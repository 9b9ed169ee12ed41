// SPDX-License-Identifier: Apache-2.0
// A question, or a unit that ran out, cut into parts that are about as hard.
#pragma once

#include <cstddef>

#include "base/observer.hpp"
#include "engine/part.hpp"
#include "engine/split_tree.hpp"
#include "model/verdict.hpp"
#include "verify/verify.hpp"

namespace sinew::units {

struct Splitting {
    /// sat or unsat: the search before the cut has answered. Else unknown, and there is a tree.
    model::Verdict verdict;
    /// Its steps are from the part that was cut. One open leaf: nobody knew how to split it.
    engine::SplitTree tree;
    /// What holds in all of it, where a leaf has no bounds of its own.
    engine::Part learned;
};

/// Cuts `part` of `query` (which says what of the part a query can say) into at least `wanted` open leaves where that
/// is possible and the limits allow, after a search of `seconds` of effort that may answer and that finds bounds. By
/// the tree of the engine that is best for it: phases of neurons for many inputs, boxes of inputs (integers at whole
/// numbers) and phases for few, else Booleans, integers and phases in turn, the shallowest leaf first.
Splitting split(const model::Query& query, const engine::Part& part, const verify::Options& options, double seconds,
                std::size_t wanted, Observer& observer);

}  // namespace sinew::units
