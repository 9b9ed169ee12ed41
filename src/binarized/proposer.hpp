// SPDX-License-Identifier: Apache-2.0
// The engine that guesses whole-number inputs: gradients and local search, in turns that grow.
#pragma once

#include "binarized/grid_attack.hpp"
#include "engine/engine.hpp"

namespace sinew::binarized {

/// It refutes nothing. Exhausted where the attack does not apply (grid_attack.hpp).
class Proposer : public engine::Engine {
  public:
    /// `query` must outlive this.
    Proposer(const model::Query& query, std::uint64_t seed) : query_(query), seed_(seed) {}

    std::string_view name() const override { return "gradients"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    std::string reason() const override { return reason_; }

  private:
    const model::Query& query_;
    std::uint64_t seed_;
    std::optional<GridAttack> attack_;
    std::size_t evaluations_ = 0;  ///< asked for so far
    std::uint64_t ticks_ = 0;      ///< of the last local search
    std::size_t turns_ = 0;
    std::string reason_;
};

}  // namespace sinew::binarized
