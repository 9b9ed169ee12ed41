// SPDX-License-Identifier: Apache-2.0
// From a float candidate to an exact witness: rational inputs inside the domains, preferably numbers that float32 holds
// (so that an ONNX runtime sees the same point), evaluated and checked exactly. The only way from an attack to `sat`.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"
#include "search/attack.hpp"

namespace sinew::search {

struct Confirmation {
    model::Witness witness;       ///< model::confirms holds
    bool float32_agrees = false;  ///< the output condition also holds for the values of a float32 replay
};

/// The exact input that stands for `inputs` (in input_variables() order): inside every domain where possible, as a
/// float32 number where one is inside, else as the double, else as the simplest rational inside.
enum class Rounding { to_float32, to_double };
std::vector<Rational> exact_inputs(const model::Query& query, std::span<const double> inputs, Rounding rounding);
/// The same with one domain an input in place of the query's.
std::vector<Rational> exact_inputs(std::span<const model::Domain> domains, std::span<const double> inputs,
                                   Rounding rounding);

/// Evaluates and checks exactly (smooth neurons by enclosures); absent if the query does not hold there, or not
/// certainly.
std::optional<Confirmation> confirm_exact(const model::Query& query, std::span<const Rational> inputs,
                                          const std::vector<bool>& booleans);

/// Tries the roundings of a float candidate in turn: a witness that float32 confirms wins over one that it does not.
/// `domains` (one an input, tighter than the query's own) say where the exact inputs shall lie; empty: the query's.
std::optional<Confirmation> confirm(const model::Query& query, std::span<const double> inputs,
                                    const std::vector<bool>& booleans, std::span<const model::Domain> domains = {});

/// Does the output condition hold for the network's values in float32 at the inputs rounded to float32?
bool holds_in_float32(const model::Query& query, const model::Witness& witness);

/// Rounding to float32 moves an output by far less than this share of what the network's arithmetic carries; a
/// candidate whose margin is below is not worth an exact evaluation.
inline constexpr double hopeless_margin = -1e-7;

/// Attacks the box, confirms what looks promising, and if float32 disagrees tries to gain margin before giving the
/// witness out. Absent: nothing was found, which proves nothing.
std::optional<Confirmation> find_witness(const model::Query& query, Attack& attack, std::span<const double> lower,
                                         std::span<const double> upper, const AttackOptions& options,
                                         std::span<const std::vector<double>> starts = {},
                                         std::span<const model::Domain> domains = {});

}  // namespace sinew::search
