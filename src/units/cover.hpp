// SPDX-License-Identifier: Apache-2.0
// The tree of splits of a question or a unit: what the units of a folder are parts of, and whether they cover it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/split_tree.hpp"
#include "units/path.hpp"

namespace sinew::units {

inline constexpr std::string_view cover_file = "cover.json";

struct CoverNode {
    enum class Kind : std::uint8_t {
        unit,       ///< a leaf in a file of its own
        refuted,    ///< a leaf without a solution, found when the tree was made
        bounds,     ///< two sides of an input, a neuron or a Boolean
        boxes,      ///< all root boxes
        disjuncts,  ///< all disjuncts
    };
    Kind kind = Kind::unit;
    std::string unit;    ///< the file's name
    std::string sha256;  ///< of the file
    std::string by;      ///< refuted: the engine
    std::vector<engine::Literal> sides;
    std::vector<std::uint32_t> children;
};

/// Of a folder: the root of a folder of units, or that of the units of one unit.
struct Cover {
    std::string question;          ///< its digest
    std::string parent;            ///< the digest of the unit that was split; empty: the question
    Path path;                     ///< of that unit
    double seconds = 0;            ///< of processors, that splitting took
    std::vector<CoverNode> nodes;  ///< children after their parents; the root is the first
};

std::string cover_text(const model::Query& query, const Cover& cover);
/// Throws InputError.
Cover read_cover(const std::string& path, const model::Query& query);

/// The step from a node to its child number `side`.
Step step_to(const CoverNode& node, std::size_t side);

/// Whether the sides of the node cover the part of `query` (the question's) that `path` leads to: over rationals, every
/// value of what is split lies on a side. Throws std::invalid_argument where they do not, and says why.
void check_split(const model::Query& query, const Path& path, const CoverNode& node);

}  // namespace sinew::units
