// SPDX-License-Identifier: Apache-2.0
// Queries over integers by the integer engine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/settings.hpp"
#include "engine/engine.hpp"
#include "integer/model_group.hpp"
#include "integer/query_model.hpp"
#include "model/query.hpp"

namespace sinew::verify {

class IntegerSearch : public engine::Engine {
  public:
    /// The query must outlive it. One that the integer engine does not take exhausts the first turn.
    IntegerSearch(const model::Query& query, const Settings& settings) : query_(query), settings_(settings) {}

    std::string_view name() const override { return "integers"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    bool uses_threads() const override { return true; }
    std::string reason() const override { return reason_; }

  private:
    const model::Query& query_;
    Settings settings_;
    void begin(std::size_t threads);

    std::vector<integer::QueryModel> models_;  ///< alike, one a thread; none: not for this engine
    std::optional<integer::ModelGroup> group_;
    bool has_begun_ = false;
    std::string reason_;
};

}  // namespace sinew::verify
