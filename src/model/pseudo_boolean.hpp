// SPDX-License-Identifier: Apache-2.0
// A pseudo-Boolean problem, as OPB gives it: linear constraints over 0-1 variables and perhaps an objective.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sinew::model {

enum class PbRelation : std::uint8_t { at_least, equal };

/// Variables 1 … variable_count; a literal is a variable or its negative and counts 1 where it is true. Constraint c is
/// Σ coefficients[i]·literals[i] over begin[c] ≤ i < begin[c + 1], relations[c], bounds[c]. The sum of the absolute
/// coefficients of one constraint (and of the objective), its bound included, is at most 2^60.
struct PseudoBoolean {
    std::size_t variable_count = 0;
    /// Variables beyond these stand for products of literals; the last constraints define them.
    std::size_t named_count = 0;
    /// Named variable v is names[v - 1] in the file, in ascending order; empty where it is v itself (as in model::Cnf).
    std::vector<std::int32_t> names;

    std::vector<std::int32_t> literals;
    std::vector<std::int64_t> coefficients;
    std::vector<std::size_t> begin{0};
    std::vector<PbRelation> relations;
    std::vector<std::int64_t> bounds;

    bool has_objective = false;
    bool maximise = false;  ///< the objective below is the negative of the one to be maximised
    std::vector<std::int32_t> objective_literals;
    std::vector<std::int64_t> objective_coefficients;
    std::int64_t objective_constant = 0;

    std::size_t constraint_count() const { return bounds.size(); }
};

inline constexpr std::int64_t largest_pb_sum = std::int64_t{1} << 60;

}  // namespace sinew::model
