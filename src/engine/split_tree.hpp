// SPDX-License-Identifier: Apache-2.0
// A question cut into parts: a tree of splits, whose leaves are refuted or to be searched.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/literal.hpp"

namespace sinew::engine {

struct SplitNode {
    enum class Kind : std::uint8_t {
        open,       ///< a leaf, to be searched
        refuted,    ///< a leaf without a solution
        bounds,     ///< two children, one for each of `sides`
        boxes,      ///< a child for each root box of the part (search/problem.hpp)
        disjuncts,  ///< a child for each disjunct of the part's conditions (search/disjuncts.hpp)
    };
    Kind kind = Kind::open;
    std::vector<Literal> sides;
    std::vector<std::uint32_t> children;
    std::string_view by;          ///< refuted: the engine
    double bound = 0;             ///< open: of the condition, in the engine's measure; the lower, the harder
    std::vector<Literal> bounds;  ///< open: proven there
};

/// Children come after their parents; the root is the first.
struct SplitTree {
    std::vector<SplitNode> nodes{1};
};

}  // namespace sinew::engine
