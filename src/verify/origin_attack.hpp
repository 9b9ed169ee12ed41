// SPDX-License-Identifier: Apache-2.0
// Witnesses by gradients near the origin, where inputs are unbounded.
#pragma once

#include <cstdint>
#include <string>

#include "engine/engine.hpp"
#include "search/attack.hpp"

namespace sinew::verify {

/// Proposes only: exhausted after one turn. The query must outlive it.
class OriginAttack : public engine::Engine {
  public:
    OriginAttack(const model::Query& query, std::uint64_t seed) : query_(query), attack_(query, seed) {}

    std::string_view name() const override { return "gradients"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override { return attack_.statistics(); }
    std::string reason() const override { return "gradients find nothing near the origin"; }

  private:
    const model::Query& query_;
    search::Attack attack_;
};

}  // namespace sinew::verify
