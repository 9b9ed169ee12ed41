// SPDX-License-Identifier: Apache-2.0
// From float multipliers to a proof: any multipliers give a valid exact inequality, whose leftovers the bounds of
// columns absorb (Neumaier & Shcherbina, Safe bounds in linear and mixed-integer linear programming, 2004).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "linear/linear_system.hpp"

namespace sinew::linear {

/// A proposal as of Lp::ray(): positive multipliers weigh the lower bound, negative ones the upper bound.
struct FloatMultiplier {
    SimplexVariable variable;
    double multiplier = 0;
};

/// Is the certificate a contradiction of the system's current bounds? Exact; O(entries of its rows).
bool is_contradiction(const LinearSystem& system, const BoundCertificate& certificate);

/// A contradiction of the current bounds made from the proposal, if it is close enough to one. Multipliers are tried as
/// simple fractions (which meet free columns exactly where the numbers are small), then rounded to 30 and to all bits.
/// Of the proposal only rows count: columns get what the rows leave over. `Numbers::binary`: those of 30 bits come
/// first, whose sums stay short, for proofs that are written down.
enum class Numbers : std::uint8_t { simple, binary };
std::optional<BoundCertificate> prove_contradiction(const LinearSystem& system,
                                                    std::span<const FloatMultiplier> proposal,
                                                    Numbers numbers = Numbers::simple);

/// The same with exact multipliers, those of rows solved for so that every column outside the proposal vanishes. Where
/// the proposal is a row of a simplex tableau this is its exact counterpart, and irreducible.
std::optional<BoundCertificate> prove_core(const LinearSystem& system, std::span<const FloatMultiplier> proposal,
                                           const Limits& limits);

/// Leaves out rows, smallest multiplier first, while the rest still is a contradiction and needs no column bound that
/// `certificate` did without. Rows whose used bound `is_free` (it costs nothing to keep) are not tried.
BoundCertificate drop_rows(const LinearSystem& system, const BoundCertificate& certificate,
                           const std::function<bool(SimplexVariable, Side)>& is_free);

}  // namespace sinew::linear
