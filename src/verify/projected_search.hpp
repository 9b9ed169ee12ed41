// SPDX-License-Identifier: Apache-2.0
// Branch and bound for unbounded inputs: over the query in homogeneous coordinates, whose witnesses are mapped back.
#pragma once

#include <memory>
#include <string>

#include "base/observer.hpp"
#include "base/settings.hpp"
#include "engine/engine.hpp"
#include "search/branch_and_bound.hpp"
#include "search/projective.hpp"

namespace sinew::verify {

class ProjectedSearch : public engine::Engine {
  public:
    /// search::projective_applies(query) must hold; the query and the observer must outlive it.
    static std::unique_ptr<ProjectedSearch> make(const model::Query& query, const Settings& settings,
                                                 Observer& observer);

    std::string_view name() const override { return "projection"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override { return boxes_->statistics(); }
    bool uses_threads() const override { return true; }
    std::string reason() const override { return boxes_->reason(); }

  private:
    explicit ProjectedSearch(const model::Query& query);

    const model::Query& query_;
    model::Query projected_;
    engine::Knowledge inner_;  ///< of the projected query
    std::unique_ptr<search::BranchAndBound> boxes_;
};

}  // namespace sinew::verify
