// SPDX-License-Identifier: Apache-2.0
// A reduced network as a pseudo-Boolean problem: digits in order encoding, gates as reified constraints kept native.
#pragma once

#include <cstdint>
#include <vector>

#include "cardinality/problem.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::binarized {

/// Glossary. order literal (f, k): digit f is at least k (from its least value), k = 1 … span.
struct Encoding {
    cardinality::Problem problem;
    std::vector<std::uint32_t> order_begin;    ///< of digit f: its order literals are variables from here on
    std::vector<cardinality::Literal> gate;    ///< of gate g; invalid where no target depends on it
    std::vector<cardinality::Literal> target;  ///< of target t: it wins

    /// Digit values (from their least ones) of a model.
    std::vector<std::uint32_t> digits_of(const std::vector<bool>& model) const;
};

/// Everything a target depends on, and the budget. Whether one target must win is left to the caller. No target may be
/// constant.
Encoding encode(const threshold::ReducedNetwork& network, const threshold::Ball& ball);

}  // namespace sinew::binarized
