// SPDX-License-Identifier: Apache-2.0
// The engines of exact training: proposers (annealing, neighbourhoods, detectors), provers of bounds (margins,
// enumeration, outputs one by one) and the pseudo-Boolean search, which is both.
#pragma once

#include <atomic>
#include <vector>

#include "engine/turns.hpp"
#include "train/columns.hpp"
#include "train/exact.hpp"
#include "train/exchange.hpp"

namespace sinew::train {

/// What all engines of a run see. All must outlive it.
struct Training {
    const Problem& problem;
    const ExactOptions& options;
    const Columns& columns;
    Exchange& exchange;
    bool rows = true;                     ///< the pseudo-Boolean search takes part
    std::atomic<bool> rows_search{true};  ///< and is small enough to have its turns

    bool solves_outputs_apart() const;
    bool bounds_margins() const;
    bool enumerates() const;
};

/// For the first objective, on so many threads.
std::vector<engine::Seat> first_engines(Training& training);
/// For a later one, those before it held at their best values.
std::vector<engine::Seat> later_engines(Training& training, std::size_t stage);

}  // namespace sinew::train
