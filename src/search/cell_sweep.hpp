// SPDX-License-Identifier: Apache-2.0
// The search where inputs that are free come to nothing but steps (which of some places a patch lies at, a count): cuts
// at the steps' thresholds leave cells on which the network is constant, and one exact evaluation a cell decides.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/effort.hpp"
#include "engine/engine.hpp"
#include "model/query.hpp"
#include "search/witness.hpp"

namespace sinew::search {

/// Complete, but for conditions that are met too nearly to tell. The same cells in the same order with any number of
/// threads.
class CellSweep : public engine::Engine {
  public:
    /// Null where a free input is read by something else, or where evaluating all cells takes too long. The query must
    /// outlive it.
    static std::unique_ptr<CellSweep> make(const model::Query& query);

    /// What all cells take, about.
    Effort effort() const { return cells_ * ticks_per_cell_; }

    std::string_view name() const override { return "cells"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    bool uses_threads() const override { return true; }
    std::string reason() const override { return reason_; }

  private:
    /// A free input, and a point of each of its cells.
    struct FreeInput {
        std::size_t place;  ///< in input_variables() order
        std::vector<Rational> points;
    };

    explicit CellSweep(const model::Query& query) : query_(query) {}
    bool prepare();
    std::vector<Rational> point(std::size_t cell) const;

    const model::Query& query_;
    std::vector<Rational> fixed_;  ///< by input; of free ones anything
    std::vector<FreeInput> free_;
    std::size_t cells_ = 1;
    Effort ticks_per_cell_ = 0;
    std::size_t next_ = 0;
    std::size_t undecided_ = 0;
    std::string reason_;
};

}  // namespace sinew::search
