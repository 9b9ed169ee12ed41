// SPDX-License-Identifier: Apache-2.0
// Proofs about mixed-integer linear programs in the format VIPR 1.0 (Cheung, Gleixner and Steffy, Verifying integer
// programming results, IPCO 2017): rows, assumptions, sums of rows with multipliers, and splits of integers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "exact/rational.hpp"

namespace sinew::proof {

/// Of variables or of rows, by number; each at most once.
using ViprTerms = std::vector<std::pair<std::uint32_t, Rational>>;

enum class ViprSense : char { at_most = 'L', equal = 'E', at_least = 'G' };

struct ViprRow {
    ViprSense sense = ViprSense::at_least;
    Rational bound;
    ViprTerms terms;
    bool is_objective = false;  ///< its form is the objective's, which is not repeated
};

/// Why a row holds. Rows are numbered from the constraints on.
struct ViprStep {
    enum class Kind : std::uint8_t {
        assumption,  ///< for now
        sum,         ///< of rows before it, or weaker than their sum
        split        ///< it holds on both sides of an integer: two rows, each with the assumption that ends there
    };
    Kind kind = Kind::sum;
    ViprRow row;
    ViprTerms multipliers{};            ///< of a sum
    std::array<std::uint32_t, 4> of{};  ///< of a split: row, assumption, row, assumption
};

/// The last step shows that there is no solution: 0 >= 1 from no assumption. Or, where there is an objective (which is
/// minimised), that no solution has a negative one.
struct ViprProof {
    std::vector<std::string> variables;
    std::vector<std::uint32_t> integers;
    ViprTerms objective;
    std::vector<ViprRow> constraints;
    std::size_t bounds = 0;  ///< the first constraints are bounds of single variables
    std::vector<ViprStep> steps;
};

/// The same with the steps that row `last` needs, and this one last. `given`: assumptions of that row (and their
/// opposites) that become constraints; it is derived from these then.
ViprProof cut_down(const ViprProof& proof, std::uint32_t last,
                   std::span<const std::pair<std::uint32_t, std::uint32_t>> given = {});

/// Each step says which is the last one that names it. Throws OutputError.
void write_vipr(const ViprProof& proof, const std::string& path);

}  // namespace sinew::proof
